import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../../src/inputs/policy.ts';
import { Problem } from '../../../src/inputs/problem.ts';

const DEFAULT = { maxServices: 25, maxTasks: 50 };
const PUSH = { GITHUB_EVENT_NAME: 'push' };

test.each([
  ['', {}, undefined],
  ['', { GITHUB_EVENT_NAME: '' }, undefined],
  ['none', { GITHUB_EVENT_NAME: 'workflow_run' }, undefined],
  ['none', { GITHUB_EVENT_NAME: 'issue_comment', pullRequest: 12 }, undefined],
  ['restricted', PUSH, DEFAULT],
  ['restricted max-tasks=9', PUSH, { maxServices: 25, maxTasks: 9 }],
  ['restricted max-services=3  max-tasks=9', PUSH, { maxServices: 3, maxTasks: 9 }],
])('%j in %j', (text, run, policy) => {
  expect(parsePolicy(text, run)).toEqual(policy);
});

/**
 * Every event of GitHub's list (docs.github.com, "Events that trigger workflows") but
 * `workflow_call`, whose runs have the event of their caller. Without and with the number of a pull
 * request.
 */
const EVENTS: Readonly<Record<string, readonly ['none' | 'restricted', 'none' | 'restricted']>> = {
  branch_protection_rule: ['none', 'none'],
  check_run: ['restricted', 'restricted'],
  check_suite: ['restricted', 'restricted'],
  create: ['none', 'none'],
  delete: ['none', 'none'],
  deployment: ['restricted', 'restricted'],
  deployment_status: ['restricted', 'restricted'],
  discussion: ['restricted', 'restricted'],
  discussion_comment: ['restricted', 'restricted'],
  fork: ['restricted', 'restricted'],
  gollum: ['restricted', 'restricted'],
  image_version: ['none', 'none'],
  issue_comment: ['restricted', 'restricted'],
  issues: ['restricted', 'restricted'],
  label: ['none', 'none'],
  merge_group: ['none', 'none'],
  milestone: ['none', 'none'],
  page_build: ['none', 'none'],
  public: ['none', 'none'],
  pull_request: ['none', 'none'],
  pull_request_review: ['none', 'none'],
  pull_request_review_comment: ['none', 'none'],
  pull_request_target: ['restricted', 'restricted'],
  push: ['none', 'none'],
  registry_package: ['none', 'none'],
  release: ['none', 'none'],
  repository_dispatch: ['none', 'restricted'],
  schedule: ['none', 'none'],
  status: ['restricted', 'restricted'],
  watch: ['restricted', 'restricted'],
  workflow_dispatch: ['none', 'restricted'],
  workflow_run: ['restricted', 'restricted'],
  // Other servers have events of their own.
  pull_request_comment: ['restricted', 'restricted'],
  'an event of next year': ['restricted', 'restricted'],
};

describe('without the input', () => {
  test.each(Object.entries(EVENTS))('%s is %j', (GITHUB_EVENT_NAME, [without, withNumber]) => {
    const nameOf = (policy: unknown) => (policy === undefined ? 'none' : 'restricted');
    const policies = [undefined, 12].map((pullRequest) =>
      parsePolicy('', { GITHUB_EVENT_NAME, pullRequest }),
    );
    expect(policies.map(nameOf)).toEqual([without, withNumber]);
  });
});

test.each([
  ['restrict', /Did you mean `restricted`/],
  ['restricted max-replicas=3', /`max-replicas=3` is not a limit/],
  ['restricted max-tasks=many', /not a limit/],
  ['none max-tasks=3', /not known/],
])('%j is a problem', (text, reason) => {
  const problem = parsePolicy(text, PUSH);
  expect(problem).toBeInstanceOf(Problem);
  expect((problem as Problem).reason).toMatch(reason);
});
