import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runner } from '../../../src/exec/runner.ts';
import { loadCompose } from '../../../src/stack/compose.ts';
import { ComposeError } from '../../../src/stack/findings.ts';
import { refuseFilesOutside } from '../../../src/stack/policy/files.ts';

let folder: string;
let workspace: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-'));
  workspace = join(folder, 'workspace');
  write('../secret.env', 'TOKEN=secret\n');
  write('../compose.yaml', 'services: {other: {image: other}}\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(workspace, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function refused(files: readonly string[] = []): Promise<string[]> {
  try {
    await refuseFilesOutside(workspace, files);
    return [];
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return error.findings.map(({ message, location }) =>
      `${location?.file ?? ''} ${message}`.trim(),
    );
  }
}

const OUTSIDE = /leads out of the workspace/;

test.each([
  ['env_file', 'services: {web: {image: web, env_file: ../secret.env}}', OUTSIDE],
  [
    'env_file in a list',
    'services: {web: {image: web, env_file: [{path: ../secret.env, required: false}]}}',
    OUTSIDE,
  ],
  ['an absolute path', 'services: {web: {image: web, env_file: /etc/passwd}}', OUTSIDE],
  ['label_file', 'services: {web: {image: web, label_file: [../secret.env]}}', OUTSIDE],
  ['extends', 'services: {web: {extends: {file: ../compose.yaml, service: other}}}', OUTSIDE],
  ['include', 'include: [../compose.yaml]', OUTSIDE],
  ['include with a list of paths', 'include: [{path: [part/a.yaml, ../compose.yaml]}]', OUTSIDE],
  ['env_file of an include', 'include: [{path: part/a.yaml, env_file: ../secret.env}]', OUTSIDE],
  ['a config', 'services: {web: {image: web}}\nconfigs: {x: {file: ../secret.env}}', OUTSIDE],
  ['a secret', 'services: {web: {image: web}}\nsecrets: {x: {file: ../secret.env}}', OUTSIDE],
  [
    'an anchor',
    'x-a: &a {env_file: ../secret.env}\nservices: {web: {<<: *a, image: web}}',
    OUTSIDE,
  ],
  ['a second document', 'services: {web: {image: web}}\n---\ninclude: [../compose.yaml]', OUTSIDE],
  [
    'a variable',
    `services: {web: {image: web, env_file: "\${HOME}/x"}}`,
    /a variable may lead anywhere/,
  ],
  [
    'a home',
    'services: {web: {image: web, env_file: ~/.docker/config.json}}',
    /a folder of the runner/,
  ],
  ['a registry', 'include: ["oci://example.com/x:1"]', /an address/],
  ['a repository', 'include: ["git@example.com:a/b.git"]', /an address/],
  [
    'a repository by its host',
    'services: {web: {extends: {file: github.com/a/b, service: c}}}',
    /an address/,
  ],
  ['a file that is not YAML', 'services: {web: [}', /cannot be read/],
  [
    'too many aliases',
    `a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(60)}]\nc: &c [${'*b,'.repeat(60)}]\nd: [${'*c,'.repeat(60)}]`,
    /cannot be read/,
  ],
])('%s', async (_name, text, message) => {
  write('part/a.yaml', 'services: {}\n');
  write('compose.yaml', text);
  expect(await refused()).toEqual([expect.stringMatching(message)]);
});

test('a file that another includes is looked into, from its own folder', async () => {
  write('compose.yaml', 'include: [part/a.yaml]\n');
  write('part/a.yaml', 'services: {web: {image: web, env_file: ../../secret.env}}\n');
  expect(await refused()).toEqual([expect.stringMatching(/^part\/a\.yaml .*leads out/)]);
});

test('a project directory is where paths start, too', async () => {
  write('compose.yaml', 'include: [{path: a/b/c.yaml, project_directory: a}]\n');
  write('a/b/c.yaml', 'services: {web: {image: web, env_file: ../../secret.env}}\n');
  expect(await refused()).toEqual([expect.stringMatching(OUTSIDE)]);
});

test('links are followed: of a file, of a folder, of .env, of the compose file itself', async () => {
  write(
    'compose.yaml',
    'services: {web: {image: web, env_file: link}}\nconfigs: {x: {file: out/secret.env}}\n',
  );
  symlinkSync('../secret.env', join(workspace, 'link'));
  symlinkSync('..', join(workspace, 'out'));
  expect(await refused()).toEqual([
    expect.stringMatching(/link: leads out/),
    expect.stringMatching(/out\/secret\.env: leads out/),
  ]);
  symlinkSync('../secret.env', join(workspace, '.env'));
  expect(await refused()).toEqual(['.env: leads out of the workspace.']);
  rmSync(join(workspace, '.env'));
  symlinkSync('../compose.yaml', join(workspace, 'linked.yaml'));
  expect(await refused(['linked.yaml'])).toEqual(['linked.yaml: leads out of the workspace.']);
});

test('what lies in the workspace is let through, also files that include each other', async () => {
  write(
    'deploy/compose.yaml',
    'include: [../part/a.yaml]\nservices: {web: {image: web, env_file: [../part/x.env, missing.env]}}\n',
  );
  write('part/a.yaml', 'include: [../deploy/compose.yaml]\nsecrets: {x: {file: x.env}}\n');
  write('part/x.env', 'A=b\n');
  expect(await refused(['deploy/compose.yaml'])).toEqual([]);
});

test('Compose gets the variables that were given, and no other of the step', async () => {
  write(
    'compose.yaml',
    `services: {web: {image: web, environment: {A: "\${GIVEN}", B: "\${OF_THE_STEP-}"}}}\n`,
  );
  const source = { workspace, files: [], profiles: [], env: { GIVEN: 'given' } };
  process.env.OF_THE_STEP = 'secret';
  try {
    const environment = async (isolated: boolean) =>
      (await loadCompose(runner, { ...source, isolated })).model.services.web?.environment;
    expect(await environment(false)).toEqual({ A: 'given', B: 'secret' });
    expect(await environment(true)).toEqual({ A: 'given', B: '' });
  } finally {
    delete process.env.OF_THE_STEP;
  }
});
