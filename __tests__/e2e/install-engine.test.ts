import { expect, test } from '@jest/globals';
import { buildBareHost } from '../support/bare-host.ts';
import { testCluster } from '../support/cluster.ts';
import { startHosts } from '../support/hosts.ts';

test('a host without docker is refused, or gets it installed where that is asked for', async () => {
  await using hosts = await startHosts(1, await buildBareHost());
  await using cluster = testCluster('install');
  const address = hosts.addresses[0];
  const run = (user: string, options: string) =>
    cluster.up({
      driver: 'ssh',
      hosts: `${user}@${address} manager`,
      'driver-options': options,
      'ssh-private-key': hosts.privateKey,
      'ssh-known-hosts': hosts.knownHosts,
      'compose-file': '-',
    });

  const refused = await run('root', '');
  expect(refused.conclusion).toBe('failure');
  expect(refused.lines.join('\n')).toMatch(/There is no docker on .*[\s\S]*install-engine: true/);

  const powerless = await run('deploy', 'install-engine: true');
  expect(powerless.conclusion).toBe('failure');
  expect(powerless.lines.join('\n')).toMatch(
    /deploy may not install Docker Engine on .*: sudo asks deploy for a password[\s\S]*Log in as root/,
  );
  expect(await hosts.on(1, 'command -v dockerd || echo none')).toBe('none');

  const installed = await run('ops', 'install-engine: true');
  const log = installed.lines.join('\n');
  expect(log).toMatch(
    /has no docker; it is installed now[\s\S]*installed docker\.io .* with the package manager of Debian[\s\S]*started the service docker/,
  );
  expect(installed.conclusion).toBe('success');
  expect(await hosts.on(1, "docker info --format '{{.Swarm.ControlAvailable}}'")).toBe('true');
  // The settings that were there are kept, and who may use docker stays as it was.
  expect(await hosts.on(1, 'cat /etc/default/docker; getent group docker | cut -d: -f4')).toBe(
    'ulimit() { :; }',
  );
}, 240_000);
