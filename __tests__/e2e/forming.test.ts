import { beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { type Hosts, startHosts } from '../support/hosts.ts';
import { until } from '../support/until.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const inputs = (hosts: Hosts, lines: readonly string[]) => ({
  driver: 'ssh',
  hosts: lines.join('\n'),
  'ssh-private-key': hosts.privateKey,
  'ssh-known-hosts': hosts.knownHosts,
  'compose-file': '-',
});

const states = (hosts: Hosts) => Promise.all(hosts.names.map((_, at) => hosts.state(at + 1)));
const messages = (run: ActionRun) => run.annotations.map(({ message }) => message).join('\n');

test('of two runs that form one swarm at once the second waits, and both succeed', async () => {
  await using hosts = await startHosts(2);
  await using cluster = testCluster('forming');
  const before = await states(hosts);
  const [a = '', b = ''] = hosts.addresses;
  const runs = await Promise.all(
    [
      [`${a} manager`, `${b} worker`],
      [`${b} worker`, `${a} manager`],
    ].map((lines, at) => cluster.up(inputs(hosts, lines), { GITHUB_RUN_ID: String(at + 1) })),
  );
  expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
  const waited = runs.filter(({ lines }) =>
    lines.join('\n').includes('Another run forms a swarm of'),
  );
  expect(waited).toHaveLength(1);
  expect(await hosts.on(1, 'docker node ls -q | wc -l')).toBe('2');
  const down = await cluster.up({ ...inputs(hosts, [a, b]), command: 'down' });
  expect(down.conclusion).toBe('success');
  expect(await states(hosts)).toEqual(before);
}, 240_000);

test('a run that finds another at it fails with that when its time is up, and what it says to do works', async () => {
  await using hosts = await startHosts(1);
  await using cluster = testCluster('forming-busy');
  const before = await states(hosts);
  const given = inputs(hosts, hosts.addresses);
  const labels = { cluster: 'other', repository: '815', run: '9/lost/up', forming: 'token' };
  const flags = Object.entries(labels).map(([key, value]) => `--label swarm-up.${key}=${value}`);
  await hosts.on(1, `docker volume create ${flags.join(' ')} swarm-up-forming`);

  const refused = await cluster.up({ ...given, 'lock-timeout': '2s' });
  expect(refused.conclusion).toBe('failure');
  expect(messages(refused)).toContain(
    `Another run forms a swarm of ${hosts.addresses[0]}, or takes one apart: 9/lost/up, since`,
  );
  expect(messages(refused)).not.toContain('Another program');
  const [remedy = ''] = /docker volume rm \S+(?=\.)/.exec(messages(refused)) ?? [];
  await hosts.on(1, remedy);
  expect(await states(hosts)).toEqual(before);

  const main = cluster.start(given);
  await main.seen(/Asking the hosts what a swarm needs/);
  main.kill();
  const killed = await main.result;
  expect((await cluster.post(killed, given)).conclusion).toBe('success');
  expect(await hosts.on(1, 'docker volume ls -q')).toBe('');
}, 180_000);

test('`down` waits for a run that forms the swarm, and takes it apart afterwards', async () => {
  await using hosts = await startHosts(1);
  await using cluster = testCluster('forming-down');
  const before = await states(hosts);
  const given = inputs(hosts, hosts.addresses);
  const down = { ...given, command: 'down' };
  const later = { GITHUB_RUN_ID: '2', GITHUB_JOB: 'down' };
  // The first host's label is written only once the test says so.
  await hosts.on(
    1,
    `cat >/usr/local/bin/docker <<'END'
#!/bin/sh
if [ "$1 $2" = "node update" ]; then
  : >/run/labelling
  until [ -e /run/go ]; do sleep 0.1; done
fi
exec /usr/bin/docker "$@"
END
chmod +x /usr/local/bin/docker`,
  );
  const main = cluster.start(given);
  await until('a label is about to be written', async () => {
    return (await hosts.on(1, 'ls /run')).includes('labelling');
  });
  const refused = await cluster.up({ ...down, 'lock-timeout': '1s' }, later);
  expect(refused.conclusion).toBe('failure');
  expect(messages(refused)).toContain(
    `Another run forms a swarm of ${hosts.addresses[0]}, or takes one apart: 1/local/up`,
  );
  expect(await hosts.on(1, "docker info --format '{{.Swarm.LocalNodeState}}'")).toBe('active');

  const removal = cluster.start(down, later);
  await removal.seen(/This run waits for it/);
  await hosts.on(1, ': >/run/go');
  expect((await main.result).conclusion).toBe('success');
  const removed = await removal.result;
  expect(removed.conclusion).toBe('success');
  expect(removed.lines.join('\n')).toContain('leaves last, and the swarm ends');
  await hosts.on(1, 'rm /usr/local/bin/docker /run/labelling /run/go');
  expect(await states(hosts)).toEqual(before);
}, 180_000);
