import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { type FakeGitHub, fakeGitHub } from '../support/github.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const states = ({ deployments }: FakeGitHub) =>
  deployments.map(({ statuses }) => statuses.map(({ state }) => state).toReversed());

test('the pull request is told of a failure, of the deployment, and by post and `down` of its end', async () => {
  await using github = await fakeGitHub();
  await using cluster = testCluster('announce');
  const commit = 'c0ffee0'.padEnd(40, '0');
  cluster.write(
    'event.json',
    JSON.stringify({ pull_request: { number: 3, head: { sha: commit } } }),
  );
  const env = {
    GITHUB_API_URL: github.apiUrl,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: join(cluster.workspace, 'event.json'),
  };
  const inputs = { comment: 'true', deployment: 'true', 'github-token': 'ghs_secret' };
  const up = { ...inputs, nodes: '1', images: HELLO_IMAGE, 'stack-name': 'shop', ttl: '72h' };
  const text = () => github.comments.map(({ body }) => body).join();

  cluster.write('compose.yaml', 'services: {web: {image: [1]}}\n');
  const failed = await cluster.up(up, env);
  expect(failed.conclusion).toBe('failure');
  expect(text()).toContain(`<!-- swarm-up:${cluster.name}/shop -->\n`);
  expect(text()).toContain('failed');
  expect(github.deployments).toEqual([]);
  await cluster.post(failed, inputs, 'failure', env);
  expect(text()).toContain('failed');

  cluster.write('compose.yaml', `services: {web: {image: ${HELLO_IMAGE}, ports: ['80']}}\n`);
  const run = await cluster.up(up, env);
  expect(run.conclusion).toBe('success');
  expect(text()).toContain('### ✅ `shop` runs on 1 node');
  expect(text()).toContain('commit `c0ffee0`');
  expect(text()).toMatch(/The post step of this job removes the cluster\. It lives until/);
  expect(states(github)).toEqual([['in_progress', 'success']]);

  const post = await cluster.post(run, inputs, 'success', env);
  expect(post.conclusion).toBe('success');
  expect(text()).toContain('### 🗑️ `shop` was removed');
  expect(states(github)).toEqual([['in_progress', 'success', 'inactive']]);

  const down = await cluster.up({ ...inputs, command: 'down' }, { ...env, GITHUB_RUN_ID: '99' });
  expect(down.conclusion).toBe('success');
  expect(text()).toContain(`### 🗑️ \`${cluster.name}\` was removed`);
  expect(text()).toContain('/runs/99');
  expect(github.comments).toHaveLength(1);
  const said = [failed, run, post, down].flatMap(({ annotations }) => annotations);
  expect(said.filter(({ message }) => /GitHub|pull request/.test(message))).toEqual([]);
  expect([run, post, down].flatMap(({ lines }) => lines).join()).not.toContain('ghs_secret');
}, 120_000);
