import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { testCluster } from '../support/cluster.ts';
import { startHosts } from '../support/hosts.ts';

const run = promisify(execFile);
const PAGE = new URL('../../docs/drivers/ssh.md', import.meta.url);

/** The commands of the page, those for the host and those for one's own machine. */
function commands(): { readonly onHost: string; readonly here: string } {
  const [, block = ''] =
    /## Prepare a host in five commands\n\n```sh\n([^`]*)```/.exec(readFileSync(PAGE, 'utf8')) ??
    [];
  const [onHost = '', here = ''] = block.split('# On your machine');
  return { onHost, here: `#${here}` };
}

test('a host is prepared by the commands of the page as they stand, and a swarm is made of it', async () => {
  await using hosts = await startHosts(1);
  await using cluster = testCluster('prepare-host');
  const folder = mkdtempSync(join(tmpdir(), 'prepare-host-'));
  try {
    const [address = ''] = hosts.addresses;
    const { onHost, here } = commands();
    // The engine is on this host, and so is a user of the same name.
    const engine = 'apt-get install -y docker.io\n';
    expect(onHost).toContain(engine);
    await hosts.on(1, `userdel --remove deploy 2>/dev/null\n${onHost.replace(engine, '')}`);

    // Whoever follows the page is let in as root already.
    writeFileSync(join(folder, 'root_key'), hosts.privateKey, { mode: 0o600 });
    writeFileSync(
      join(folder, 'ssh'),
      `#!/bin/sh\nexec /usr/bin/ssh -i ${folder}/root_key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$@"\n`,
    );
    chmodSync(join(folder, 'ssh'), 0o755);
    const script = here.replaceAll('swarm-1.example.com', address);
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    await run('sh', ['-euc', script], { cwd: folder, env, timeout: 60_000 });

    const up = await cluster.up({
      ...{ driver: 'ssh', hosts: `deploy@${address}`, 'compose-file': '-' },
      'ssh-private-key': readFileSync(join(folder, 'deploy_key'), 'utf8'),
      'ssh-known-hosts': readFileSync(join(folder, 'known_hosts'), 'utf8'),
    });
    expect(up.conclusion).toBe('success');
    expect(await hosts.on(1, "docker info --format '{{.Swarm.LocalNodeState}}'")).toBe('active');
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
