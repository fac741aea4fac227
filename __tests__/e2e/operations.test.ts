import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { HELLO_IMAGE } from '../../script/hello-image.ts';
import { clusterOfFile, testCluster } from '../support/cluster.ts';
import { docker, engineState } from '../support/engine.ts';
import {
  expectConclusion,
  inTask,
  nodesOf,
  QUICKLY,
  removeStack,
  SLEEPS,
  servicesOf,
  tasksOf,
} from '../support/stacks.ts';
import { until } from '../support/until.ts';

// One node is enough for what a deployment does to the swarm itself.
const cluster = clusterOfFile('operations', { nodes: '1', images: HELLO_IMAGE });
afterEach(() => removeStack(cluster(), 'shop'), 60_000);

async function up(
  inputs: Readonly<Record<string, string>> = {},
  conclusion: ActionRun['conclusion'] = 'success',
): Promise<ActionRun> {
  const run = await cluster().up({
    nodes: '1',
    images: HELLO_IMAGE,
    'stack-name': 'shop',
    ...inputs,
  });
  expectConclusion(run, conclusion);
  return run;
}

/** Names of the swarm's objects of a kind, sorted. */
async function names(kind: 'config' | 'secret' | 'service'): Promise<string[]> {
  const list = await cluster().docker(kind, 'ls', '--format', '{{.Name}}');
  return list.split('\n').filter(Boolean).sort();
}

const hash = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
const page = (content: string) => `shop_page_${hash(content).slice(0, 12)}`;

test('configs and secrets are rotated by content, kept for a rollback, and then removed', async () => {
  const bytes = Uint8Array.from({ length: 499 * 1024 }, (_, at) => (at * 7) % 256);
  writeFileSync(join(cluster().workspace, 'bytes'), bytes);
  await cluster().on(1, 'printf outside | docker secret create outside -');
  await cluster().on(
    1,
    'printf x | docker config create --label com.docker.stack.namespace=shop shop_page_000000000000 -',
  );
  const write = (content: string) =>
    cluster().write(
      'compose.yaml',
      `services:
  web:
    ${SLEEPS}
    configs: [{source: page, target: /page}]
    secrets: [bytes, token, outside]
    deploy: {${QUICKLY}}
  steady:
    ${SLEEPS}
    secrets: [token]
configs:
  page: {content: "${content}"}
secrets:
  bytes: {file: bytes}
  token: {environment: TOKEN}
  outside: {external: true}
`,
    );
  const env = { env: 'TOKEN=to$$ken' };
  const shown = () => inTask(cluster(), 'shop_web', 'cat /page');

  write('one');
  await up(env);
  expect(await names('config')).toEqual(['shop_page_000000000000', page('one')].sort());
  const read = 'sha256sum < /run/secrets/bytes; cat /run/secrets/token /run/secrets/outside';
  expect(await inTask(cluster(), 'shop_web', read)).toBe(`${hash(bytes)}  -\nto$$kenoutside`);
  const labels = JSON.parse(
    await cluster().docker('config', 'inspect', '--format', '{{json .Spec.Labels}}', page('one')),
  );
  expect(labels).toMatchObject({
    'com.docker.stack.namespace': 'shop',
    'swarm-up.cluster': cluster().name,
    'swarm-up.repository': '4711',
    'swarm-up.object': 'page',
    'swarm-up.sha256': hash('one'),
  });
  const [web, steady] = [
    await tasksOf(cluster(), 'shop_web'),
    await tasksOf(cluster(), 'shop_steady'),
  ];

  await up(env);
  expect(await tasksOf(cluster(), 'shop_web')).toEqual(web);

  write('two');
  await up({ ...env, 'keep-versions': '0' });
  expect(await tasksOf(cluster(), 'shop_steady')).toEqual(steady);
  expect(await shown()).toBe('two');
  // The previous spec of web uses the first version, so it is there for a rollback.
  await cluster().docker('service', 'rollback', '--detach', 'shop_web');
  await until('the rollback shows the first version', async () => {
    return (await shown().catch(() => '')) === 'one';
  });

  write('three');
  await up({ ...env, 'keep-versions': '1' });
  expect(await names('config')).toEqual(
    ['shop_page_000000000000', page('one'), page('two'), page('three')].sort(),
  );
  write('four');
  const run = await up({ ...env, 'keep-versions': '0' });
  expect(await names('config')).toEqual(
    ['shop_page_000000000000', page('three'), page('four')].sort(),
  );
  expect(run.lines.join('\n')).toContain(`Removed the superseded config ${page('one')}`);
  expect(await tasksOf(cluster(), 'shop_steady')).toEqual(steady);
  await removeStack(cluster(), 'shop');
  await cluster().docker('secret', 'rm', 'outside');
}, 180_000);

test('what is missing or in the way is named before anything changes; a mode changes with recreate', async () => {
  const stack = (web: string, rest = '') =>
    cluster().write('compose.yaml', `services:\n  web:\n    ${SLEEPS}\n${web}${rest}`);
  stack('    ports: [8080:80]\n');
  await up({ verify: '-', 'stack-name': 'blog' });
  try {
    stack('    deploy: {mode: replicated}\n');
    await up();
    const before = await tasksOf(cluster(), 'shop_web');

    stack(
      `    deploy: {mode: global}
    ports: [8080:80]
    secrets: [token]
    configs: [page]
    networks: [front]
    volumes:
      - data:/data
      - /srv/none:/none
    platform: linux/s390x
`,
      `networks: {front: {external: true}}
volumes: {data: {external: true, name: pg}}
secrets: {token: {external: true}}
configs: {page: {external: true, name: site}}
`,
    );
    const refused = await up({}, 'failure');
    const errors = refused.annotations.filter(({ level }) => level === 'error');
    expect(errors.map(({ file, line, message }) => [file, line, message.split(':')[0]])).toEqual([
      ['compose.yaml', 15, 'network front'],
      ['compose.yaml', 18, 'config page'],
      ['compose.yaml', 17, 'secret token'],
      ['compose.yaml', 16, 'volume data'],
      ['compose.yaml', 13, 'service web'],
      ['compose.yaml', 14, 'service web'],
      ['compose.yaml', 7, 'service web'],
      ['compose.yaml', 6, 'service web'],
      [undefined, undefined, 'Stack shop cannot be deployed to this swarm'],
    ]);
    expect(errors[4]?.message).toContain('it mounts /srv/none, which no node has');
    expect(errors[5]?.message).toContain('no node has its platform linux/s390x');
    expect(errors[6]?.message).toContain('held by service blog_web of stack blog');
    expect(errors[7]?.message).toContain('`recreate: true`');
    expect(await tasksOf(cluster(), 'shop_web')).toEqual(before);
    expect(await names('service')).toEqual(['blog_web', 'shop_web']);

    stack('    deploy: {mode: global}\n');
    await up({ recreate: 'true' });
    const mode = await cluster().docker(
      'service',
      'inspect',
      '--format',
      '{{json .Spec.Mode}}',
      'shop_web',
    );
    expect(mode).toBe('{"Global":{}}');
  } finally {
    await removeStack(cluster(), 'blog');
  }
}, 120_000);

test('settings of a network and a volume that exist are refused or told; with recreate they come, and a rollback finds its network', async () => {
  const stack = (network: string, volume = '', web = '') =>
    cluster().write(
      'compose.yaml',
      `services:
  web:
    ${SLEEPS}
    networks: [back]
    volumes: ['data:/data']
    ${web}
networks:
  back:
    ${network}
volumes: {data: {${volume}}}
`,
    );
  const isInternal = () =>
    cluster().docker('network', 'inspect', '--format', '{{.Internal}}', 'shop_back');
  stack('driver: overlay');
  await up();
  const before = await tasksOf(cluster(), 'shop_web');

  stack('internal: true');
  const refused = await up({}, 'failure');
  const [error] = refused.annotations.filter(({ level }) => level === 'error');
  expect(error).toMatchObject({ file: 'compose.yaml', line: 11 });
  expect(error?.message).toContain('network back: it keeps its way to the outside');
  stack('labels: {team: data}', 'driver_opts: {type: tmpfs, device: tmpfs}');
  const planned = await up({ 'dry-run': 'true' });
  const warnings = planned.annotations.filter(({ level }) => level === 'warning');
  expect(warnings.map(({ message }) => message.split(',')[0])).toEqual([
    expect.stringMatching(/^volume data: on .+-\d the volume shop_data keeps the options/),
    'network back: it keeps the labels that it has',
  ]);
  expect(await tasksOf(cluster(), 'shop_web')).toEqual(before);

  stack('internal: true');
  const anew = await up({ recreate: 'true' });
  expect(anew.summary).toContain('! network shop_back: removed and made anew');
  expect(await isInternal()).toBe('true');

  stack('internal: false', '', "healthcheck: {test: [CMD, 'false'], interval: 1s, retries: 1}");
  const failed = await up({ recreate: 'true', 'on-failure': 'rollback' }, 'failure');
  expect(failed.outputs.status).toBe('rolled-back');
  expect(await isInternal()).toBe('false');
  expect(await servicesOf(cluster())).toEqual(['shop_web replicated 1/1']);
  await removeStack(cluster(), 'shop');
  for (const node of await nodesOf(cluster())) {
    await docker('exec', node, 'docker', 'volume', 'rm', '--force', 'shop_data');
  }
}, 180_000);

test('ports move between services of the stack: exchanged, back again by a rollback, and to a renamed one in waves', async () => {
  const service = (name: string, port: number, rest = '') => `
  ${name}:
    image: ${HELLO_IMAGE}
    stop_grace_period: 0s
    ports: ['${port}:8080']
    environment: {NAME: ${name}}${rest}`;
  const stack = (...services: readonly string[]) =>
    cluster().write('compose.yaml', `services:${services.join('')}\n`);
  const ports = async () => {
    const format = '{{.Name}} {{.Ports}}';
    const list = await cluster().docker('service', 'ls', '--format', format);
    return list.split('\n').sort();
  };
  stack(service('blue', 8101), service('green', 8102));
  await up();
  stack(service('blue', 8102), service('green', 8101));
  const swapped = await up();
  expect(swapped.summary).toContain('! port 8102/tcp: from service green to service blue');
  const after = ['shop_blue *:8102->8080/tcp', 'shop_green *:8101->8080/tcp'];
  expect(await ports()).toEqual(after);

  const failing = `
    healthcheck: {test: [CMD, 'false'], interval: 1s, retries: 1}`;
  stack(service('blue', 8101), service('green', 8102, failing));
  const failed = await up({ 'on-failure': 'rollback' }, 'failure');
  expect(failed.outputs.status).toBe('rolled-back');
  expect(await ports()).toEqual(after);

  const healthy = `
    healthcheck: {test: [CMD, busybox, 'true'], interval: 1s}`;
  stack(
    service('proxy', 8102, healthy),
    `
  worker:
    ${SLEEPS}
    depends_on: {proxy: {condition: service_healthy}}`,
  );
  const renamed = await up();
  expect(renamed.lines.join('\n')).toContain('wave 2 of 2');
  expect(await ports()).toEqual(['shop_proxy *:8102->8080/tcp', 'shop_worker']);
}, 180_000);

test('a race of docker stack deploy is met again', async () => {
  cluster().write('compose.yaml', `services:\n  web:\n    ${SLEEPS}\n`);
  // The first deployment meets what another client of the swarm would cause.
  const shim = [
    '#!/bin/sh',
    'case "$*" in "stack deploy"*) rm -f /usr/local/bin/docker',
    'echo "failed to update service shop_web: rpc error: update out of sequence" >&2; exit 1;; esac',
    'exec /usr/bin/docker "$@"',
  ].join('\n');
  writeFileSync(join(cluster().workspace, 'shim'), shim, { mode: 0o755 });
  await docker(
    'cp',
    join(cluster().workspace, 'shim'),
    `${cluster().name}-1:/usr/local/bin/docker`,
  );
  const run = await up();
  expect(run.lines.join('\n')).toContain('met a race (update out of sequence); attempt 2 of 5');
  expect(await names('service')).toEqual(['shop_web']);
}, 60_000);

const LOCK = ['config', 'ls', '--quiet', '--filter', 'name=swarm-up-lock'];

test('of two deployments at once the later waits; a killed one leaves its lock to post', async () => {
  const slow = `services:
  web:
    ${SLEEPS}
    environment: {VERSION: "\${VERSION}"}
    healthcheck: {test: [CMD, test, -e, /ready], interval: 500ms, start_period: 60s}
`;
  cluster().write('compose.yaml', slow);
  const inputs = (version: number) => ({
    nodes: '1',
    images: HELLO_IMAGE,
    'stack-name': 'shop',
    env: `VERSION=${version}`,
  });
  const url = { GITHUB_SERVER_URL: 'https://github.test', GITHUB_RUN_ID: '77' };
  const first = cluster().start(inputs(1), url);
  await first.seen(/Waiting until shop has converged/);
  const second = cluster().start(inputs(2));
  await second.seen(
    /Another deployment of stack shop is running: 77\/.*actions\/runs\/77\) holds it/,
  );
  expect(await cluster().docker('service', 'inspect', 'shop_web')).toContain('VERSION=1');

  first.kill();
  const killed = await first.result;
  expect(await cluster().docker(...LOCK)).not.toBe('');
  const post = await cluster().post(killed, {}, 'failure', url);
  expect(post.lines.join('\n')).toContain('Removing the lock of stack shop');
  expectConclusion(post, 'success');

  await second.seen(/Waiting until shop has converged/);
  await until('the second version is there', async () =>
    (await cluster().docker('service', 'inspect', 'shop_web')).includes('VERSION=2'),
  );
  second.cancel();
  await second.result;
  expect(await cluster().docker(...LOCK)).toBe('');

  await cluster().on(
    1,
    `echo A deployment of stack shop is running. | docker config create --label swarm-up.cluster=x --label swarm-up.repository=1 \\
      --label swarm-up.run=9/lost --label swarm-up.lock=shop --label swarm-up.lock.token=lost --label swarm-up.lock.lease=0 swarm-up-lock-shop -`,
  );
  cluster().write('compose.yaml', `services:\n  web:\n    ${SLEEPS}\n`);
  const third = await up();
  expect(third.lines.join('\n')).toContain('is stale and is broken: 9/lost holds it');
  expect(await cluster().docker(...LOCK)).toBe('');
}, 120_000);

test('of three pushes the newest is the last to be deployed, and the older one that waits is superseded', async () => {
  const push = (number: number, attempt = '1') => ({
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_RUN_ID: String(900 + number),
    GITHUB_RUN_NUMBER: String(number),
    GITHUB_RUN_ATTEMPT: attempt,
  });
  const inputs = (number: number) => ({
    ...{ nodes: '1', images: HELLO_IMAGE, 'stack-name': 'shop', verify: '-' },
    ...{ env: `VERSION=${number}`, teardown: 'always' },
  });
  const write = (more = '') =>
    cluster().write(
      'compose.yaml',
      `services:\n  web:\n    ${SLEEPS}\n    environment: {VERSION: "\${VERSION}"}\n    deploy: {${QUICKLY}}\n${more}`,
    );
  const running = () => cluster().docker('service', 'inspect', 'shop_web');
  const waits = /Another deployment of stack shop is running: 911\//;

  write('    healthcheck: {test: [CMD, test, -e, /ready], interval: 500ms, start_period: 60s}\n');
  const first = cluster().start(inputs(11), push(11));
  await first.seen(/Waiting until shop has converged/);
  write();
  const third = cluster().start(inputs(13), push(13));
  await third.seen(waits);
  const second = cluster().start(inputs(12), push(12));
  await second.seen(waits);
  first.cancel();
  await first.result;
  const [newer, older] = [await third.result, await second.result];
  expectConclusion(newer, 'success');
  expect(newer.outputs.status).toBe('converged');
  expectConclusion(older, 'success');
  expect(older.outputs).toMatchObject({ status: 'superseded', url: '', endpoints: '[]' });
  expect(older.summary).toContain('## ⏭️ `shop` was not deployed: a newer run has taken the place');
  expect(older.summary.match(/This run is superseded/g)).toHaveLength(1);
  const warnings = older.annotations.filter(({ level }) => level === 'warning');
  expect(warnings.map(({ message }) => message.split('\n')[0])).toEqual([
    expect.stringMatching(/^This run is superseded: a newer one, .*runs\/913\)?, .* stack shop\.$/),
  ]);
  expect(await running()).toContain('VERSION=13');

  // Though it is told to remove everything.
  const post = await cluster().post(older, inputs(12), 'success', push(12));
  expectConclusion(post, 'success');
  expect(post.lines.join('\n')).toContain(`stays: a newer run deploys it`);
  expect(await running()).toContain('VERSION=13');

  const late = await cluster().up(inputs(12), push(12));
  expectConclusion(late, 'success');
  expect(late.outputs.status).toBe('superseded');
  expect(late.lines.join('\n')).toContain('runs/913, has deployed stack shop');
  expect(await running()).toContain('VERSION=13');

  // Somebody goes back to it on purpose.
  const again = await cluster().up(inputs(12), push(12, '2'));
  expect(again.outputs.status).toBe('converged');
  expect(await running()).toContain('VERSION=12');
  const left = ['config', 'ls', '--quiet', '--filter', 'name=swarm-up'];
  expect(await cluster().docker(...left)).toBe('');
}, 120_000);

test('a dry run shows what would change, service by service, and changes nothing', async () => {
  const write = (web: string) =>
    cluster().write(
      'compose.yaml',
      `services:
  web:
    image: ${HELLO_IMAGE}
    entrypoint: [busybox]
    command: [sleep, "3600"]
    stop_grace_period: 0s
    hostname: web
    labels: {a: b}
    environment: {TOKEN: "${web}", EMPTY: "", EQUALS: a=b}
    ports: ["8081:81/udp", {target: 82, published: 8082, mode: host}]
    configs: [page, {source: page, target: /etc/page, mode: 0440}]
    secrets: [token, {source: token, target: other}]
    networks: {front: {aliases: [www]}, default: {}}
    volumes: ["data:/data", "/tmp:/host:ro", {type: tmpfs, target: /scratch}, "/anonymous"]
    deploy: {replicas: ${web === 'one' ? 1 : 2}, labels: {tier: front}, ${QUICKLY}}
  each:
    ${SLEEPS}
    deploy: {mode: global}
networks: {front: {}}
volumes: {data: {}}
configs: {page: {content: "page"}}
secrets: {token: {environment: SECRET}}
`,
    );
  const inspect = () =>
    cluster().docker(
      'service',
      'inspect',
      '--format',
      '{{.Version.Index}}',
      'shop_web',
      'shop_each',
    );
  const diff = (run: ActionRun) => /```diff\n([\s\S]*?)\n```/.exec(run.summary)?.[1];

  write('one');
  const first = await up({ env: 'SECRET=one-swordfish', verify: '-' });
  expect(first.summary).toContain('<summary>What changed: 2 services, ');
  expect(diff(first)).toContain('+ service web\n+     image: ');
  expect(diff(first)).toContain('+ network shop_front');
  const before = await inspect();

  const same = await up({ env: 'SECRET=one-swordfish', 'dry-run': 'true' });
  expect(diff(same)).toBe('  service each: unchanged\n  service web: unchanged');
  expect(same.outputs.status).toBe('planned');
  expect(same.summary).toContain('### What would change');

  write('two');
  const planned = await up({ env: 'SECRET=two-swordfish', 'dry-run': 'true' });
  const secret = (content: string) => `shop_token_${hash(content).slice(0, 12)}`;
  const copy = (content: string) => `shop_token.2_${hash([content, '2'].join('\0')).slice(0, 12)}`;
  expect(diff(planned)?.split('\n')).toEqual([
    '  service each: unchanged',
    '  service web',
    '-     replicas: 1',
    '+     replicas: 2',
    '!     environment: TOKEN (changed)',
    `-     secrets: ${copy('one-swordfish')} -> other`,
    `-     secrets: ${secret('one-swordfish')} -> token`,
    `+     secrets: ${secret('two-swordfish')} -> token`,
    `+     secrets: ${copy('two-swordfish')} -> other`,
    `+ secret ${secret('two-swordfish')}`,
    `+ secret ${copy('two-swordfish')}`,
  ]);
  expect(planned.lines.join('\n')).toContain('Plan for shop: 1 service updated, 1 unchanged');
  expect(await inspect()).toBe(before);
  expect(planned.state).toEqual({});
}, 120_000);

test('a dry run for a cluster that is not there says what would be made', async () => {
  await using other = testCluster('dry');
  other.write('compose.yaml', `services:\n  web:\n    ${SLEEPS}\n`);
  const run = await other.up({ nodes: '3', 'stack-name': 'shop', 'dry-run': 'true' });
  expectConclusion(run, 'success');
  const names = [1, 2, 3].map((index) => `${other.name}-${index}`).join(', ');
  expect(run.summary).toContain(
    `! ${names}: made by driver docker\n! a swarm of 3 nodes is formed`,
  );
  expect(run.summary).toContain('+ service web');
  expect(run.outputs.status).toBe('planned');
  expect(await engineState(other.name)).toMatchObject({
    containers: [],
    networks: [],
    volumes: [],
  });
}, 60_000);

test('with on-failure: rollback every service goes back to what it was', async () => {
  const write = (version: number, web: string, others: string) =>
    cluster().write(
      'compose.yaml',
      `services:
  web:
    image: ${HELLO_IMAGE}
    entrypoint: [sh, -c, "${web}"]
    environment: {VERSION: ${version}}
    stop_grace_period: 0s
    configs: [page]
    deploy: {restart_policy: {delay: 0s}, update_config: {monitor: 1s, failure_action: continue}}
  steady:
    ${SLEEPS}
  ${others}:
    ${SLEEPS}
configs: {page: {content: "${version}"}}
`,
    );
  write(1, 'exec busybox sleep 3600', 'old');
  await up();
  const steady = await tasksOf(cluster(), 'shop_steady');

  write(2, 'echo no database >&2; exit 5', 'extra');
  const run = await up({ 'on-failure': 'rollback', 'keep-versions': '0' }, 'failure');
  expect(run.outputs.status).toBe('rolled-back');
  expect(run.lines.join('\n')).toMatch(/^shop was rolled back: web$/m);
  const [ofWeb, ofStep] = run.annotations.filter(({ level }) => level === 'error');
  expect(ofWeb).toMatchObject({ title: 'Service web', file: 'compose.yaml', line: 2 });
  expect(ofWeb?.message).toContain('no database');
  expect(ofStep?.message).toContain('The stack was rolled back and runs as before.');
  expect(await names('service')).toEqual(['shop_old', 'shop_steady', 'shop_web']);
  expect(await inTask(cluster(), 'shop_web', 'echo $VERSION; cat /page')).toBe('1\n1');
  expect(await tasksOf(cluster(), 'shop_steady')).toEqual(steady);
  expect(await names('config')).toEqual([page('1'), page('2')].sort());
}, 120_000);
