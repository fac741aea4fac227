import { expect, test } from '@jest/globals';
import { describeError } from '../../../src/base/errors.ts';
import { createTimeline } from '../../../src/base/timeline.ts';
import {
  afterCancellation,
  howToEnter,
  isKeptForLook,
  reasonToKeep,
  removeCluster,
} from '../../../src/down/remove-cluster.ts';
import { parseState, type State, serialiseState } from '../../../src/down/state.ts';
import type { MachineDriver } from '../../../src/machines/driver.ts';
import type { ClusterId } from '../../../src/machines/ownership.ts';
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

test.each([
  ['auto, made here', state({}), 'success', undefined],
  ['auto, made here, failed', state({ stage: 'failed' }), 'failure', undefined],
  ['auto, made here, killed', state({ stage: 'begun' }), 'cancelled', undefined],
  ['auto, found', state({ made: false }), 'success', 'it was there before this step'],
  ['always, found', state({ teardown: 'always', made: false }), 'success', undefined],
  ['never', state({ teardown: 'never' }), 'success', '`teardown: never`'],
  ['on-success, succeeded', state({ teardown: 'on-success' }), 'success', undefined],
  [
    'on-success, this step failed',
    state({ teardown: 'on-success', stage: 'failed' }),
    'failure',
    'did not succeed',
  ],
  [
    'on-success, this step was killed',
    state({ teardown: 'on-success', stage: 'begun' }),
    'cancelled',
    'did not succeed',
  ],
  [
    'on-success, a later step failed',
    state({ teardown: 'on-success' }),
    'failure',
    'did not succeed',
  ],
  [
    'on-success, found',
    state({ teardown: 'on-success', made: false }),
    'success',
    'before this step',
  ],
])('%s', (_name, given, job, reason) => {
  const kept = reasonToKeep(given, job);
  if (reason === undefined) expect(kept).toBeUndefined();
  else expect(kept).toContain(reason);
});

test.each(['auto', 'always', 'on-success', 'never'] as const)(
  'what a newer run deploys stays: %s',
  (teardown) => {
    const given = state({ teardown, superseded: true });
    expect(reasonToKeep(given, 'success')).toBe('a newer run deploys it');
    expect(isKeptForLook(given)).toBe(false);
    expect(parseState(serialiseState(given))).toEqual(given);
  },
);

const REMOVED = 'The post step removes what it had begun.';
const stays = (why: string) =>
  `What it had begun stays (${why}): the next \`up\` completes it, \`command: down\` removes it.`;

test.each<[string, Partial<State>, string]>([
  ['auto, made here', {}, REMOVED],
  ['auto, found', { made: false }, stays('it was there before this step')],
  ['always, made here', { teardown: 'always' }, REMOVED],
  ['always, found', { teardown: 'always', made: false }, REMOVED],
  [
    'on-success, made here',
    { teardown: 'on-success' },
    stays('`teardown: on-success`, and the job did not succeed'),
  ],
  [
    'on-success, found',
    { teardown: 'on-success', made: false },
    stays('it was there before this step'),
  ],
  ['never, made here', { teardown: 'never' }, stays('`teardown: never`')],
  ['never, found', { teardown: 'never', made: false }, stays('`teardown: never`')],
])('what a cancelled step says of what it had begun: %s', (_name, given, said) => {
  const begun = state({ stage: 'begun', ...given });
  expect(afterCancellation(begun)).toBe(said);
  // As the post step decides.
  expect(reasonToKeep(begun, 'cancelled') === undefined).toBe(said === REMOVED);
});

test('a step that is cancelled before it has created anything says so', () => {
  expect(afterCancellation(undefined)).toBe('It had created nothing.');
});

test('only a cluster of our making that `on-success` keeps is kept for a look', () => {
  expect(isKeptForLook(state({ teardown: 'on-success', stage: 'failed' }))).toBe(true);
  expect(isKeptForLook(state({ teardown: 'never' }))).toBe(false);
  expect(isKeptForLook(state({ teardown: 'on-success', made: false }))).toBe(false);
});

test.each([
  ['there is', async ({ cluster }: ClusterId) => `ssh ${cluster}-1`, ['ssh shop-1']],
  ['there is at times', async () => undefined, []],
  ['there never is', undefined, []],
])('the way in, where %s one, and the way to remove the cluster', async (_, wayIn, ways) => {
  const lines = await howToEnter({ cluster: 'shop', repository: '42' }, {
    ...{ name: 'other', makesMachines: true, wayIn },
  } as MachineDriver);
  expect(lines).toEqual([
    ...ways.map((way) => `Look into it on this runner: ${way}`),
    'Remove it afterwards: a step with `command: down`, `driver: other` and `cluster: shop`',
  ]);
});

test('state survives its way through the environment', () => {
  expect(parseState(serialiseState(state({})))).toEqual(state({}));
});

test('no state: main had not begun', () => {
  expect(parseState('')).toBeUndefined();
});

test.each(['{', '{"cluster":1}', '{}'])(
  'state %j is refused with the way to remove the cluster all the same',
  (text) => {
    expect(() => parseState(text)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('cannot be read'),
        hint: expect.stringContaining('`command: down`'),
      }),
    );
  },
);

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
