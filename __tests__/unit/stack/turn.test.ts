import { expect, test } from '@jest/globals';
import { type Environment, turnOf } from '../../../src/action/runner/environment.ts';
import { triggerOf } from '../../../src/action/runner/event.ts';

const RUN: Environment = {
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_RUN_ID: '9001',
  GITHUB_RUN_NUMBER: '17',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_WORKFLOW: 'Deploy',
  GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main',
  GITHUB_JOB: 'production',
  GITHUB_ACTION: 'up',
  GITHUB_REF: 'refs/heads/main',
  pullRequest: undefined,
  commit: undefined,
};

const WORKFLOW_RUN = {
  id: 1,
  workflow_id: 55,
  run_number: 230,
  run_attempt: 1,
  event: 'push',
  head_branch: 'main',
  head_repository: { id: 4711 },
};
const after = (changes: object = {}) => ({
  trigger: triggerOf({ workflow_run: { ...WORKFLOW_RUN, ...changes } }),
});

test('a run stands in the line of its workflow, job, step and branch', () => {
  expect(turnOf(RUN)).toEqual({
    line: 'acme/shop/.github/workflows/deploy.yml production up refs/heads/main',
    number: 17,
    isRepeat: false,
  });
});

test.each<[string, Partial<Environment>]>([
  ['the next push', { GITHUB_RUN_NUMBER: '18', GITHUB_RUN_ID: '9002' }],
  ['the workflow renamed by its `name:`', { GITHUB_WORKFLOW: 'Deploy it' }],
  ['another attempt', { GITHUB_RUN_ATTEMPT: '2' }],
  ['by hand', { GITHUB_EVENT_NAME: 'workflow_dispatch' }],
])('%s is of the same line', (_name, changes) => {
  expect(turnOf({ ...RUN, ...changes })?.line).toBe(turnOf(RUN)?.line);
});

test.each<[string, Partial<Environment>]>([
  ['another branch', { GITHUB_REF: 'refs/heads/next' }],
  ['another job', { GITHUB_JOB: 'staging' }],
  ['another step', { GITHUB_ACTION: 'up2' }],
  [
    'another workflow',
    { GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/x.yml@refs/heads/main' },
  ],
  ['a pull request', { pullRequest: 12 }],
  ['a tag', { GITHUB_REF: 'refs/tags/v1' }],
  ['the end of another workflow', after()],
])('%s is another line', (_name, changes) => {
  expect(turnOf({ ...RUN, ...changes })?.line).not.toBe(turnOf(RUN)?.line);
});

test('of a pull request each event is of one line, and of tags each tag', () => {
  const line = (changes: Partial<Environment>) => turnOf({ ...RUN, ...changes })?.line;
  const events = ['refs/pull/12/merge', 'refs/heads/main'].map((GITHUB_REF) =>
    line({ GITHUB_REF, pullRequest: 12 }),
  );
  expect(new Set(events).size).toBe(1);
  const tags = ['refs/tags/v1.0.0', 'refs/tags/v1.1.0'].map((GITHUB_REF) => line({ GITHUB_REF }));
  expect(new Set(tags).size).toBe(1);
});

test('what the end of another workflow starts has the number of that, so that a slow test of an older commit stays older', () => {
  const older = turnOf({ ...RUN, GITHUB_RUN_NUMBER: '19', ...after() });
  const newer = turnOf({ ...RUN, GITHUB_RUN_NUMBER: '18', ...after({ run_number: 231 }) });
  expect(older?.line).toBe(newer?.line);
  expect([older?.number, newer?.number]).toEqual([230, 231]);
  const fork = turnOf({ ...RUN, ...after({ head_repository: { id: 815 } }) });
  expect(fork?.line).not.toBe(older?.line);
  expect(turnOf({ ...RUN, ...after({ workflow_id: 56 }) })?.line).not.toBe(older?.line);
});

test.each<[string, Partial<Environment>, boolean]>([
  ['the first attempt', {}, false],
  ['a runner that does not say', { GITHUB_RUN_ATTEMPT: undefined }, false],
  ['the second attempt', { GITHUB_RUN_ATTEMPT: '2' }, true],
  ['after the second attempt of another workflow', after({ run_attempt: 2 }), true],
])('%s: run again %s', (_name, changes, isRepeat) => {
  expect(turnOf({ ...RUN, ...changes })?.isRepeat).toBe(isRepeat);
});

test.each<[string, Partial<Environment>]>([
  ['no number', { GITHUB_RUN_NUMBER: undefined }],
  ['a number that is none', { GITHUB_RUN_NUMBER: '1e3' }],
  ['no workflow', { GITHUB_WORKFLOW: undefined, GITHUB_WORKFLOW_REF: undefined }],
])('%s: it stands in no line', (_name, changes) => {
  expect(turnOf({ ...RUN, ...changes })).toBeUndefined();
});

test('without the path of the workflow its name counts', () => {
  expect(turnOf({ ...RUN, GITHUB_WORKFLOW_REF: undefined })?.line).toMatch(/^Deploy /);
});
