import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { runner } from '../../src/exec/runner.ts';
import { testCluster } from '../support/cluster.ts';
import { docker, engineState, NOTHING } from '../support/engine.ts';
import { writeRebuilt } from '../support/image-archives.ts';
import {
  expectConclusion,
  inTask,
  nodesOf,
  QUICKLY,
  servicesOf,
  tasksOf,
} from '../support/stacks.ts';

const ONE = 'localhost/swarm-up-e2e-one:1';
const TWO = 'localhost/swarm-up-e2e-two:1';
const APP = 'localhost/swarm-up-e2e-app:ci';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);
afterAll(() => docker('image', 'rm', '--force', ONE, TWO));

test('images of the runner get into every node, once, and run there without a registry', async () => {
  await using cluster = testCluster('images');
  await build(ONE, 'first');
  await build(TWO, 'first');
  cluster.write(
    'compose.yaml',
    `services:
  one: {image: '${ONE}', stop_grace_period: 0s, deploy: {${QUICKLY}, mode: global}}
  two: {image: '${TWO}', stop_grace_period: 0s, deploy: {${QUICKLY}, mode: global}}
`,
  );
  const inputs = { images: `${ONE}\n${TWO}`, 'stack-name': 'shop' };
  const first = await cluster.up({ ...inputs, nodes: '2' });
  expectConclusion(first, 'success');
  expect(loaded(first)).toEqual([`-1  ${ONE}, ${TWO}`, `-2  ${ONE}, ${TWO}`]);
  await expectOnAll(await contents());

  await docker('save', '--output', `${cluster.workspace}/two.tar`, TWO);
  const again = await cluster.up({ ...inputs, images: `${ONE}\n*.tar`, nodes: '3' });
  expectConclusion(again, 'success');
  expect(loaded(again)).toEqual([
    '-1  has them already',
    '-2  has them already',
    `-3  ${ONE}, ${TWO}`,
  ]);
  expect(await servicesOf(cluster)).toEqual(['shop_one global 3/3', 'shop_two global 3/3']);

  await build(TWO, 'second');
  await docker('save', '--output', `${cluster.workspace}/two.tar`, TWO);
  const wanted = await contents();
  await docker('image', 'rm', TWO);
  const changed = await cluster.up({ ...inputs, images: `${ONE}\n*.tar`, nodes: '3' });
  expectConclusion(changed, 'success');
  expect(loaded(changed)).toEqual([`-1  ${TWO}`, `-2  ${TWO}`, `-3  ${TWO}`]);
  expect(changed.summary).toContain('Images loaded into 3 nodes');
  await expectOnAll(wanted);
  expect(changed.lines).toContain(`  two.tar: ${TWO}`);

  expect((await cluster.post(changed)).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);

  /** What the log says of each node, by its number. */
  function loaded({ lines }: ActionRun): string[] {
    const from = lines.findIndex((line) => line.includes('Loading')) + 1;
    const to = lines.findIndex((line, at) => at > from && line.includes('done in'));
    return lines.slice(from, to).map((line) =>
      line
        .trim()
        .replace(cluster.name, '')
        .replace(/ {2}\d+\.\d [kM]B in \d+\.\d s$/, ''),
    );
  }

  /**
   * What tells one image from another on engines that keep images in different stores, and so under
   * different ids.
   */
  async function contents(...where: string[]): Promise<string> {
    const format = '{{json .Config.Labels}} {{json .RootFS.Layers}}';
    return await docker(...where, 'image', 'inspect', '--format', format, ONE, TWO);
  }

  async function expectOnAll(wanted: string): Promise<void> {
    expect(new Set(wanted.split('\n')).size).toBe(2);
    for (const node of await nodesOf(cluster)) {
      expect([node, await contents('exec', node, 'docker')]).toEqual([node, wanted]);
    }
  }
}, 240_000);

test('an image that was rebuilt under its name runs, the same one changes nothing, and a rollback finds the earlier one', async () => {
  await using cluster = testCluster('rebuilt');
  const inputs = { images: 'app.tar', 'stack-name': 'shop', nodes: '2', 'on-failure': 'rollback' };
  const services = (healthcheck = '') => `services:
  app:
    image: '${APP}'
    entrypoint: [busybox, sleep, '3600']
    stop_grace_period: 0s
    ${healthcheck}
    deploy: {${QUICKLY}, mode: global}
  other:
    image: '${HELLO_IMAGE}'
    entrypoint: [busybox, sleep, '3600']
    stop_grace_period: 0s
`;
  const rebuild = (config: Readonly<Record<string, unknown>>) =>
    writeRebuilt(join(cluster.workspace, 'app.tar'), HELLO_IMAGE, APP, (before) => ({
      ...before,
      ...config,
    }));
  const up = async () => cluster.up({ ...inputs, images: `app.tar\n${HELLO_IMAGE}` });
  const version = () => inTask(cluster, 'shop_app', 'echo $V');
  const tasks = () =>
    Promise.all(['shop_app', 'shop_other'].map((service) => tasksOf(cluster, service)));
  const tagsOn = async (node: string) =>
    (await docker('exec', node, 'docker', 'image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'))
      .split('\n')
      .filter((tag) => tag.startsWith(APP));
  cluster.write('compose.yaml', services());

  await rebuild({ Env: ['V=1', 'PATH=/bin'] });
  expectConclusion(await up(), 'success');
  const [first, other] = await tasks();
  expect(await version()).toBe('1');

  await rebuild({ Env: ['V=2', 'PATH=/bin'] });
  const rebuilt = await up();
  expectConclusion(rebuilt, 'success');
  expect(await version()).toBe('2');
  expect(rebuilt.summary).toContain(`!     image: ${APP} (rebuilt)`);
  expect(rebuilt.summary).toContain(`\`${APP}\``);
  expect(rebuilt.lines.join('\n')).toContain('service other: unchanged');
  const [second, still] = await tasks();
  expect(second).not.toEqual(first);
  expect(still).toEqual(other);

  const same = await up();
  expectConclusion(same, 'success');
  expect(same.lines.join('\n')).toContain('service app: unchanged');
  expect(await tasks()).toEqual([second, other]);

  // Of the same configuration but for a label, and of a command that always fails.
  cluster.write(
    'compose.yaml',
    services("healthcheck: {test: [CMD, 'false'], interval: 1s, retries: 1}"),
  );
  await rebuild({ Env: ['V=3', 'PATH=/bin'], Labels: { version: '3' } });
  const failed = await up();
  expectConclusion(failed, 'failure');
  expect(failed.outputs.status).toBe('rolled-back');
  expect(await version()).toBe('2');

  cluster.write('compose.yaml', services());
  await rebuild({ Env: ['V=4', 'PATH=/bin'] });
  expectConclusion(await up(), 'success');
  await rebuild({ Env: ['V=5', 'PATH=/bin'] });
  const last = await up();
  expectConclusion(last, 'success');
  expect(await version()).toBe('5');
  // The name, what runs, and what a rollback would go to.
  for (const node of await nodesOf(cluster)) expect(await tagsOn(node)).toHaveLength(3);
  expect((await cluster.post(last)).conclusion).toBe('success');
}, 240_000);

async function build(tag: string, version: string): Promise<void> {
  await runner.run(['docker', 'build', '--quiet', '--tag', tag, '-'], {
    stdin: new TextEncoder().encode(
      `FROM ${HELLO_IMAGE}\nLABEL name=${tag} version=${version}-${process.pid}\n`,
    ),
  });
}
