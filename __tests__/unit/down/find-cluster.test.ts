import { expect, test } from '@jest/globals';
import { createTimeline } from '../../../src/base/timeline.ts';
import { removeMachines } from '../../../src/down/find-cluster.ts';
import type { MachineDriver, OwnedCluster, Placement } from '../../../src/machines/driver.ts';
import type { ClusterId } from '../../../src/machines/ownership.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const OWN: ClusterId = { cluster: 'shop', repository: '42' };

function cluster(id: Partial<ClusterId>): OwnedCluster {
  return {
    owner: { ...OWN, run: '7/test/up', ...id },
    created: undefined,
    parts: ['container shop-1', 'network shop'],
  };
}

function engine(
  clusters: readonly OwnedCluster[],
  { onRunner = 'container', isGone = true }: { onRunner?: Placement; isGone?: boolean } = {},
) {
  const destroyed: ClusterId[] = [];
  const driver: Pick<MachineDriver, 'onRunner' | 'isGone' | 'clusters' | 'destroyCluster'> = {
    onRunner,
    isGone: async () => isGone,
    clusters: async () => [...clusters],
    destroyCluster: async (id) => {
      destroyed.push(id);
    },
  };
  const reporter = { log: recordedLog().log, timeline: createTimeline(virtualClock()) };
  const run = (signal = new AbortController().signal) =>
    removeMachines(OWN, { driver: driver as MachineDriver, reporter, signal });
  return { run, destroyed };
}

test('removes the cluster of this repository, also beside one of the same name', async () => {
  const { run, destroyed } = engine([cluster({ repository: '815' }), cluster({})]);
  expect(await run()).toEqual(['container shop-1', 'network shop']);
  expect(destroyed).toEqual([OWN]);
});

test('removes nothing where there is none of that name', async () => {
  const { run, destroyed } = engine([cluster({ cluster: 'shop-2' })]);
  expect(await run()).toEqual([]);
  expect(destroyed).toEqual([]);
});

test('removes what has lost its record, of virtual machines', async () => {
  const { run, destroyed } = engine([], { onRunner: 'process', isGone: false });
  expect(await run()).toEqual(['what an interrupted run has left of it']);
  expect(destroyed).toEqual([OWN]);
  expect(await engine([], { onRunner: 'process' }).run()).toEqual([]);
  // Whatever these are made of has labels, and is listed.
  expect(await engine([], { onRunner: 'container', isGone: false }).run()).toEqual([]);
  const foreign = engine([cluster({ repository: '815' })], { onRunner: 'process', isGone: false });
  await expect(foreign.run()).rejects.toThrow('belongs to another repository');
  expect(foreign.destroyed).toEqual([]);
});

test('refuses one of another repository', async () => {
  const { run, destroyed } = engine([cluster({ repository: '815' })]);
  await expect(run()).rejects.toThrow('Cluster shop belongs to another repository (id 815).');
  expect(destroyed).toEqual([]);
});

test('does not begin once it is cancelled', async () => {
  const { run, destroyed } = engine([cluster({})]);
  await expect(run(AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
  expect(destroyed).toEqual([]);
});
