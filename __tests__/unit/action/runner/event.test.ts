import { expect, test } from '@jest/globals';
import { headCommitOf, pullRequestOf } from '../../../../src/action/runner/event.ts';
import { deriveCluster } from '../../../../src/inputs/cluster-name.ts';

const REPOSITORY = { id: 4711, name: 'shop', full_name: 'acme/shop', owner: { login: 'acme' } };
const FORK = { ...REPOSITORY, id: 815, full_name: 'stranger/shop' };
const PULL_REQUEST = {
  number: 12,
  state: 'open',
  head: { ref: 'feature', sha: 'f'.repeat(40), repo: FORK },
  base: { ref: 'main', sha: '0'.repeat(40), repo: REPOSITORY },
};
const RUN = { id: 99, event: 'pull_request', head_branch: 'feature', conclusion: 'success' };
const LISTED = {
  number: 12,
  base: { ref: 'main', repo: { id: 4711, name: 'shop', url: 'https://api.github.com/repos/x' } },
};

const run = (name: string, ref: string) => ({
  GITHUB_EVENT_NAME: name,
  GITHUB_REF: ref,
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_REPOSITORY_ID: '4711',
  GITHUB_RUN_ID: '9',
  GITHUB_JOB: 'preview',
});

test.each([
  [
    'pull_request, opened',
    'pull_request',
    'refs/pull/12/merge',
    { action: 'opened', number: 12, pull_request: PULL_REQUEST, repository: REPOSITORY },
  ],
  [
    'pull_request, merged',
    'pull_request',
    'refs/heads/main',
    {
      action: 'closed',
      number: 12,
      pull_request: { ...PULL_REQUEST, state: 'closed', merged: true },
      repository: REPOSITORY,
    },
  ],
  [
    'pull_request_target',
    'pull_request_target',
    'refs/heads/main',
    { action: 'labeled', number: 12, label: { name: 'preview' }, pull_request: PULL_REQUEST },
  ],
  [
    'a review',
    'pull_request_review',
    'refs/pull/12/merge',
    { action: 'submitted', review: { state: 'approved' }, pull_request: PULL_REQUEST },
  ],
  [
    'a comment',
    'issue_comment',
    'refs/heads/main',
    {
      action: 'created',
      issue: {
        number: 12,
        pull_request: { url: 'https://api.github.com/repos/acme/shop/pulls/12' },
      },
      comment: { body: '/preview' },
    },
  ],
  [
    'workflow_run',
    'workflow_run',
    'refs/heads/main',
    { action: 'completed', workflow_run: { ...RUN, pull_requests: [LISTED] } },
  ],
  [
    'workflow_run, also in a pull request of another repository',
    'workflow_run',
    'refs/heads/main',
    {
      workflow_run: {
        ...RUN,
        pull_requests: [{ ...LISTED, number: 3, base: { repo: { id: 815 } } }, LISTED],
      },
    },
  ],
  [
    'workflow_dispatch with `pr`',
    'workflow_dispatch',
    'refs/heads/main',
    { inputs: { pr: '12', color: '7' } },
  ],
  [
    'workflow_dispatch with `pull-request`',
    'workflow_dispatch',
    'refs/heads/main',
    { inputs: { 'pull-request': '#12' } },
  ],
  [
    'workflow_dispatch with `PR_NUMBER`, a number',
    'workflow_dispatch',
    'refs/heads/main',
    { inputs: { PR_NUMBER: 12 } },
  ],
  ...Object.entries({
    pr_id: 12,
    'PR Number': ' 12 ',
    pull_number: '12',
    'pull-request-url': 'https://github.com/acme/shop/pull/12/files',
    ref: 'refs/pull/12/head',
  }).map(([name, value]): [string, string, string, unknown] => [
    `workflow_dispatch with \`${name}\``,
    'workflow_dispatch',
    'refs/heads/main',
    { inputs: { version: '7', [name]: value } },
  ]),
  ...Object.entries({
    'a number': { version: 7, pr: 12 },
    'the pull request': { pull_request: PULL_REQUEST },
    'what a bot hands on': {
      slash_command: { command: 'preview', args: { unnamed: { all: '7' } } },
      github: { payload: { issue: { number: 12, pull_request: { url: 'https://x' } } } },
    },
    'a number beside another that lies deeper': { github: { pr: 7 }, number: '#12' },
  }).map(([name, client_payload]): [string, string, string, unknown] => [
    `repository_dispatch with ${name}`,
    'repository_dispatch',
    'refs/heads/main',
    { action: 'preview', client_payload },
  ]),
  ['a ref alone', 'pull_request', 'refs/pull/12/merge', undefined],
])('%s is about pull request 12, and its cluster is shop-pr-12', (_name, event, ref, payload) => {
  const environment = run(event, ref);
  const pullRequest = pullRequestOf(payload, environment);
  expect(pullRequest).toBe(12);
  expect(deriveCluster({ ...environment, pullRequest })).toBe('shop-pr-12');
});

test.each([
  ['a push', 'push', { ref: 'refs/heads/main', head_commit: {}, number: 12 }],
  ['a schedule', 'schedule', { schedule: '0 * * * *' }],
  ['a comment on an issue', 'issue_comment', { issue: { number: 12, title: 'Help' } }],
  ['workflow_run of a fork', 'workflow_run', { workflow_run: { ...RUN, pull_requests: [] } }],
  [
    'workflow_run of a push',
    'workflow_run',
    { workflow_run: { ...RUN, event: 'push', pull_requests: [LISTED] } },
  ],
  [
    'workflow_run in two pull requests',
    'workflow_run',
    { workflow_run: { ...RUN, pull_requests: [LISTED, { ...LISTED, number: 13 }] } },
  ],
  ['workflow_dispatch without one', 'workflow_dispatch', { inputs: { version: '12' } }],
  ['workflow_dispatch with an empty one', 'workflow_dispatch', { inputs: { pr: '' } }],
  ['workflow_dispatch without inputs', 'workflow_dispatch', { inputs: null }],
  ['workflow_dispatch with a word', 'workflow_dispatch', { inputs: { pr: 'the newest' } }],
  ['workflow_dispatch with an issue', 'workflow_dispatch', { inputs: { issue: '12' } }],
  ['repository_dispatch without one', 'repository_dispatch', { client_payload: { tag: 12 } }],
  ['repository_dispatch without a payload', 'repository_dispatch', { client_payload: null }],
  [
    'repository_dispatch of an issue',
    'repository_dispatch',
    { client_payload: { github: { payload: { issue: { number: 12 } } } } },
  ],
  ['a push with inputs', 'push', { inputs: { pr: '12' }, client_payload: { pr: 12 } }],
  ['a payload of another form', 'pull_request', { pull_request: { number: '12; rm -rf /' } }],
  ['no payload', 'push', 'nothing'],
])('%s is about none', (_name, event, payload) => {
  expect(pullRequestOf(payload, run(event, 'refs/heads/main'))).toBeUndefined();
});

test.each([
  ['a pull request', { pull_request: { number: 12, head: { sha: 'a'.repeat(40) } } }],
  ['workflow_run', { workflow_run: { ...RUN, pull_requests: [], head_sha: 'a'.repeat(40) } }],
])('the commit of %s is its newest, not the merge of it', (_name, payload) => {
  expect(headCommitOf(payload)).toBe('a'.repeat(40));
});

test.each([
  ['a comment', { issue: { number: 12, pull_request: {} } }],
  ['a payload of another form', { pull_request: { number: 12, head: { sha: 'main' } } }],
  ['no payload', undefined],
])('%s names no commit', (_name, payload) => {
  expect(headCommitOf(payload)).toBeUndefined();
});
