import { expect, test } from '@jest/globals';
import {
  deriveCluster,
  goesWith,
  parseCluster,
  withPullRequest,
} from '../../../src/inputs/cluster-name.ts';

test.each([
  [
    'a pull request',
    { GITHUB_REPOSITORY: 'a/shop', GITHUB_RUN_ID: '9', pullRequest: 12 },
    'shop-pr-12',
  ],
  [
    'a push',
    {
      GITHUB_REPOSITORY: 'a/Shop.js',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_RUN_ID: '9',
      GITHUB_JOB: 'e2e',
    },
    'shop-js-9-e2e',
  ],
  ['no GitHub at all', {}, 'swarm-local'],
])('cluster of %s', (_name, environment, cluster) => {
  expect(deriveCluster(environment)).toBe(cluster);
});

test('long names are cut to 40 characters and stay different', () => {
  const of = (job: string) =>
    deriveCluster({
      GITHUB_REPOSITORY: 'acme/a-rather-long-repository-name',
      GITHUB_RUN_ID: '123456789',
      GITHUB_JOB: job,
    });
  expect(of('one')).toHaveLength(40);
  expect(of('one')).not.toBe(of('two'));
  expect(of('one')).toBe(of('one'));
});

test('a long name of a repository is cut, and the number of the pull request stays', () => {
  const of = (repository: string, pullRequest: number) =>
    deriveCluster({ GITHUB_REPOSITORY: `acme/${repository}`, pullRequest });
  const long = 'a-rather-long-repository-name-for-the-shop';
  expect(of(long, 12345)).toMatch(/^a-rather-long-[a-z-]+-[0-9a-f]{7}-pr-12345$/);
  expect(of(long, 12345)).toHaveLength(40);
  expect(of(long, 1)).not.toBe(of(`${long}-2`, 1));
  expect(of('___', 1)).toBe('swarm-pr-1');
});

test.each([
  ['shop-pr-12', 12, true],
  ['shop_pr_12', '12', true],
  ['pr12', 12, true],
  ['shop-pr-12', 1, false],
  ['shop-pr-12', 2, false],
  ['staging', 12, false],
  ['spr12', 12, false],
  ['pr-12-staging', 12, false],
])('that %s goes with pull request %s is %s', (name, pullRequest, expected) => {
  expect(goesWith(name, pullRequest)).toBe(expected);
});

test('a stack gets the number of its pull request, whatever its length, and only once', () => {
  expect(withPullRequest('my_shop', 12)).toBe('my_shop-pr-12');
  expect(withPullRequest('shop-pr-12', 12)).toBe('shop-pr-12');
  expect(withPullRequest('shop-pr-12', 3)).toBe('shop-pr-12-pr-3');
  const long = withPullRequest('a-rather-long-name-of-a-folder-with-a-shop', 12345);
  expect(long).toMatch(/^a-rather-long-[a-z-]+-[0-9a-f]{7}-pr-12345$/);
  expect(long).toHaveLength(40);
  expect(goesWith(long, 12345)).toBe(true);
});

test.each([
  ['feature/Login_2', /^feature-login-2-[0-9a-f]{7}$/],
  ['dependabot/npm_and_yarn/types-node-24.19.2', /^dependabot-npm-and-yarn-types-no-[0-9a-f]{7}$/],
  ['a'.repeat(41), /^a{32}-[0-9a-f]{7}$/],
  ['Main', /^main-[0-9a-f]{7}$/],
])(
  'a cluster that is called after the branch %s gets a name for machines, and that is told',
  (branch, name) => {
    const told: string[] = [];
    const parse = (text: string) => parseCluster(text, {}, (message) => told.push(message));
    expect(parse(branch)).toMatch(name);
    expect(parse(branch)).toBe(parse(branch));
    expect(String(parse(branch)).length).toBeLessThanOrEqual(40);
    expect(told[0]).toBe(
      `\`cluster: ${branch}\` is not a name for machines and networks, so the cluster is called ${parse(branch)}.`,
    );
  },
);

test('branches that differ in signs only have clusters of their own, and a name that is one stays', () => {
  expect(parseCluster('a/b', {})).not.toBe(parseCluster('a.b', {}));
  expect(parseCluster('a-b', {})).toBe('a-b');
});
