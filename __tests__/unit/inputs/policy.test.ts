import { expect, test } from '@jest/globals';
import { parsePolicy } from '../../../src/inputs/policy.ts';
import { Problem } from '../../../src/inputs/problem.ts';

const DEFAULT = { maxServices: 25, maxTasks: 50 };

test.each([
  ['', 'push', undefined],
  ['', 'pull_request', undefined],
  ['', undefined, undefined],
  ['', 'pull_request_target', DEFAULT],
  ['', 'workflow_run', DEFAULT],
  ['none', 'workflow_run', undefined],
  ['restricted', 'push', DEFAULT],
  ['restricted max-tasks=9', 'push', { maxServices: 25, maxTasks: 9 }],
  ['restricted max-services=3  max-tasks=9', 'push', { maxServices: 3, maxTasks: 9 }],
])('%j in %s', (text, event, policy) => {
  expect(parsePolicy(text, event)).toEqual(policy);
});

test.each([
  ['restrict', /Did you mean `restricted`/],
  ['restricted max-replicas=3', /`max-replicas=3` is not a limit/],
  ['restricted max-tasks=many', /not a limit/],
  ['none max-tasks=3', /not known/],
])('%j is a problem', (text, reason) => {
  const problem = parsePolicy(text, 'push');
  expect(problem).toBeInstanceOf(Problem);
  expect((problem as Problem).reason).toMatch(reason);
});
