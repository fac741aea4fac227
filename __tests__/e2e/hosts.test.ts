import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { type Hosts, startHosts } from '../support/hosts.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const STACK = `services:
  web:
    image: ${HELLO_IMAGE}
    environment: {TASK: '{{.Task.Name}}', NODE: '{{.Node.Hostname}}'}
    ports: [{target: 8080, published: 8080, mode: host}]
    deploy: {mode: global}
    secrets: [token]
secrets:
  token: {file: token.txt}
`;

const inputs = (hosts: Hosts, lines: readonly string[]) => ({
  driver: 'ssh',
  hosts: lines.join('\n'),
  'ssh-private-key': hosts.privateKey,
  'ssh-known-hosts': hosts.knownHosts,
  'stack-name': 'shop',
  images: HELLO_IMAGE,
  'stable-for': '0s',
});

test('hosts form a swarm, are left alone by default, and as they were before when that is asked for', async () => {
  await using hosts = await startHosts(3);
  await using cluster = testCluster('hosts');
  cluster.write('compose.yaml', STACK);
  cluster.write('token.txt', 'not-to-be-seen');
  const [a, b, c] = hosts.addresses;
  const before = await Promise.all([1, 2, 3].map((host) => hosts.state(host)));

  const lines = [`${a} manager`, `deploy@${b} worker zone=b`, `${c} worker`];
  const passedOn = { 'image-transfer': 'nodes' };
  const first = await cluster.up({ ...inputs(hosts, lines), ...passedOn });
  expect(first.lines.join('\n')).toContain('shop runs on 3 nodes');
  expect(first.conclusion).toBe('success');
  // The runner sends the image once. Two others log in for it: as root, and as deploy.
  const loaded = first.lines.filter((line) => line.includes(`  ${HELLO_IMAGE}  `));
  expect(loaded.map((line) => line.trim().replace(/ in [\d.]+ m?s$/, ''))).toEqual([
    expect.stringMatching(`^${a}  ${HELLO_IMAGE}  [\\d.]+ MB$`),
    ...[b, c].map((address) => `${address}  ${HELLO_IMAGE}  from ${a}`),
  ]);
  expect(first.summary).toContain(`| \`${HELLO_IMAGE}\` | by \`${a}\` |`);
  expect(JSON.parse(first.outputs.nodes ?? '')).toEqual(
    hosts.names.map((name, at) => ({
      name,
      address: hosts.addresses[at],
      role: at === 0 ? 'manager' : 'worker',
      state: 'ready',
    })),
  );
  for (const address of hosts.addresses) {
    expect((await fetch(`http://${address}:8080/`)).status).toBe(200);
  }
  const labels = await hosts.on(
    1,
    `docker node inspect ${hosts.names[1]} --format '{{json .Spec.Labels}}'`,
  );
  expect(JSON.parse(labels)).toMatchObject({ zone: 'b', 'swarm-up.cluster': cluster.name });
  expect(await hosts.on(1, 'ls -A /tmp')).toBe('');
  expect(first.lines.join('\n')).not.toContain('not-to-be-seen');

  const kept = await cluster.post(first, inputs(hosts, lines));
  expect(kept.conclusion).toBe('success');
  expect(kept.lines.join('\n')).toContain('stays: it was there before this step');
  expect((await fetch(`http://${a}:8080/`)).status).toBe(200);

  const tasks = await hosts.on(1, 'docker service ps -q --no-trunc shop_web');
  const promoted = [`${a} manager`, `deploy@${b} manager zone=b`, `${c} manager`];
  const again = await cluster.up({ ...inputs(hosts, promoted), teardown: 'always' });
  expect(again.conclusion).toBe('success');
  expect(await hosts.on(1, 'docker service ps -q --no-trunc shop_web')).toBe(tasks);
  const nodes = await hosts.on(1, "docker node ls --format '{{.Hostname}} {{.ManagerStatus}}'");
  expect(nodes.split('\n').sort()).toEqual([
    `${hosts.names[0]} Leader`,
    `${hosts.names[1]} Reachable`,
    `${hosts.names[2]} Reachable`,
  ]);

  const gone = await cluster.post(again, { ...inputs(hosts, promoted), teardown: 'always' });
  expect(gone.lines.join('\n')).toContain('leaves last, and the swarm ends');
  expect(gone.conclusion).toBe('success');
  expect(await Promise.all([1, 2, 3].map((host) => hosts.state(host)))).toEqual(before);
}, 240_000);

test('what is not right is refused, and nothing is changed', async () => {
  await using hosts = await startHosts(2);
  await using cluster = testCluster('hosts-refused');
  cluster.write('compose.yaml', STACK);
  cluster.write('token.txt', 'not-to-be-seen');
  const [a, b] = hosts.addresses;
  const before = await hosts.state(1);
  const refused = async (given: Readonly<Record<string, string>>) => {
    const run = await cluster.up({ ...inputs(hosts, [`${a} manager`, `${b}`]), ...given });
    expect(run.conclusion).toBe('failure');
    expect(await hosts.state(1)).toBe(before);
    return run.lines.join('\n');
  };

  const unknown = await refused({ 'ssh-known-hosts': '' });
  expect(unknown).toContain(`Host key of ${a}`);
  expect(unknown).toContain(hosts.knownHosts.split('\n')[0]?.split(' ').slice(0, 3).join(' '));
  expect(unknown).not.toMatch(/^\s+at .*index\.js/m);

  expect(await refused({ hosts: `ops@${a} manager` })).toMatch(/ops may not use docker on .*sudo/);

  expect(
    await refused({ hosts: `${a} manger\n${a}:x`, 'ssh-private-key': 'ssh-ed25519 AAAA me' }),
  ).toMatch(
    /hosts: "line 1": `manger`[\s\S]*hosts: "line 2": `x` is not a port[\s\S]*ssh-private-key: .*public key/,
  );

  await hosts.on(2, 'docker swarm init');
  expect(await refused({})).toContain(`${b} is in another swarm than the managers named here.`);
  expect(await hosts.on(2, "docker info --format '{{.Swarm.LocalNodeState}}'")).toBe('active');
  const mapped = `::ffff:${b}`;
  const twice = {
    hosts: `root@${b} manager name=one\ndeploy@[${mapped}] worker name=other`,
    'ssh-known-hosts': `${hosts.knownHosts}\n${hosts.knownHosts.replaceAll(b ?? '', mapped)}`,
  };
  expect(await refused(twice)).toContain('Lines of `hosts` lead to one host: one and other.');

  // An engine whose client is not found is no host without an engine; one that lies aside is found.
  await hosts.on(2, 'mkdir -p /hidden /opt/bin && mv /usr/bin/docker /hidden/');
  for (const options of ['', 'install-engine: true']) {
    expect(await refused({ hosts: `${b}`, 'driver-options': options })).toMatch(
      /docker on .* is in no folder where commands over SSH are looked for[\s\S]*found: socket [\s\S]*ln -s/,
    );
  }
  await hosts.on(2, 'mv /hidden/docker /opt/bin/');
  const aside = { ...inputs(hosts, [`${b}`]), 'compose-file': '-', 'dry-run': 'true' };
  expect((await cluster.up(aside)).conclusion).toBe('success');
}, 180_000);

test('to a swarm that exists, one manager is enough; it gets the stack and no label, and loses only the stack', async () => {
  await using hosts = await startHosts(1);
  await using cluster = testCluster('hosts-existing');
  cluster.write('compose.yaml', STACK);
  cluster.write('token.txt', 'not-to-be-seen');
  await hosts.theirSwarm(1);
  const given = { ...inputs(hosts, [`deploy@${hosts.addresses[0]}`]), teardown: 'always' };
  const run = await cluster.up(given);
  expect(run.conclusion).toBe('success');
  expect(await hosts.on(1, "docker node inspect self --format '{{json .Spec.Labels}}'")).toBe('{}');

  const post = await cluster.post(run, given);
  expect(post.conclusion).toBe('success');
  expect(await hosts.on(1, "docker service ls --format '{{.Name}}'")).toBe('theirs');
  expect(
    await hosts.on(
      1,
      'docker secret ls -q; docker network ls -q --filter label=com.docker.stack.namespace=shop',
    ),
  ).toBe('');
}, 120_000);

test('a stack that main has not claimed is not post’s to remove, with `teardown: always` either', async () => {
  await using hosts = await startHosts(1);
  await using cluster = testCluster('hosts-unclaimed');
  cluster.write('compose.yaml', STACK);
  cluster.write('token.txt', 'not-to-be-seen');
  await hosts.theirSwarm(1);
  const given = inputs(hosts, hosts.addresses);
  expect((await cluster.up({ ...given, cluster: 'production' })).conclusion).toBe('success');
  const tasks = () => hosts.on(1, 'docker service ps -q --no-trunc shop_web');
  const before = await tasks();

  cluster.write('compose.yaml', `${STACK}networks: {default: {external: true, name: not-there}}\n`);
  const always = { ...given, teardown: 'always' };
  const refused = await cluster.up(always, { GITHUB_RUN_ID: '2' });
  expect(refused.conclusion).toBe('failure');
  expect(refused.lines.join('\n')).toContain('not-there');
  const post = await cluster.post(refused, always);
  expect(post.conclusion).toBe('success');
  expect(await tasks()).toBe(before);

  // Nor is what another run has made of it since, or somebody has made by hand.
  cluster.write('compose.yaml', STACK);
  const production = { ...always, cluster: 'production' };
  const [older, newer] = [
    await cluster.up(production, { GITHUB_RUN_ID: '3' }),
    await cluster.up(production, { GITHUB_RUN_ID: '4' }),
  ];
  expect(newer.conclusion).toBe('success');
  const left = await cluster.post(older, production, 'success', { GITHUB_RUN_ID: '3' });
  expect(left.conclusion).toBe('success');
  expect(left.lines.join('\n')).toContain('Stack shop was deployed again by 4/local/up and stays');
  expect(await tasks()).toBe(before);
  await hosts.on(1, 'docker stack rm shop');
  const label = '--label com.docker.stack.namespace=shop';
  await hosts.on(
    1,
    `docker service create --detach --name shop_mine --replicas 0 ${label} scratch`,
  );
  const last = await cluster.post(newer, production, 'success', { GITHUB_RUN_ID: '4' });
  expect(last.conclusion).toBe('success');
  expect(await hosts.on(1, "docker service ls --format '{{.Name}}'")).toBe('shop_mine\ntheirs');
}, 180_000);
