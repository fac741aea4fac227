import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientsOf, shim, untilNoClientOf } from '../support/clients.ts';
import { type Cluster, testCluster } from '../support/cluster.ts';
import { engineState, NOTHING } from '../support/engine.ts';
import { ensureStageImages, removeStageImages, STAGES } from '../support/stages.ts';
import { until } from '../support/until.ts';

beforeAll(ensureStageImages, 120_000);
afterAll(removeStageImages);

test.each(STAGES)(
  'main killed while $title, its docker clients live on',
  async (stage) => {
    await using cluster = testCluster('kill');
    if (stage.compose) cluster.write('compose.yaml', stage.compose);
    const main = cluster.start(stage.inputs);
    await stage.reached(main, cluster);
    process.kill(main.pid, 'SIGKILL');
    await expectPostToRemoveAll(cluster, main.result);
  },
  120_000,
);

test('main and its docker clients killed while they create: the engine finishes alone what it has begun', async () => {
  await using cluster = testCluster('kill-all');
  const main = cluster.start({ nodes: '4', 'compose-file': '-' });
  // A client that creates lives for a tenth of a second.
  const creating = () => clientsOf(`--name=${cluster.name}-`).length > 0;
  await until('docker create', creating, 60_000, 5);
  main.kill();
  for (const pid of clientsOf(`--name=${cluster.name}-`)) killIfThere(pid);
  await expectPostToRemoveAll(cluster, main.result);
}, 60_000);

// Longer than post waits where it sees nothing coming.
test.each([
  ['network create', '[ "$1 $2" = "network create" ] && { kill_main; sleep 4; }'],
  ['create', '[ "$1" = create ] && { kill_main; sleep 4; }'],
  [
    'one of two creates',
    `case "$*" in create*-1\\ --hostname*) kill_main; sleep 4;; create*) sleep 1;; esac`,
  ],
  ['cp', '[ "$1" = cp ] && { kill_main; exit 1; }'],
  ['start', '[ "$1" = start ] && { kill_main; sleep 1; }'],
])(
  'main killed at docker %s, which reaches the engine late',
  async (_command, script) => {
    await using cluster = testCluster('kill-at');
    const env = shim('docker', cluster.workspace, script);
    const main = cluster.start({ nodes: '2', 'compose-file': '-' }, env);
    await expectPostToRemoveAll(cluster, main.result);
  },
  60_000,
);

async function expectPostToRemoveAll(
  cluster: Cluster,
  killed: ReturnType<Cluster['up']>,
): Promise<void> {
  const run = await killed;
  expect(run.signal).toBe('SIGKILL');
  const post = await cluster.post(run, {}, 'failure');
  expect(post.annotations).toEqual([]);
  expect(post.conclusion).toBe('success');
  await untilNoClientOf(cluster.name);
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended by itself.
  }
}
