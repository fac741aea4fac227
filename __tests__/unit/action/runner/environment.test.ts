import { describe, expect, test } from '@jest/globals';
import {
  type Environment,
  gitHubOf,
  hasOwnRunId,
  runOf,
  runUrlOf,
  turnOf,
} from '../../../../src/action/runner/environment.ts';
import { takesArtifacts } from '../../../../src/action/upload-diagnostics.ts';
import { FOREIGN_RUNNERS } from '../../../support/foreign-runners.ts';

const OF_GITHUB: Environment = {
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_REPOSITORY: 'octocat/hello',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_RUN_ID: '9001',
  GITHUB_RUN_NUMBER: '17',
  GITHUB_WORKFLOW: 'Deploy',
  GITHUB_JOB: 'deploy',
  GITHUB_ACTION: 'up',
  pullRequest: undefined,
  commit: undefined,
};

/** The environment of a step on such a runner. */
function on(runner: string): Environment {
  const found = FOREIGN_RUNNERS.find(({ name }) => name === runner);
  if (!found) throw new Error(`no runner ${runner}`);
  const left = Object.entries({ ...OF_GITHUB, ...found.env }).filter(
    ([name]) => !found.without.includes(name),
  );
  return Object.fromEntries(left) as unknown as Environment;
}

describe('a run without a number of its own', () => {
  const nothing = on('a runner that sets next to nothing');

  test.each([
    ['act, which calls each run 1', on('act')],
    ['a runner that says nothing', nothing],
    ['an empty number', { ...OF_GITHUB, GITHUB_RUN_ID: '' }],
  ])('has one by chance, which is no other run: %s', (_runner, env) => {
    expect(hasOwnRunId(env)).toBe(false);
    expect(runOf(env)).toMatch(/^local-[0-9a-f]{8}(\/deploy\/up)?$/);
  });

  test('leads nowhere, and has no place in the line of a workflow', () => {
    expect(runUrlOf(on('act'))).toBeUndefined();
    expect(turnOf(on('act'))).toBeUndefined();
    expect(runUrlOf(nothing)).toBeUndefined();
  });

  test('in post is what main has left', () => {
    process.env['STATE_swarm-up-run'] = 'local-of-main';
    try {
      expect(runOf(on('act'))).toBe('local-of-main/deploy/up');
      expect(runOf(OF_GITHUB)).toBe('9001/deploy/up');
    } finally {
      delete process.env['STATE_swarm-up-run'];
    }
  });
});

test('Gitea and Forgejo show a run at its number, GitHub at its id', () => {
  expect([OF_GITHUB, on('Gitea'), on('Forgejo')].map(runUrlOf)).toEqual([
    'https://github.com/octocat/hello/actions/runs/9001',
    'https://git.example.com/octocat/hello/actions/runs/42',
    'https://forge.example.com/octocat/hello/actions/runs/43',
  ]);
});

test.each([
  ['GitHub', OF_GITHUB, 'https://api.github.com'],
  ['Gitea', on('Gitea'), 'https://git.example.com/api/v1'],
  [
    'a server whose API is not named',
    { ...OF_GITHUB, GITHUB_API_URL: undefined, GITHUB_SERVER_URL: 'https://git.example.com/' },
    'https://git.example.com/api/v3',
  ],
  [
    'nothing is said',
    { ...OF_GITHUB, GITHUB_API_URL: undefined, GITHUB_SERVER_URL: undefined },
    'https://api.github.com',
  ],
])('the token goes to the server of the run: %s', (_where, env, apiUrl) => {
  expect(gitHubOf(env, 'token').apiUrl).toBe(apiUrl);
});

const SERVICE = { ACTIONS_RUNTIME_TOKEN: 'token', ACTIONS_RESULTS_URL: 'https://results' };

test.each([
  [{ ...SERVICE, GITHUB_SERVER_URL: 'https://github.com' }, true],
  [{ ...SERVICE, GITHUB_SERVER_URL: 'https://acme.ghe.com' }, true],
  [SERVICE, true],
  [{ ...SERVICE, GITHUB_SERVER_URL: 'https://git.example.com' }, false],
  [{ ...SERVICE, GITHUB_SERVER_URL: 'https://github.com.example.com' }, false],
  [{ ...SERVICE, GITHUB_SERVER_URL: 'no address' }, false],
  [{ GITHUB_SERVER_URL: 'https://github.com' }, false],
])('artifacts are taken where %j: %s', (env, takes) => {
  expect(takesArtifacts(env)).toBe(takes);
});
