import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

test('a node that dies while its stack is watched is named, with `verify: "-"` too', async () => {
  await using cluster = testCluster('lost');
  cluster.write(
    'compose.yaml',
    `services: {each: {image: ${HELLO_IMAGE}, command: [sleep, '600'], stop_grace_period: 0s, deploy: {mode: global}}}\n`,
  );
  const inputs = { nodes: '2', images: HELLO_IMAGE, 'stack-name': 'shop', verify: '-' };
  const running = cluster.start({ ...inputs, 'stable-for': '10s' });
  await running.seen(/Waiting until shop has converged/);
  await docker('kill', `${cluster.name}-2`);
  const run = await running.result;
  // A failure while the swarm still believes in its tasks, a warning once it has none of them there
  // any more.
  const said = run.annotations.map(({ message }) => message).join('\n');
  expect(said).toMatch(new RegExp(`Node ${cluster.name}-2 (does not answer, where|is down)`));
  expect(run.lines.join('\n')).not.toContain('shop runs on 2 nodes');
  const states = JSON.parse(run.outputs.nodes ?? '').map(({ state }: { state: string }) => state);
  expect(states).toEqual(['ready', 'down']);
  const post = await cluster.post(run, {});
  expect(post.conclusion).toBe('success');
}, 180_000);
