import { expect, test } from '@jest/globals';
import { describeError } from '../../../src/base/errors.ts';
import { createTimeline } from '../../../src/base/timeline.ts';
import { removeCluster } from '../../../src/down/remove-cluster.ts';
import type { State } from '../../../src/down/state.ts';
import type { MachineDriver } from '../../../src/machines/driver.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const state = (given: Partial<State>): State => ({
  driver: 'docker',
  cluster: 'shop',
  teardown: 'auto',
  made: true,
  stage: 'succeeded',
  ...given,
});

/**
 * Removes the cluster on an engine where `isGone` and `destroy` are told how many ms have passed.
 */
async function removal(
  stage: State['stage'],
  { isGone = () => true, destroy = () => {} }: Partial<Engine>,
  settling?: MachineDriver['settling'],
): Promise<{ tookMs: number; removals: number[]; failure: string }> {
  const clock = virtualClock();
  const removals: number[] = [];
  const driver: Pick<MachineDriver, 'name' | 'destroyCluster' | 'isGone' | 'settling'> = {
    name: 'qemu',
    settling,
    isGone: async () => isGone(clock.now(), removals.at(-1)),
    destroyCluster: async () => {
      removals.push(clock.now());
      destroy(clock.now());
    },
  };
  const failure = await removeCluster(
    state({ stage }),
    { cluster: 'shop', repository: '42' },
    {
      driver: driver as MachineDriver,
      reporter: { log: recordedLog().log, timeline: createTimeline(clock) },
      clock,
      signal: new AbortController().signal,
    },
  ).then(() => '', describeError);
  return { tookMs: clock.now(), removals, failure };
}

interface Engine {
  isGone(now: number, lastRemoval: number | undefined): boolean;
  destroy(now: number): void;
}

const inTheWay = () => {
  throw new Error('network shop has active endpoints');
};

test('after a main that ended, the cluster is removed once, and a failure counts at once', async () => {
  expect(await removal('succeeded', {})).toEqual({ tookMs: 0, removals: [0], failure: '' });
  expect(await removal('failed', { destroy: inTheWay })).toMatchObject({
    tookMs: 0,
    failure: expect.stringContaining('has active endpoints'),
  });
});

test('after a main that was killed, what appears late is removed, and two quiet seconds end the wait', async () => {
  const appears = [0, 1_800, 3_600];
  const isGone = (now: number, lastRemoval = -1) =>
    !appears.some((at) => at > lastRemoval && at <= now);
  const { tookMs, removals, failure } = await removal('begun', { isGone });
  expect({ removals, failure }).toEqual({ removals: appears, failure: '' });
  expect(tookMs).toBeGreaterThanOrEqual(5_600);
  expect(tookMs).toBeLessThanOrEqual(5_800);
});

test('after a main that was killed, a removal that something spoils is done again', async () => {
  const { removals, failure } = await removal('begun', {
    isGone: (now) => now >= 1_000,
    destroy: (now) => (now < 800 ? inTheWay() : undefined),
  });
  expect(removals).toEqual([0, 200, 400, 600, 800]);
  expect(failure).toBe('');
});

test.each([
  ['cannot be removed', inTheWay, /has active endpoints/],
  [
    'is being created without end',
    () => {},
    /something of cluster shop is still being created.*`driver: qemu` and `cluster: shop`/s,
  ],
])(
  'after a main that was killed, what %s is an error after a minute',
  async (_name, destroy, said) => {
    const { tookMs, failure } = await removal('begun', { isGone: () => false, destroy });
    expect(failure).toMatch(said);
    expect(tookMs).toBeGreaterThan(60_000);
    expect(tookMs).toBeLessThan(61_000);
  },
);

test('a driver whose machines appear late says how long the removal after a kill looks for them', async () => {
  const slow = { quietMs: 10_000, pollMs: 2_000, limitMs: 240_000 };
  let looks = 0;
  const isGone = (now: number, lastRemoval = -1) => {
    looks += 1;
    return !(now >= 8_000 && lastRemoval < 8_000);
  };
  const { tookMs, removals } = await removal('begun', { isGone }, slow);
  expect({ tookMs, removals, looks }).toEqual({ tookMs: 18_000, removals: [8_000], looks: 9 });
  const { failure } = await removal('begun', { isGone: () => false }, slow);
  expect(failure).toContain('240 s after the main step was killed');
});
