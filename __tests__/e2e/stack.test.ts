import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { HELLO_IMAGE } from '../../script/hello-image.ts';
import { clusterOfFile, testCluster } from '../support/cluster.ts';
import { docker, engineState, NOTHING } from '../support/engine.ts';
import {
  expectConclusion,
  inTask,
  nodesOf,
  QUICKLY,
  removeStack,
  SLEEPS,
  servicesOf,
} from '../support/stacks.ts';

const INPUTS = { nodes: '2', images: HELLO_IMAGE, 'stack-name': 'shop' };

const cluster = clusterOfFile('stack', { nodes: '2', images: HELLO_IMAGE });
afterEach(() => removeStack(cluster(), 'shop'), 60_000);

test('services that stay and services that end converge together', async () => {
  const ends = `image: ${HELLO_IMAGE}
    entrypoint: [sh, -c, 'echo done']`;
  cluster().write(
    'compose.yaml',
    `services:
  web:
    ${SLEEPS}
    deploy: {${QUICKLY}, replicas: 3}
  agent:
    ${SLEEPS}
    deploy: {${QUICKLY}, mode: global}
  spare:
    ${SLEEPS}
    deploy: {${QUICKLY}, replicas: 0}
  migrate:
    ${ends}
    deploy: {${QUICKLY}, restart_policy: {condition: none}}
  batch:
    ${ends}
    deploy: {mode: replicated-job, replicas: 3}
  warm:
    ${ends}
    deploy: {mode: global-job}
`,
  );
  const run = await cluster().up(INPUTS);
  expectConclusion(run, 'success');
  expect(run.outputs.status).toBe('converged');
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  expect(await servicesOf(cluster())).toEqual([
    'shop_agent global 2/2',
    'shop_batch replicated job 0/3 (3/3 completed)',
    'shop_migrate replicated 0/1',
    'shop_spare replicated 0/0',
    'shop_warm global job 0/0 (2/2 completed)',
    'shop_web replicated 3/3',
  ]);
  expect(run.summary).toContain('## ✅ `shop` runs on 2 nodes');
  for (const row of [
    '| `web` | 3/3 running |',
    '| `agent` | 2/2 running | global |',
    '| `spare` | scaled to 0 |',
    '| `migrate` | 1/1 completed |',
    '| `batch` | 3/3 completed |',
    '| `warm` | 2/2 completed |',
  ]) {
    expect(run.summary).toContain(row);
  }
}, 120_000);

test('secrets and configs reach the tasks byte for byte and stay nowhere else', async () => {
  const every = Buffer.from(Array.from({ length: 1024 }, (_, at) => at % 256));
  const token = 'To"ken-$5\\n&<>%-of-the-e2e-test';
  const written = 'Pass`word`-$HOME-of-the-e2e-test';
  const sha = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
  const write = (name: string, content: string | Buffer) =>
    writeFileSync(join(cluster().workspace, name), content);
  write('every.bin', every);
  write('written.txt', `${written}\n`);
  write('page.html', 'first');
  cluster().write(
    'compose.yaml',
    `services:
  web:
    ${SLEEPS}
    deploy: {${QUICKLY}}
    secrets: [every, written, token]
    configs:
      - {source: every, target: /etc/every.bin}
      - {source: price, target: /etc/price}
      - {source: page, target: /etc/page.html}
secrets:
  every: {file: every.bin}
  written: {file: written.txt}
  token: {environment: TOKEN}
configs:
  every: {file: every.bin}
  price: {content: "a $$5 note, \${GREETING}\\n"}
  page: {file: page.html}
`,
  );
  const inputs = { ...INPUTS, env: 'GREETING=hello $USER' };
  const first = await cluster().up(inputs, { TOKEN: token });
  expectConclusion(first, 'success');
  const sums = async () =>
    (await inTask(cluster(), 'shop_web', 'cd /run/secrets; sha256sum * /etc/every.bin /etc/p*'))
      .split('\n')
      .map((line) => line.split(/\s+/).reverse());
  const expected = {
    every: sha(every),
    token: sha(token),
    written: sha(`${written}\n`),
    '/etc/every.bin': sha(every),
    '/etc/page.html': sha('first'),
    '/etc/price': sha('a $5 note, hello $USER\n'),
  };
  expect(Object.fromEntries(await sums())).toMatchObject(expected);

  write('page.html', 'second');
  const second = await cluster().up(inputs, { TOKEN: token });
  expectConclusion(second, 'success');
  expect(Object.fromEntries(await sums())).toMatchObject({
    ...expected,
    '/etc/page.html': sha('second'),
  });

  expect(await cluster().on(1, 'ls -A /tmp')).toBe('');
  const said = [first, second].map((run) =>
    JSON.stringify([run.lines, run.summary, run.outputs, run.state, run.env, run.annotations]),
  );
  said.push(await docker('inspect', ...(await nodesOf(cluster()))));
  for (const secret of [token, written]) {
    const asJson = JSON.stringify(secret).slice(1, -1);
    expect(said.filter((text) => text.includes(secret) || text.includes(asJson))).toEqual([]);
  }
}, 120_000);

test('what is written with dollars is interpolated once and arrives as it was meant', async () => {
  const hash = '$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';
  cluster().write('.env', 'TAG=from-dotenv\nOVERRIDDEN=dotenv\n');
  cluster().write(
    'compose.yaml',
    `services:
  web:
    image: ${HELLO_IMAGE}
    entrypoint: [sh, -c, 'GREETING="hi $$NAME"; export GREETING; exec busybox sleep 3600']
    stop_grace_period: 0s
    environment:
      NAME: world
      PRICE: 'cost $$5 $$\{NOT_OURS}'
      HASH: \${HASH}
      WRITTEN_HASH: '${hash.replaceAll('$', '$$$$')}'
      TAG: \${TAG}
      OVERRIDDEN: \${OVERRIDDEN}
      DEFAULT: \${UNSET-with default}
    deploy: {${QUICKLY}, replicas: "\${COPIES:-2}"}
`,
  );
  const run = await cluster().up({ ...INPUTS, env: `HASH=${hash}\nOVERRIDDEN=input` });
  expectConclusion(run, 'success');
  expect(await servicesOf(cluster())).toEqual(['shop_web replicated 2/2']);
  const env = await inTask(cluster(), 'shop_web', "tr '\\0' '\\n' < /proc/1/environ");
  expect(env.split('\n')).toEqual(
    expect.arrayContaining([
      'GREETING=hi world',
      'PRICE=cost $5 $'.concat('{NOT_OURS}'),
      `HASH=${hash}`,
      `WRITTEN_HASH=${hash}`,
      'TAG=from-dotenv',
      'OVERRIDDEN=input',
      'DEFAULT=with default',
    ]),
  );
}, 120_000);

test('`-` for compose-file gives the swarm and deploys nothing', async () => {
  cluster().write('compose.yaml', 'services: {web: {image: never-deployed}}\n');
  const run = await cluster().up({ nodes: '2', 'compose-file': '-' });
  expectConclusion(run, 'success');
  expect(run.outputs).toMatchObject({ status: 'converged', 'stack-name': '', url: '' });
  expect(run.lines.join('\n')).toContain(`The swarm ${cluster().name} of 2 nodes is ready`);
  expect(await servicesOf(cluster())).toEqual([]);
}, 60_000);

test('a port that is taken on the runner moves; verify asks paths and statuses through every node', async () => {
  await using own = testCluster('ports');
  using _taken = await listen(18281);
  const serves = `image: ${HELLO_IMAGE}
    stop_grace_period: 0s
    deploy: {${QUICKLY}, mode: global}`;
  own.write(
    'compose.yaml',
    `services:
  web:
    ${serves}
    ports: [{target: 8080, published: 18281, mode: host}]
  admin:
    ${serves}
    ports: [{target: 8080, published: 18282, mode: host}]
`,
  );
  const inputs = { ...INPUTS, cluster: own.name };
  const run = await own.up({ ...inputs, verify: '18281/\n18282/missing 404' });
  expectConclusion(run, 'success');
  expect(run.annotations).toContainEqual(
    expect.objectContaining({
      level: 'warning',
      message: expect.stringContaining('Port 18281 of 127.0.0.1 is taken on the runner'),
    }),
  );
  const local = /^http:\/\/127\.0\.0\.1:(\d+)$/.exec(run.outputs.url ?? '')?.[1];
  expect(local).toBeDefined();
  expect(local).not.toBe('18281');
  expect(await (await fetch(run.outputs.url ?? '')).text()).toContain('Hello from task');
  expect((await fetch('http://127.0.0.1:18282/')).status).toBe(200);

  const wrong = await own.up({ ...inputs, verify: '18281/ 418', 'wait-timeout': '6s' });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.outputs.status).toBe('failed');
  const message = wrong.annotations.findLast(({ level }) => level === 'error')?.message;
  for (const node of [`${own.name}-1`, `${own.name}-2`]) {
    expect(message).toMatch(
      new RegExp(`web, port 18281, through ${node} .*GET /: answered 200, wanted 418`),
    );
  }
  expect(wrong.summary).toContain('answered 200, wanted 418');

  expect((await own.post(run)).conclusion).toBe('success');
  expect(await engineState(own.name)).toEqual(NOTHING);
}, 120_000);

async function listen(port: number): Promise<Disposable> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: '127.0.0.1', port }, resolve);
  await promise;
  return { [Symbol.dispose]: () => server.close() };
}
