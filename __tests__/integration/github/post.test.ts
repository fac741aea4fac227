import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { announceOutcome } from '../../../src/action/post-announce.ts';
import type { Environment } from '../../../src/action/runner/environment.ts';
import type { Announced } from '../../../src/down/state.ts';
import { type FakeGitHub, fakeGitHub } from '../../support/github.ts';

const TOKEN = 'INPUT_GITHUB-TOKEN';
const before = process.env[TOKEN];
beforeAll(() => {
  process.env[TOKEN] = 'ghs_secret';
});
afterAll(() => {
  if (before === undefined) delete process.env[TOKEN];
  else process.env[TOKEN] = before;
});

const DEPLOYMENT = 12;
const ANNOUNCED: Announced = {
  cluster: 'shop-pr-3',
  stack: 'shop',
  comment: true,
  deployment: true,
  deploymentId: DEPLOYMENT,
};
const TEXT =
  '<!-- swarm-up:shop-pr-3/shop -->\n<!-- run 77 -->\n\n### as main left it\n\nlast line';

/** GitHub as main has left it. */
async function afterMain(state: 'in_progress' | 'success'): Promise<FakeGitHub> {
  const github = await fakeGitHub();
  const user = { login: 'github-actions[bot]', type: 'Bot' } as const;
  github.comments.push({ id: 11, body: TEXT, user });
  github.deployments.push({
    id: DEPLOYMENT,
    ref: 'a'.repeat(40),
    task: 'swarm-up:shop-pr-3',
    environment: 'preview',
    payload: '{"stack":"shop"}',
    transient_environment: true,
    statuses: [{ state, description: '' }],
  });
  return github;
}

const environmentOf = ({ apiUrl }: FakeGitHub): Environment => ({
  GITHUB_API_URL: apiUrl,
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_RUN_ID: '77',
  pullRequest: 3,
  commit: undefined,
});
const stateOf = ({ deployments }: FakeGitHub) => deployments[0]?.statuses[0]?.state;
const textOf = ({ comments }: FakeGitHub) => comments[0]?.body;

test('of a main that was killed and whose cluster stays, the run is said to be cancelled', async () => {
  await using github = await afterMain('in_progress');
  await announceOutcome(ANNOUNCED, 'stays', environmentOf(github));
  expect(textOf(github)).toContain('The deployment of `shop` was cancelled');
  expect(stateOf(github)).toBe('error');
});

test.each([
  ['removed', '### 🗑️ `shop` was removed'],
  ['not wholly removed', '### ❌ `shop` could not be removed completely'],
] as const)('a cluster that is %s is not called ready any more', async (fate, heading) => {
  await using github = await afterMain('success');
  await announceOutcome({ ...ANNOUNCED, ended: 'ready' }, fate, environmentOf(github));
  expect(textOf(github)).toContain(heading);
  expect(stateOf(github)).toBe('inactive');
});

test('after a failure its reason stays', async () => {
  await using github = await afterMain('in_progress');
  await announceOutcome({ ...ANNOUNCED, ended: 'failed' }, 'removed', environmentOf(github));
  expect(textOf(github)).toContain('### as main left it\n\n<sub>It was removed');
});

test('what stays and was told of is left as it is', async () => {
  await using github = await afterMain('success');
  await announceOutcome({ ...ANNOUNCED, ended: 'ready' }, 'stays', environmentOf(github));
  expect(github.requests).toEqual([]);
});

test('nobody is told where main was not asked to tell', async () => {
  await using github = await afterMain('success');
  const nobody = { ...ANNOUNCED, comment: false, deployment: false };
  await announceOutcome(nobody, 'removed', environmentOf(github));
  expect(github.requests).toEqual([]);
});
