import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { docker, engineState, NOTHING } from '../support/engine.ts';
import { expectConclusion, inTask, QUICKLY, servicesOf, tasksOf } from '../support/stacks.ts';

const APP = 'localhost/swarm-up-e2e-built:ci';
const WEB = 'built-shop-web';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);
const built = [APP, WEB];
afterAll(() => docker('image', 'rm', '--force', ...built));

test('`build: true` deploys a compose file with `build` as it is, on every node, and a second run changes nothing', async () => {
  await using cluster = testCluster('build');
  const runs = `entrypoint: [busybox, sleep, '3600']
    stop_grace_period: 0s
    deploy: {${QUICKLY}, mode: global}`;
  cluster.write(
    'compose.yaml',
    `services:
  web:
    build: {context: ., args: {VERSION: '\${VERSION}'}}
    ${runs}
  api:
    image: ${APP}
    build: .
    ${runs}
  worker:
    image: ${APP}
    ${runs}
  broken:
    profiles: [broken]
    build: {context: ., dockerfile: Broken}
`,
  );
  const image = (line: string) => `FROM ${HELLO_IMAGE}\nARG VERSION=none\n${line}\n`;
  cluster.write('Dockerfile', image('ENV V=$VERSION'));
  cluster.write('Broken', image('RUN ["busybox", "sh", "-c", "echo no compiler; exit 3"]'));
  const inputs = {
    build: 'true',
    images: APP,
    'stack-name': 'built-shop',
    nodes: '2',
    verify: '-',
  };
  const up = (version: string, more = {}) =>
    cluster.up({ ...inputs, env: `VERSION=${version}`, ...more });
  const tasks = () =>
    Promise.all(['web', 'api', 'worker'].map((name) => tasksOf(cluster, `built-shop_${name}`)));

  const planned = await up('one', { 'dry-run': 'true' });
  expectConclusion(planned, 'success');
  expect(planned.lines.join('\n')).toContain(
    `image ${WEB} is built (web), and only then known to be another`,
  );
  expect(await docker('image', 'ls', '--quiet', WEB)).toBe('');

  const broken = await up('one', { profiles: 'broken' });
  expectConclusion(broken, 'failure');
  expect(broken.outputs.status).toBe('image');
  expect(broken.summary).toContain('The build of api, broken, web failed on the runner.');
  expect(broken.summary).toContain('no compiler');
  expect(await engineState(cluster.name)).toEqual(NOTHING);

  const first = await up('one');
  expectConclusion(first, 'success');
  expect(await servicesOf(cluster)).toEqual([
    'built-shop_api global 2/2',
    'built-shop_web global 2/2',
    'built-shop_worker global 2/2',
  ]);
  expect(await inTask(cluster, 'built-shop_web', 'echo $V')).toBe('one');
  expect(await inTask(cluster, 'built-shop_worker', 'echo $V')).toBe('none');
  const before = await tasks();
  built.push(await docker('image', 'inspect', '--format', '{{.Id}}', WEB));

  expectConclusion(await up('one'), 'success');
  expect(await tasks()).toEqual(before);

  const last = await up('two');
  expectConclusion(last, 'success');
  expect(await inTask(cluster, 'built-shop_web', 'echo $V')).toBe('two');
  const [web, ...others] = await tasks();
  expect(others).toEqual(before.slice(1));
  expect(web).not.toEqual(before[0]);
  expectConclusion(await cluster.post(last), 'success');
}, 240_000);
