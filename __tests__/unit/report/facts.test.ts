import { expect, test } from '@jest/globals';
import { ActionError } from '../../../src/errors.ts';
import type { Inputs } from '../../../src/inputs.ts';
import { reportOf } from '../../../src/report/facts.ts';
import type { State } from '../../../src/state.ts';

const inputs = { cluster: 'shop-pr-3', driver: 'docker' } as unknown as Inputs;
const commands = ['docker exec shop-pr-3-1 docker stack ps shop'];
const state = (changes: Partial<State>): State => ({
  ...{
    driver: 'docker',
    cluster: 'shop-pr-3',
    repository: undefined,
    teardown: 'auto',
    made: true,
  },
  ...{ stack: 'shop', sshFolder: undefined, stage: 'failed', ...changes },
});

function report(changes: Partial<State>, error?: unknown) {
  return reportOf(
    inputs,
    { commands },
    {
      ...{ status: error ? 'failed' : 'converged', timeline: [], warnings: [], error },
      state: state({ ...(error === undefined && { stage: 'succeeded' }), ...changes }),
    },
  );
}

const FAILED = new ActionError('x');

test('of a cluster that goes with the job there are no commands, but how to keep it', () => {
  const found = report({}, FAILED);
  expect(found.commands).toBeUndefined();
  expect(found.teardown?.text).toMatch(
    /removes the cluster\. With `teardown: on-success` it stays/,
  );
  expect(found.teardown?.removal).toBeUndefined();
});

test.each<[Partial<State>, string]>([
  [{ teardown: 'on-success' }, '`cluster: shop-pr-3`'],
  [{ teardown: 'never' }, '`cluster: shop-pr-3`'],
  [{ driver: 'ssh', made: false }, '`stack-name: shop`'],
])('of one that stays (%j) there are commands, and how to remove it', (changes, what) => {
  const found = report(changes, FAILED);
  expect(found.commands).toEqual(commands);
  expect(found.teardown?.text).toMatch(/^The cluster stays after the job/);
  expect(found.teardown?.removal).toContain(what);
});

test('what goes after a success is not told how to be removed', () => {
  const { teardown } = report({ teardown: 'on-success' });
  expect(teardown).toEqual({ text: 'The post step of this job removes the cluster.' });
});
