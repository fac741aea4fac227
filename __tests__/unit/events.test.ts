import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { isPullRequestUnnamed, pullRequestOf } from '../../src/action/runner/event.ts';
import { describeError } from '../../src/base/errors.ts';
import type { RunEnvironment } from '../../src/inputs/up.ts';
import { parseDownInputs, parseInputs, parseSweepInputs } from '../support/inputs.ts';

const manifest = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { default?: string }>;
};

/** A pull request of the repository, as GitHub lists it in what is made of its commits. */
const LISTED = { number: 12, base: { repo: { id: 4711 } } };
const OTHERS = { number: 3, base: { repo: { id: 815 } } };
const REPOSITORY = { id: 4711, default_branch: 'main' };
const NUMBERED = { pull_request: { number: 12 } };
const ended = (event: string, pull_requests: readonly unknown[] = []) => ({
  workflow_run: { event, pull_requests, head_branch: 'feature' },
});
const suite = (head_branch: string, pull_requests: readonly unknown[] = []) => ({
  repository: REPOSITORY,
  check_suite: { head_branch, pull_requests },
});
const checked = (head_branch: string, pull_requests: readonly unknown[] = []) => ({
  repository: REPOSITORY,
  check_run: { pull_requests, check_suite: { head_branch, pull_requests } },
});

/**
 * `unnamed`: the run may be about a pull request, and the event does not say which. `none`: it is
 * about none.
 */
type About = 12 | 'unnamed' | 'none';

/** Every event that starts a workflow (docs.github.com, "Events that trigger workflows"). */
const EVENTS: readonly (readonly [event: string, about: About, payload: unknown, ref?: string])[] =
  [
    ['branch_protection_rule', 'none', { action: 'created', rule: {} }],
    ['check_run', 12, checked('feature', [OTHERS, LISTED])],
    ['check_run', 'unnamed', checked('feature')],
    ['check_run', 'unnamed', checked('feature', [LISTED, { ...LISTED, number: 13 }])],
    ['check_run', 'none', checked('main')],
    ['check_suite', 12, suite('feature', [LISTED])],
    ['check_suite', 'unnamed', suite('feature', [OTHERS])],
    ['check_suite', 'none', suite('main', [LISTED])],
    ['create', 'none', { ref: 'feature', ref_type: 'branch' }],
    ['delete', 'none', { ref: 'feature/login', ref_type: 'branch' }],
    ['deployment', 'none', { repository: REPOSITORY, deployment: { ref: 'main' } }],
    ['deployment', 'none', { deployment: { ref: 'v1', production_environment: true } }],
    ['deployment', 'unnamed', { repository: REPOSITORY, deployment: { ref: 'feature' } }],
    ['deployment_status', 'none', { repository: REPOSITORY, deployment: { ref: 'main' } }],
    ['deployment_status', 'unnamed', { deployment: { ref: 'main' } }],
    ['discussion', 'none', { discussion: { number: 12 } }],
    ['discussion_comment', 'none', { discussion: { number: 12 }, comment: {} }],
    ['fork', 'none', { forkee: { id: 815 } }],
    ['gollum', 'none', { pages: [] }],
    ['image_version', 'none', { registry_package: {} }],
    ['issue_comment', 12, { issue: { number: 12, pull_request: { url: 'x' } } }],
    ['issue_comment', 'none', { issue: { number: 12 } }],
    ['issue_comment', 'unnamed', { issue: { number: '12', pull_request: {} } }],
    ['issue_comment', 'unnamed', {}],
    ['issues', 'none', { issue: { number: 12 } }],
    ['label', 'none', { label: { name: 'preview' } }],
    [
      'merge_group',
      'unnamed',
      { merge_group: { head_ref: 'refs/heads/gh-readonly-queue/main/pr-12-0' } },
    ],
    ['milestone', 'none', { milestone: { number: 12 } }],
    ['page_build', 'none', { build: {} }],
    ['public', 'none', {}],
    ['pull_request', 12, NUMBERED],
    ['pull_request', 12, {}, 'refs/pull/12/merge'],
    ['pull_request', 'unnamed', { pull_request: { number: 'twelve' } }],
    ['pull_request_review', 12, NUMBERED],
    ['pull_request_review', 'unnamed', undefined],
    ['pull_request_review_comment', 12, NUMBERED],
    ['pull_request_target', 12, NUMBERED],
    ['pull_request_target', 'unnamed', {}],
    ['push', 'none', { ref: 'refs/heads/main' }],
    ['registry_package', 'none', { registry_package: {} }],
    ['release', 'none', { release: { tag_name: 'v12' } }],
    ['repository_dispatch', 12, { client_payload: { pull_request: { number: 12 } } }],
    ['repository_dispatch', 12, { client_payload: { 'pull-request-number': '12' } }],
    ['repository_dispatch', 'unnamed', { client_payload: { pull_request: {} } }],
    ['repository_dispatch', 'none', { client_payload: { version: '12' } }],
    ['repository_dispatch', 'none', { client_payload: null }],
    ['schedule', 'none', { schedule: '0 * * * *' }],
    ['status', 'unnamed', { repository: REPOSITORY, branches: [{ name: 'feature' }] }],
    ['status', 'unnamed', { repository: REPOSITORY, branches: [] }],
    ['status', 'unnamed', { branches: [] }],
    ['status', 'none', { repository: REPOSITORY, branches: [{ name: 'main' }] }],
    ['watch', 'none', { action: 'started' }],
    ['workflow_call', 'none', {}],
    ['workflow_dispatch', 12, { inputs: { pr: '#12' } }],
    ['workflow_dispatch', 'unnamed', { inputs: { 'pull-request': '' } }],
    ['workflow_dispatch', 'unnamed', { inputs: { pr: 'twelve' } }],
    ['workflow_dispatch', 'none', { inputs: { version: '12' } }],
    ['workflow_dispatch', 'none', { inputs: null }],
    ['workflow_run', 12, ended('pull_request', [LISTED])],
    ['workflow_run', 12, ended('pull_request_target', [OTHERS, LISTED])],
    ['workflow_run', 'unnamed', ended('pull_request')],
    ['workflow_run', 'unnamed', ended('pull_request', [OTHERS])],
    ['workflow_run', 'unnamed', ended('pull_request', [LISTED, { ...LISTED, number: 13 }])],
    ['workflow_run', 'unnamed', ended('issue_comment')],
    ['workflow_run', 'unnamed', ended('merge_group')],
    ['workflow_run', 'unnamed', { workflow_run: {} }],
    ['workflow_run', 'none', ended('push', [LISTED])],
    ['workflow_run', 'none', ended('schedule')],
  ];

const HOSTS = {
  driver: 'ssh',
  hosts: '10.0.0.1',
  'ssh-host-key-checking': 'accept-new',
  'ssh-password': 'x',
};

const reader = (given: Readonly<Record<string, string>>) => (name: string) =>
  given[name] ?? manifest.inputs[name]?.default ?? '';

const refusal = (work: () => unknown): string => {
  try {
    work();
    return '';
  } catch (error) {
    return describeError(error);
  }
};

describe.each(EVENTS)('%s about %s: %j', (event, about, payload, ref = 'refs/heads/main') => {
  const run = {
    GITHUB_EVENT_NAME: event,
    GITHUB_REF: ref,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_REPOSITORY_ID: '4711',
    GITHUB_RUN_ID: '9',
    GITHUB_JOB: 'deploy',
  };
  const environment: RunEnvironment = {
    ...run,
    pullRequest: pullRequestOf(payload, run),
    isPullRequestUnnamed: isPullRequestUnnamed(payload, run),
  };
  const up = (given: Readonly<Record<string, string>>) => () =>
    parseInputs(reader(given), environment);
  const down = (given: Readonly<Record<string, string>>) => () =>
    parseDownInputs(reader(given), environment);

  test('is told apart', () => {
    expect(environment.pullRequest).toBe(about === 12 ? 12 : undefined);
    expect(environment.isPullRequestUnnamed).toBe(about === 'unnamed');
  });

  test('up: machines of its own have the name of the pull request, else that of the run', () => {
    const { cluster, stackPullRequest } = up({})();
    expect(cluster).toBe(about === 12 ? 'shop-pr-12' : 'shop-9-deploy');
    expect(stackPullRequest).toBeUndefined();
  });

  test('up: on hosts that others use, no stack is named after what is not said', () => {
    if (about === 'unnamed') {
      expect(refusal(up(HOSTS))).toContain(
        `stack-name: "": the event \`${event}\` may be about a pull request and does not say which`,
      );
      expect(refusal(up({ ...HOSTS, cluster: 'shop-pr-12' }))).toContain('Give `stack-name`');
    } else {
      expect(up(HOSTS)().stackPullRequest).toBe(about === 12 ? 12 : undefined);
    }
    expect(up({ ...HOSTS, 'stack-name': 'shop-pr-12' })().stackName).toBe('shop-pr-12');
    expect(up({ ...HOSTS, 'compose-file': '-' })().stackName).toBeUndefined();
  });

  test('down: means what the event names, or what is given, and nothing else', () => {
    for (const given of [{}, HOSTS]) {
      if (about === 12) expect(down(given)().cluster).toBe('shop-pr-12');
      else {
        expect(refusal(down(given))).toContain(
          `cluster: "": the event \`${event}\` names no pull request, so it does not say which cluster is meant. Give \`cluster\``,
        );
      }
      expect(down({ ...given, cluster: 'shop-pr-3' })().cluster).toBe('shop-pr-3');
    }
    expect(down({ ...HOSTS, 'stack-name': 'shop-pr-3' })().stackName).toBe('shop-pr-3');
    // Machines of a stack go by the name of their cluster.
    if (about !== 12) expect(refusal(down({ 'stack-name': 'shop' }))).toContain('Give `cluster`');
  });

  test('sweep: asks for no name', () => {
    expect(refusal(() => parseSweepInputs(reader(HOSTS), environment))).toBe('');
  });
});
