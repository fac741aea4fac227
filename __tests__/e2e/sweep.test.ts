import { randomInt } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { type Owner, ownerLabels } from '../../src/machines/ownership.ts';
import { hetznerTrial, makeCluster } from '../support/clouds/hetzner-cluster.ts';
import { testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';
import { startHosts } from '../support/hosts.ts';
import { containersOf } from '../support/stages.ts';
import { twinsInSwarm, twinsOnEngine } from '../support/twins.ts';
import { until, untilTtlIsOver } from '../support/until.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

/** Of a repository that no other test has anything of. */
const repository = () => ({ GITHUB_REPOSITORY_ID: String(randomInt(100_000, 1e9)) });
const LATER = { GITHUB_RUN_ID: '2', GITHUB_JOB: 'sweep' };

const resultsOf = (run: ActionRun) =>
  Object.fromEntries(
    (JSON.parse(run.outputs.clusters ?? '') as { cluster: string; result: string }[]).map(
      ({ cluster, result }) => [cluster, result],
    ),
  );

test('what has outlived its ttl goes; what was renewed, has time left, or is another repository’s stays', async () => {
  await using cluster = testCluster('sweep', { expectEmpty: false });
  const { name } = cluster;
  const own = repository();
  const network = (of: string, expires: string, repositoryId: string) =>
    docker(
      'network',
      'create',
      `--label=swarm-up.cluster=${of}`,
      `--label=swarm-up.repository=${repositoryId}`,
      `--label=swarm-up.expires=${expires}`,
      of,
    );
  const [living, theirs] = [`${name}-living`, `${name}-theirs`];
  await network(living, '2999-01-01T00:00:00Z', own.GITHUB_REPOSITORY_ID);
  await network(theirs, '2020-01-01T00:00:00Z', '815');
  try {
    const given = { nodes: '1', 'compose-file': '-', teardown: 'never' };
    const up = async (ttl: string) => {
      const run = await cluster.up({ ...given, ttl }, own);
      expect(run.conclusion).toBe('success');
      return run.summary;
    };
    const sweep = (inputs: Readonly<Record<string, string>> = {}) =>
      cluster.up({ command: 'sweep', ...inputs }, { ...own, ...LATER });

    await up('1s');
    await untilTtlIsOver();
    const listed = await sweep({ 'dry-run': 'true' });
    expect(listed.conclusion).toBe('success');
    expect(listed.outputs.status).toBe('listed');
    expect(resultsOf(listed)).toEqual({ [name]: 'would be removed', [living]: 'stays' });
    expect(await containersOf(name)).toHaveLength(1);

    expect(await up('24h')).toContain(' · expires in 23 h 59 min');
    expect(resultsOf(await sweep())).toEqual({ [name]: 'stays', [living]: 'stays' });

    await up('1s');
    await using twins = await twinsOnEngine({
      ...{ cluster: living, repository: own.GITHUB_REPOSITORY_ID, run: '1/test/up' },
      expires: '2020-01-01T00:00:00Z',
    });
    const swept = await sweep();
    expect(await twins.left()).toEqual(twins.names);
    expect(swept.conclusion).toBe('success');
    expect(swept.outputs.status).toBe('swept');
    expect(resultsOf(swept)).toEqual({ [name]: 'removed', [living]: 'stays' });
    expect(swept.summary).toMatch(new RegExp(`\\| \`${name}\` \\|.*removed: ttl ended`));
    // Other tests have forged twins of their own on this engine, and a sweep names those, too; of
    // more than nine warnings some are lines of the log alone.
    const warnings = swept.lines
      .map((line) => line.trim())
      .filter((line) => line.startsWith('Warning: ') && line.includes(name));
    expect(warnings.toSorted()).toEqual([
      expect.stringContaining(`Cluster ${name} was removed: ttl ended`),
      ...twins.names.map((twin) => expect.stringContaining(`The ${twin} has labels of Swarm Up`)),
    ]);
    expect(await containersOf(name)).toEqual([]);
    expect(await docker('volume', 'ls', '-q', `--filter=label=swarm-up.cluster=${name}`)).toBe('');
    expect(swept.state).toEqual({});
  } finally {
    expect(await docker('network', 'rm', living, theirs)).toBe(`${living}\n${theirs}`);
  }
}, 120_000);

test('one step sweeps several drivers, each with its token, and one that fails keeps no other', async () => {
  await using cluster = testCluster('sweep-drivers');
  await using hetzner = await hetznerTrial({ actionMs: 0 });
  const { fake } = hetzner;
  const own = repository();
  const onEngine = `${cluster.name}-engine`;
  const owner: Owner = {
    ...{ cluster: 'shop-pr-3', repository: own.GITHUB_REPOSITORY_ID, run: '1/test/up' },
    expires: '2020-01-01T00:00:00Z',
  };
  await makeCluster(hetzner.work(), owner, 1);
  const labels = Object.entries(ownerLabels({ ...owner, cluster: onEngine }));
  const flags = labels.map(([key, value]) => `--label=${key}=${value}`);
  const makeNetwork = () => docker('network', 'create', ...flags, onEngine);
  const networks = () => docker('network', 'ls', '-q', `--filter=name=^${onEngine}$`);
  const sweep = (token: string) => {
    const endpoint = JSON.stringify({ hetzner: { endpoint: fake.endpoint } });
    const inputs = { command: 'sweep', driver: 'hetzner, docker', 'driver-options': endpoint };
    return cluster.up(inputs, { ...own, ...LATER, HCLOUD_TOKEN: token });
  };
  await makeNetwork();

  const refused = await sweep('another-token');
  expect(refused.conclusion).toBe('failure');
  expect(resultsOf(refused)).toEqual({ [onEngine]: 'removed' });
  expect(refused.summary).toContain('Removed 1 cluster, and not every driver could be swept');
  expect(refused.lines.join('\n')).toContain('The stand-in says unauthorized');
  expect(refused.lines.join('\n')).not.toContain('another-token');
  expect(await networks()).toBe('');
  expect(fake.project.servers.size).toBe(1);

  await makeNetwork();
  const swept = await sweep(fake.token);
  expect(swept.conclusion).toBe('success');
  expect(JSON.parse(swept.outputs.clusters ?? '')).toEqual([
    expect.objectContaining({ driver: 'hetzner', cluster: 'shop-pr-3', result: 'removed' }),
    expect.objectContaining({ driver: 'docker', cluster: onEngine, result: 'removed' }),
  ]);
  expect(fake.project.all).toEqual([]);
  expect(await networks()).toBe('');
}, 120_000);

test('of hosts, a stack goes when its time has come, and the swarm when nothing of others is left in it', async () => {
  await using hosts = await startHosts(1);
  await using cluster = testCluster('sweep-hosts');
  cluster.write(
    'compose.yaml',
    `services: {web: {image: ${HELLO_IMAGE}, command: [sleep, '600'], stop_grace_period: 0s}}\n`,
  );
  const own = repository();
  const given = {
    driver: 'ssh',
    hosts: hosts.addresses.join('\n'),
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
  };
  const up = async (stack: string, ttl: string) => {
    const inputs = { cluster: stack, 'stack-name': stack, images: HELLO_IMAGE, ttl };
    const run = await cluster.up({ ...given, ...inputs, 'stable-for': '0s' }, own);
    expect(run.conclusion).toBe('success');
  };
  const sweep = (env: Readonly<Record<string, string>>) =>
    cluster.up({ ...given, command: 'sweep' }, { ...env, ...LATER });
  const stacks = () => hosts.on(1, "docker stack ls --format '{{.Name}}'");
  const before = await hosts.state(1);

  await up('shop', '1s');
  await up('blog', '24h');
  const task = await hosts.on(1, 'docker service ps -q --no-trunc blog_web');
  expect(resultsOf(await sweep(repository()))).toEqual({});
  const first = await sweep(own);
  expect(first.conclusion).toBe('success');
  expect(resultsOf(first)).toEqual({ blog: 'stays', shop: 'stays' });
  expect(first.summary).toContain('but its swarm still runs what is not of this cluster');
  expect(await stacks()).toBe('blog');

  await up('blog', '1s');
  await untilTtlIsOver();
  expect(await hosts.on(1, 'docker service ps -q --no-trunc blog_web')).toBe(task);
  const last = await sweep(own);
  expect(last.conclusion).toBe('success');
  expect(resultsOf(last)).toEqual({ blog: 'removed', shop: 'removed' });
  expect(await hosts.state(1)).toBe(before);
}, 240_000);

test('of one cluster, a stack that is renewed while another one is removed stays; what a lost run held of hosts goes', async () => {
  await using hosts = await startHosts(1);
  await using cluster = testCluster('sweep-renewed');
  cluster.write(
    'compose.yaml',
    `services: {web: {image: ${HELLO_IMAGE}, command: [sleep, '600'], stop_grace_period: 0s}}\n`,
  );
  const own = repository();
  const given = {
    driver: 'ssh',
    hosts: hosts.addresses.join('\n'),
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
  };
  const up = async (stack: string, ttl: string) => {
    const inputs = { 'stack-name': stack, images: HELLO_IMAGE, ttl, 'stable-for': '0s' };
    expect((await cluster.up({ ...given, ...inputs }, own)).conclusion).toBe('success');
  };
  const sweep = { ...given, command: 'sweep' };
  const stacks = () => hosts.on(1, "docker stack ls --format '{{.Name}}'");
  const before = await hosts.state(1);
  const flags = Object.entries({
    ...{ cluster: 'lost', repository: own.GITHUB_REPOSITORY_ID, run: '9/lost/up' },
    ...{ forming: 'token', expires: '2020-01-01T00:00:00Z' },
  }).map(([key, value]) => `--label swarm-up.${key}=${value}`);

  await up('blog', '1s');
  await up('shop', '1s');
  // It ends once the test says so, so that there is time to renew the other one.
  await hosts.on(
    1,
    `mkdir /run/hold && docker service create --detach --name blog_last --label com.docker.stack.namespace=blog \\
      --container-label com.docker.stack.namespace=blog --stop-grace-period 55s --mount type=bind,src=/run/hold,dst=/hold \\
      ${HELLO_IMAGE} sh -c "trap '' TERM; until [ -e /hold/go ]; do sleep 0.2; done"`,
  );
  await until('it runs', async () => {
    return (await hosts.on(1, 'docker ps --format {{.Names}}')).includes('blog_last');
  });
  const running = cluster.start(sweep, { ...own, ...LATER });
  await until('the first stack goes', async () => {
    return !(await hosts.on(1, "docker service ls --format '{{.Name}}'")).includes('blog_web');
  });
  await up('shop', '24h');
  await hosts.on(1, ': >/run/hold/go');
  const swept = await running.result;
  expect(resultsOf(swept)).toEqual({ [cluster.name]: 'stays' });
  expect(await stacks()).toBe('shop');
  await up('shop', '1s');
  await untilTtlIsOver();
  expect(resultsOf(await cluster.up(sweep, { ...own, ...LATER }))).toEqual({
    [cluster.name]: 'removed',
  });

  await hosts.on(1, `docker volume create ${flags.join(' ')} swarm-up-forming`);
  expect(resultsOf(await cluster.up(sweep, { ...own, ...LATER }))).toEqual({});
  expect(await hosts.on(1, 'docker volume ls -q')).toBe('swarm-up-forming');
  await hosts.on(1, 'docker volume rm swarm-up-forming; rm -r /run/hold');
  expect(await hosts.state(1)).toBe(before);
}, 240_000);

test('a stack that is deployed by another repository survives what looks like ours, by sweep and by down', async () => {
  await using hosts = await startHosts(1);
  await using cluster = testCluster('sweep-forged');
  await hosts.theirSwarm(1);
  cluster.write(
    'compose.yaml',
    `services: {web: {image: ${HELLO_IMAGE}, command: [sleep, '600'], stop_grace_period: 0s}}\n`,
  );
  const [own, theirs] = [repository(), repository()];
  const given = {
    driver: 'ssh',
    hosts: hosts.addresses.join('\n'),
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
  };
  const deploy = { ...given, images: HELLO_IMAGE, 'stable-for': '0s' };
  const named = (name: string) => ({ cluster: name, 'stack-name': name });
  const stacks = async () =>
    (await hosts.on(1, "docker stack ls --format '{{.Name}}'")).split('\n').sort();
  expect((await cluster.up({ ...deploy, ...named('production') }, theirs)).conclusion).toBe(
    'success',
  );
  const preview = { ...deploy, ...named('shop-pr-12'), ttl: '1s' };
  expect((await cluster.up(preview, own)).conclusion).toBe('success');
  const twins = await twinsInSwarm(hosts, {
    ...{ cluster: 'shop-pr-12', repository: own.GITHUB_REPOSITORY_ID, run: '1/test/up' },
    expires: '2020-01-01T00:00:00Z',
  });
  const nodeLabels = () => hosts.on(1, "docker node inspect self --format '{{json .Spec.Labels}}'");
  const before = await nodeLabels();

  const swept = await cluster.up({ ...given, command: 'sweep' }, { ...own, ...LATER });
  expect(swept.conclusion).toBe('success');
  expect(resultsOf(swept)).toEqual({ 'shop-pr-12': 'removed' });
  expect(swept.annotations.map(({ message }) => message).join('\n')).toContain(
    'The config twin-record has the label swarm-up.stack',
  );
  expect(await stacks()).toEqual(['production']);

  const down = { ...given, command: 'down', cluster: 'shop-pr-12' };
  const gone = await cluster.up(down, { ...own, ...LATER });
  expect(gone.conclusion).toBe('success');
  const said = gone.annotations.map(({ message }) => message);
  for (const name of twins.names) {
    expect(said.filter((message) => message.startsWith(`The config ${name} `))).toHaveLength(1);
  }
  expect(said.join('\n')).toContain(`Node ${hosts.names[0]} has labels of Swarm Up`);
  expect(await stacks()).toEqual(['production']);
  expect(await twins.left()).toEqual(twins.names);
  expect(await nodeLabels()).toBe(before);
  expect(await hosts.on(1, "docker info --format '{{.Swarm.LocalNodeState}}'")).toBe('active');

  cluster.write(
    'compose.yaml',
    `services: {web: {image: x, configs: [c]}}
configs:
  c:
    content: x
    labels:
      - swarm-up.stack=production
`,
  );
  const refused = await cluster.up({ ...deploy, ...named('shop-pr-13') }, own);
  expect(refused.conclusion).toBe('failure');
  expect(refused.annotations).toContainEqual(
    expect.objectContaining({
      message: expect.stringContaining('the label `swarm-up.stack` is one that Swarm Up gives'),
      ...{ file: 'compose.yaml', line: 6 },
    }),
  );
}, 240_000);
