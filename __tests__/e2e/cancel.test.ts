import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ActionRun, RunningAction } from '../../script/action-runner.ts';
import { shim, untilNoClientOf } from '../support/clients.ts';
import { type Cluster, testCluster } from '../support/cluster.ts';
import { docker, engineState, NOTHING } from '../support/engine.ts';
import {
  actionWithNodeImage,
  ensureStageImages,
  removeStageImages,
  STAGES,
} from '../support/stages.ts';
import { until } from '../support/until.ts';

/** SIGTERM would come after 7.5 s. */
const EXIT_WITHIN_MS = 5_000;

beforeAll(ensureStageImages, 120_000);
afterAll(removeStageImages);

test.each(STAGES)(
  'cancelled while $title',
  async ({ inputs, compose, reached }) => {
    await using cluster = testCluster('cancel');
    if (compose) cluster.write('compose.yaml', compose);
    const main = cluster.start(inputs);
    await reached(main, cluster);
    const run = await expectCancelled(main, main.cancel);
    expect(run.summary).toContain('cancelled');
    await expectPostToRemoveAll(cluster, run);
  },
  120_000,
);

test.each([
  ['SIGTERM', ['SIGTERM']],
  ['SIGINT twice', ['SIGINT', 'SIGINT']],
  ['SIGINT and SIGTERM', ['SIGINT', 'SIGTERM']],
] as const)(
  '%s ends main as one SIGINT does',
  async (_name, signals) => {
    await using cluster = testCluster('signal');
    const main = cluster.start({ nodes: '1', 'compose-file': '-' });
    await main.seen(/Starting 1 machine/);
    const run = await expectCancelled(main, () => {
      for (const signal of signals) process.kill(main.pid, signal);
    });
    await expectPostToRemoveAll(cluster, run);
  },
  60_000,
);

test('cancelled while the node image is being built: nothing of the build stays', async () => {
  const step = `sleep 600 # ${process.pid}`;
  using action = actionWithNodeImage(`FROM debian:trixie-slim\nRUN ${step}\n`);
  await using cluster = testCluster('build', { action: action.folder });
  const builders = async () => {
    const all = await docker('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Command}}');
    return all.split('\n').filter((line) => line.includes(step));
  };
  const main = cluster.start({ nodes: '1', 'compose-file': '-' });
  await until('the build runs', async () => (await builders()).length > 0);
  const run = await expectCancelled(main, main.cancel);
  expect(run.state).toEqual({});
  await expectPostToRemoveAll(cluster, run);
  await until('the build has gone', async () => (await builders()).length === 0);
}, 60_000);

test('cancelled while the engine takes longer to create a container than main may take to end', async () => {
  await using cluster = testCluster('slow');
  const env = shim('docker', cluster.workspace, '[ "$1" = create ] && touch creating && sleep 8');
  const main = cluster.start({ nodes: '1', 'compose-file': '-' }, env);
  await until('docker create', () => existsSync(join(cluster.workspace, 'creating')));
  const run = await expectCancelled(main, main.cancel);
  expect(run.summary).toContain('cancelled');
  await expectPostToRemoveAll(cluster, run);
}, 60_000);

async function expectCancelled(main: RunningAction, send: () => void): Promise<ActionRun> {
  const sent = performance.now();
  send();
  const run = await main.result;
  const tookMs = performance.now() - sent;
  expect({ exitCode: run.exitCode, signal: run.signal, status: run.outputs.status }).toEqual({
    exitCode: 1,
    signal: undefined,
    status: 'cancelled',
  });
  expect(tookMs).toBeLessThan(EXIT_WITHIN_MS);
  return run;
}

async function expectPostToRemoveAll(cluster: Cluster, run: ActionRun): Promise<void> {
  const post = await cluster.post(run, {}, 'cancelled');
  expect(post.conclusion).toBe('success');
  await untilNoClientOf(cluster.name);
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}
