// What the module of the tests runs to make a machine: a host container with the address and the keys
// that it is given. `node host-machine.ts create|destroy <name>`. It imports nothing, to start quickly.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const [action = '', name = ''] = process.argv.slice(2);
const { ADDRESS = '', USER_DATA = '', HOLD = '' } = process.env;
const { MACHINE_NETWORK = '', MACHINE_IMAGE = '', MACHINE_FLAGS = '[]' } = process.env;

const docker = (...args: string[]) => execFileSync('docker', args, { stdio: 'ignore' });

async function create(): Promise<void> {
  while (HOLD !== '' && existsSync(HOLD)) {
    writeFileSync(`${HOLD}.held`, '');
    await wait(20);
  }
  const { hostname, users, ssh_keys } = JSON.parse(USER_DATA.replace('#cloud-config', ''));
  const place = [`--network=${MACHINE_NETWORK}`, `--ip=${ADDRESS}`, `--hostname=${hostname}`];
  docker('create', `--name=${name}`, ...place, ...JSON.parse(MACHINE_FLAGS), MACHINE_IMAGE);
  const root = mkdtempSync(join(tmpdir(), 'machine-keys-'));
  mkdirSync(join(root, '.ssh'), { mode: 0o700 });
  const put = (file: string, text: string) =>
    writeFileSync(join(root, file), text, { mode: 0o600 });
  put('ssh_host_ed25519_key', ssh_keys.ed25519_private);
  put('.ssh/authorized_keys', `${users[0].ssh_authorized_keys.join('\n')}\n`);
  docker('cp', join(root, 'ssh_host_ed25519_key'), `${name}:/etc/ssh/`);
  docker('cp', join(root, '.ssh'), `${name}:/root/`);
  rmSync(root, { recursive: true });
  docker('start', name);
}

if (action === 'create') await create();
else docker('rm', '--force', '--volumes', name);
