// The stand-in for docker-machine as a program, whose machines are host containers. The folder of
// its provider is DOCKER_MACHINE_PROVIDER.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parse } from 'yaml';
import { type Provider, standIn } from './stand-in.ts';

const {
  DOCKER_MACHINE_PROVIDER: folder = '',
  DOCKER_MACHINE_IMAGE: image = '',
  DOCKER_MACHINE_FLAGS: flags = '[]',
} = process.env;
const MARK = `docker-machine=${basename(folder)}`;

const docker = (...args: string[]) =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** As cloud-init would put them there. */
function putKeys(name: string, publicKey: string, userData: string | undefined): void {
  const root = mkdtempSync(join(folder, 'keys-'));
  const put = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(join(root, path), text, { mode: 0o600 });
  };
  put('.ssh/authorized_keys', `${publicKey}\n`);
  docker('cp', join(root, '.ssh'), `${name}:/root/`);
  const hostKey = userData === undefined ? undefined : parse(userData).ssh_keys.ed25519_private;
  if (hostKey !== undefined) {
    put('ssh_host_ed25519_key', hostKey);
    docker('cp', join(root, 'ssh_host_ed25519_key'), `${name}:/etc/ssh/`);
  }
  rmSync(root, { recursive: true });
}

const provider: Provider = {
  make: async ({ name, publicKey, userData }) => {
    docker(
      ...['create', `--name=${name}`, `--hostname=${name}`, `--label=${MARK}`],
      ...[...JSON.parse(flags), image],
    );
    putKeys(name, publicKey, userData);
    docker('start', name);
    return docker(
      'inspect',
      '--format={{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
      name,
    );
  },
  remove: async (name) => {
    docker('rm', '--force', '--volumes', name);
  },
  state: async (name) =>
    docker('inspect', '--format={{.State.Running}}', name) === 'true' ? 'Running' : 'Stopped',
  hostKey: async (name) => docker('exec', name, 'cat', '/etc/ssh/ssh_host_ed25519_key.pub'),
};

const { exitCode, stderr } = await standIn(process.argv.slice(2), {
  ...{ env: process.env, provider, line: console.log },
  at: async (moment) => {
    while (existsSync(join(folder, `hold ${moment}`))) {
      writeFileSync(join(folder, 'held'), '');
      await wait(20);
    }
  },
});
if (exitCode !== 0) console.error(stderr);
process.exitCode = exitCode;
