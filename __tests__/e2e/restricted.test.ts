import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { engineState, NOTHING } from '../support/engine.ts';
import { expectConclusion } from '../support/stacks.ts';

// A compose file of a stranger, in an event that runs with secrets.

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const STRANGERS = { GITHUB_EVENT_NAME: 'pull_request_target', STEPSECRET: 'stepsecretmark' };

test('what stays in its containers is deployed, with the files of the workspace and no variable of the step', async () => {
  await using cluster = testCluster('restricted');
  cluster.write('compose.yaml', 'include: [deploy/web.yaml]\n');
  mkdirSync(join(cluster.workspace, 'deploy'));
  cluster.write(
    'deploy/web.yaml',
    `x-labels: &labels {com.example.team: shop}
services:
  web:
    image: ${HELLO_IMAGE}
    environment:
      SECRET: "\${STEPSECRET-}"
      TAG: "\${TAG}"
    env_file: [web.env]
    configs: [{source: page, target: /page.html, mode: 0444}]
    volumes: [data:/data]
    labels: {<<: *labels}
    stop_grace_period: 1s
    ports: [{target: 8080, published: 18390, mode: host}]
volumes: {data: }
configs: {page: {file: ./page.html}}
`,
  );
  cluster.write('deploy/web.env', 'FROM_FILE=yes\n');
  cluster.write('deploy/page.html', '<p>restricted</p>\n');
  const inputs = {
    ...{ nodes: '1', images: HELLO_IMAGE, 'compose-file': 'compose.yaml' },
    env: 'TAG=7',
  };
  const main = await cluster.up(inputs, STRANGERS);
  expectConclusion(main, 'success');
  const [container = ''] = (await cluster.docker('ps', '--quiet')).split('\n');
  const environment = await cluster.docker(
    'inspect',
    '--format',
    '{{json .Config.Env}}',
    container,
  );
  expect(JSON.parse(environment)).toEqual(
    expect.arrayContaining(['FROM_FILE=yes', 'TAG=7', 'SECRET=']),
  );
  const page = await cluster.docker('exec', container, 'busybox', 'cat', '/page.html');
  expect(page).toContain('<p>restricted</p>');
  expectConclusion(await cluster.post(main), 'success');
}, 120_000);

test.each([
  [
    'the environment of the step, behind a line break of YAML 1.1',
    `services: {web: {image: ${HELLO_IMAGE}, configs: [{source: c, target: /leak}]}}\n# x\u2028configs:\u2028  c: {file: /proc/self/environ}\n`,
    { line: 2, message: /has the character U\+2028/ },
  ],
  [
    'the token that a checkout leaves',
    `services: {web: {image: ${HELLO_IMAGE}, configs: [c]}}\nconfigs:\n  c: {file: .git/config}\n`,
    { line: 3, message: /\.git\/config: is of git/ },
  ],
  [
    'a file outside, by a link',
    `services:\n  web:\n    image: ${HELLO_IMAGE}\n    env_file: link\n`,
    { line: 4, message: /link: leads out of the workspace/ },
  ],
  [
    "another stack's volume",
    `services: {web: {image: ${HELLO_IMAGE}, volumes: ["data:/x"]}}\nvolumes:\n  data:\n    name: prod_data\n`,
    { line: 4, message: /`name: prod_data` may be that of another stack/ },
  ],
])(
  '%s: refused at its line, before anything is created',
  async (_title, compose, at) => {
    await using cluster = testCluster('refused');
    mkdirSync(join(cluster.workspace, '.git'));
    writeFileSync(join(cluster.workspace, '.git/config'), 'tokenmark');
    symlinkSync('/etc/hostname', join(cluster.workspace, 'link'));
    cluster.write('compose.yaml', compose);
    const main = await cluster.up({ nodes: '1' }, STRANGERS);
    expectConclusion(main, 'failure');
    expect(main.annotations).toContainEqual(
      expect.objectContaining({
        level: 'error',
        file: 'compose.yaml',
        line: at.line,
        message: expect.stringMatching(at.message),
      }),
    );
    const log = main.lines.join('\n') + main.summary;
    expect(log).toContain('Nothing has been created.');
    expect(log).not.toMatch(/tokenmark|stepsecretmark/);
    expect(await engineState(cluster.name)).toEqual(NOTHING);
  },
  60_000,
);
