import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { docker, engineState } from '../support/engine.ts';
import { startHosts } from '../support/hosts.ts';
import { containersOf } from '../support/stages.ts';
import { twinsOnEngine } from '../support/twins.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const LATER = { GITHUB_RUN_ID: '2', GITHUB_JOB: 'down' };
const THEIRS = { ...LATER, GITHUB_REPOSITORY_ID: '815' };

test('removes a cluster of another run by its name, or the half of it that is left, and nothing that only looks like it', async () => {
  await using cluster = testCluster('down');
  const made = await cluster.up({ nodes: '2', 'compose-file': '-', teardown: 'never' });
  expect(made.conclusion).toBe('success');
  const down = { command: 'down' };
  const own = { cluster: cluster.name, repository: '4711', run: '1/test/up' };
  await using twins = await twinsOnEngine(own);

  const refused = await cluster.up(down, THEIRS);
  expect(refused.conclusion).toBe('failure');
  expect(refused.annotations.map(({ message }) => message).join('\n')).toContain(
    `Cluster ${cluster.name} belongs to another repository (id 4711).`,
  );
  const twin = `${cluster.name}-twin`;
  expect(await containersOf(cluster.name)).toEqual([
    ...[`${cluster.name}-1`, `${cluster.name}-2`, twin],
  ]);

  await docker('rm', '--force', '--volumes', `${cluster.name}-1`);
  const gone = await cluster.up({ ...down, nodes: 'many', 'compose-file': 'none.yaml' }, LATER);
  expect(gone.conclusion).toBe('success');
  expect(gone.outputs).toMatchObject({ cluster: cluster.name, status: 'removed' });
  expect(gone.summary).toContain(`## ✅ Cluster \`${cluster.name}\` is removed`);
  expect(gone.summary).toContain(`- \`container ${cluster.name}-2\``);
  expect(gone.summary).not.toContain('twin');
  const said = gone.lines.join('\n');
  for (const name of twins.names) expect(said).toContain(`The ${name} has labels of Swarm Up`);
  expect(await twins.left()).toEqual(twins.names);
  expect(await engineState(cluster.name)).toMatchObject({ containers: [twin], networks: [twin] });

  const again = await cluster.up(down, LATER);
  expect(again.conclusion).toBe('success');
  expect(again.outputs.status).toBe('removed');
  expect(again.lines).toContain(
    `There is no cluster ${cluster.name}, so there is nothing to remove.`,
  );
  expect(gone.state).toEqual({});
  const post = await cluster.post(gone, down);
  expect(post.lines.join('\n')).toContain('there is nothing to remove');
  const always = await cluster.post(made, { teardown: 'always' });
  expect(always.conclusion).toBe('success');
  expect(await twins.left()).toEqual(twins.names);
}, 120_000);

test('of hosts, removes what is the cluster’s alone: the swarm that was formed, or the stack', async () => {
  await using hosts = await startHosts(2);
  await using cluster = testCluster('down-hosts');
  cluster.write(
    'compose.yaml',
    `services: {web: {image: ${HELLO_IMAGE}, command: [sleep, '600'], stop_grace_period: 0s}}\n`,
  );
  const given = {
    driver: 'ssh',
    hosts: hosts.addresses.join('\n'),
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
  };
  const stack = { 'stack-name': 'shop' };
  const deploy = { ...given, ...stack, images: HELLO_IMAGE, 'stable-for': '0s' };
  const states = () => Promise.all([1, 2].map((host) => hosts.state(host)));
  const before = await states();

  expect((await cluster.up(deploy)).conclusion).toBe('success');
  const whole = await cluster.up({ ...given, command: 'down' }, LATER);
  expect(whole.lines.join('\n')).toContain('leaves last, and the swarm ends');
  for (const part of ['stack shop', `node ${hosts.addresses[0]}`, `node ${hosts.addresses[1]}`]) {
    expect(whole.summary).toContain(`- \`${part}\``);
  }
  expect(whole.conclusion).toBe('success');
  expect(await states()).toEqual(before);

  await hosts.theirSwarm(1);
  const one = { hosts: hosts.addresses[0] ?? '' };
  expect((await cluster.up({ ...deploy, ...one })).conclusion).toBe('success');
  const stacks = () => hosts.on(1, "docker stack ls --format '{{.Name}}'");
  const down = { ...given, ...one, ...stack, command: 'down' };
  const refused = [await cluster.up({ ...deploy, ...one }, THEIRS), await cluster.up(down, THEIRS)];
  for (const run of refused) {
    expect(run.conclusion).toBe('failure');
    expect(run.annotations.map(({ message }) => message).join('\n')).toContain(
      'Stack shop belongs to another repository (id 4711).',
    );
  }
  expect(await stacks()).toBe('shop');

  await hosts.on(1, 'docker volume create theirs');
  await hosts.on(1, 'docker volume create --label com.docker.stack.namespace=shop shop_data');
  const alone = await cluster.up(
    { ...down, cluster: 'another-name', 'remove-volumes': 'true' },
    LATER,
  );
  expect(alone.summary).toContain('## ✅ Stack `shop` is removed');
  expect(alone.summary).toContain(`- \`volume shop_data of ${one.hosts}\``);
  expect(await hosts.on(1, 'docker volume ls -q')).toBe('theirs');
  expect(alone.conclusion).toBe('success');
  expect(await stacks()).toBe('');
  expect(await hosts.on(1, 'docker config ls -q')).toBe('');
  expect(await hosts.on(1, "docker service ls --format '{{.Name}}'")).toBe('theirs');

  const again = await cluster.up(down, LATER);
  expect(again.conclusion).toBe('success');
  expect(again.lines).toContain('There is no stack shop, so there is nothing to remove.');

  // A network that others use goes with the last of them.
  expect((await cluster.up({ ...deploy, ...one })).conclusion).toBe('success');
  const guest = '--detach --name guest --replicas 0 --network shop_default scratch';
  await hosts.on(1, `docker service create ${guest}`);
  const first = await cluster.up(down, LATER);
  expect(first.conclusion).toBe('success');
  expect(first.annotations.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('Network shop_default stays: services of others use it (guest).'),
  );
  expect(await stacks()).toBe('');
  await hosts.on(1, 'docker service rm guest');
  expect((await cluster.up(down, LATER)).conclusion).toBe('success');
  const own = '--quiet --filter label=com.docker.stack.namespace=shop';
  expect(await hosts.on(1, `docker network ls ${own}; docker config ls ${own}`)).toBe('');
}, 240_000);
