import { expect, test } from '@jest/globals';
import { parseState, type State, serialiseState } from '../../../src/down/state.ts';
import {
  afterCancellation,
  howToEnter,
  isKeptForLook,
  reasonToKeep,
} from '../../../src/down/teardown.ts';
import type { MachineDriver } from '../../../src/machines/driver.ts';
import type { ClusterId } from '../../../src/machines/ownership.ts';

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
