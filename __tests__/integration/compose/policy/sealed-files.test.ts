import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { type ComposeProject, loadCompose } from '../../../../src/compose/load.ts';
import { enforcePolicy } from '../../../../src/compose/policy/policy.ts';
import { sealFiles } from '../../../../src/compose/policy/sealed-files.ts';
import { renderStack } from '../../../../src/compose/render/render.ts';
import type { RunOptions } from '../../../../src/exec/executor.ts';
import { runner } from '../../../../src/exec/runner.ts';

// Compose is a process of its own, and other tests run beside.
jest.setTimeout(60_000);

let folder: string;
let workspace: string;
let temporary: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealed-'));
  workspace = join(folder, 'shop');
  temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  write('../secret.env', 'TOKEN=secret\n');
  write('../compose.yaml', 'services: {other: {image: other}}\n');
});
afterEach(() => {
  // Whatever came of it, the private folder has gone.
  expect(readdirSync(temporary)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string | Uint8Array): void {
  const file = join(workspace, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

interface Given {
  readonly files?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function seal({ files = [], env = {} }: Given = {}, debug: (line: string) => void = () => {}) {
  const signal = AbortSignal.timeout(60_000);
  return sealFiles(runner, { workspace, files, env, temporary, signal, debug });
}

async function load(given: Given = {}): Promise<ComposeProject> {
  await using files = await seal(given);
  return await loadCompose(files, { workspace, profiles: [] });
}

async function refused(files: readonly string[] = []): Promise<string[]> {
  try {
    await using _ = await seal({ files });
    return [];
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return error.findings.map(({ message, location }) =>
      `${location ? `${location.file}:${location.line}` : ''} ${message}`.trim(),
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
  ['what is not there', 'services: {web: {image: web, env_file: ../nothing.env}}', OUTSIDE],
  ['an absolute path', 'services: {web: {image: web, env_file: /etc/passwd}}', OUTSIDE],
  ['a path of Windows', `services: {web: {image: web, env_file: 'C:\\x'}}`, OUTSIDE],
  ['label_file', 'services: {web: {image: web, label_file: [../secret.env]}}', OUTSIDE],
  ['extends', 'services: {web: {extends: {file: ../compose.yaml, service: other}}}', OUTSIDE],
  ['include', 'include: [../compose.yaml]', OUTSIDE],
  ['include with a list of paths', 'include: [{path: [part/a.yaml, ../compose.yaml]}]', OUTSIDE],
  ['env_file of an include', 'include: [{path: part/a.yaml, env_file: ../secret.env}]', OUTSIDE],
  ['a project directory', 'include: [{path: part/a.yaml, project_directory: ..}]', OUTSIDE],
  ['a config', 'services: {web: {image: web}}\nconfigs: {x: {file: ../secret.env}}', OUTSIDE],
  ['a secret', 'services: {web: {image: web}}\nsecrets: {x: {file: ../secret.env}}', OUTSIDE],
  [
    'an anchor',
    'x-a: &a {env_file: ../secret.env}\nservices: {web: {<<: *a, image: web}}',
    OUTSIDE,
  ],
  ['a list of lists', 'services: {web: {image: web, env_file: [[a]]}}', /is not understood/],
  ['a number for a path', 'services: {web: {image: web, env_file: 0x1F}}', /is not understood/],
  ['a key of an include', 'include: [{path: part/a.yaml, git: x}]', /is not understood/],
  [
    'a key that is not known',
    'services: {web: {image: web, envfile: ../secret.env}}',
    /`services.web.envfile` is a key that is not known/,
  ],
  ['a section that is not known', 'plugins: {x: y}', /`plugins` is a key that is not known/],
  ['a list of services', 'services: [web]', /services is not understood/],
  ['a list of files', '- a\n- b\n', /the file is not understood/],
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
  ["git's own files", 'services: {web: {image: web}}\nconfigs: {x: {file: .git/config}}', /of git/],
  ['the same in capitals', 'services: {web: {image: web, env_file: .GIT/config}}', /of git/],
  ['those of a submodule', 'services: {web: {image: web, env_file: part/.git}}', /of git/],
  ['a folder', 'services: {web: {image: web, env_file: part}}', /is a folder/],
  [
    'a depth from which `..` would lead far',
    `services: {web: {image: web, env_file: ${'a/'.repeat(33)}x}}`,
    /is more than 32 folders deep/,
  ],
  [
    'the same as where paths start',
    `include: [{path: part/a.yaml, project_directory: ${'a/'.repeat(34)}}]`,
    /is more than 32 folders deep/,
  ],
  ['a file that is not YAML', 'services: {web: [}', /cannot be read/],
  ['another encoding', Buffer.from('\ufeffservices: {}', 'utf16le'), /not in UTF-8/],
])('%s is refused, at its line', async (_name, text, message) => {
  write('part/a.yaml', 'services: {}\n');
  write('.git/config', '[http]\n');
  write('part/.git', 'gitdir: ../.git/modules/part\n');
  write('compose.yaml', text);
  expect(await refused()).toEqual([expect.stringMatching(message)]);
  // A file as a whole has no line.
  expect((await refused())[0]).toMatch(/^(?:compose\.yaml:[12] |the file )/);
});

test('a file that another includes is looked into, from its own folder', async () => {
  write('compose.yaml', 'include: [part/a.yaml]\n');
  write('part/a.yaml', 'services: {web: {image: web, env_file: ../../secret.env}}\n');
  expect(await refused()).toEqual([expect.stringMatching(/^part\/a\.yaml:1 .*leads out/)]);
});

test('one that a service extends is too, from its own folder', async () => {
  write('compose.yaml', 'services: {web: {extends: {file: part/a.yaml, service: web}}}\n');
  write('part/a.yaml', 'services: {web: {image: web, env_file: ../../secret.env}}\n');
  expect(await refused()).toEqual([expect.stringMatching(/^part\/a\.yaml:1 .*leads out/)]);
});

test('a project directory is where paths start', async () => {
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
    expect.stringMatching(/:1 link: leads out/),
    expect.stringMatching(/:2 out\/secret\.env: leads out/),
  ]);
  symlinkSync('../secret.env', join(workspace, '.env'));
  expect(await refused()).toEqual(['.env: leads out of the workspace.']);
  rmSync(join(workspace, '.env'));
  symlinkSync('../compose.yaml', join(workspace, 'linked.yaml'));
  expect(await refused(['linked.yaml'])).toEqual(['linked.yaml: leads out of the workspace.']);
});

test('.env of every folder that files may start from is looked at', async () => {
  write('compose.yaml', 'include: [part/a.yaml]\n');
  write('part/a.yaml', 'services: {web: {image: web}}\n');
  symlinkSync('../../secret.env', join(workspace, 'part/.env'));
  expect(await refused()).toEqual(['part/.env: leads out of the workspace.']);
  rmSync(join(workspace, 'part/.env'));
  write('part/.env', 'A=b\nexport COMPOSE_ENV_FILES=/etc/environment\n');
  expect(await refused()).toEqual([expect.stringMatching(/^part\/\.env: names other files/)]);
});

test.each([
  [
    'a named pipe',
    async (path: string) => void (await runner.run(['mkfifo', path])),
    /is no regular/,
  ],
  ['a file of 2 MiB', async (path: string) => writeFileSync(path, Buffer.alloc(2 ** 21)), /larger/],
  ['a device', async (path: string) => symlinkSync('/dev/zero', path), OUTSIDE],
])('%s is refused at once', async (_name, make, message) => {
  write('compose.yaml', 'services: {web: {image: web, env_file: odd}}\n');
  await make(join(workspace, 'odd'));
  expect(await refused()).toEqual([expect.stringMatching(message)]);
});

test('files that include each other are refused, whoever begins', async () => {
  write('compose.yaml', 'include: [b.yaml]\nservices: {web: {image: web}}\n');
  write('b.yaml', 'services: {}\ninclude: [c.yaml]\n');
  write('c.yaml', 'include: [./b.yaml]\n');
  expect(await refused()).toEqual(['c.yaml:1 ./b.yaml: is included by itself, in a circle.']);
  write('c.yaml', 'include: [c.yaml]\n');
  expect(await refused()).toEqual(['c.yaml:1 c.yaml: is included by itself, in a circle.']);
});

test('services that extend each other are refused', async () => {
  write('compose.yaml', 'services: {web: {extends: {file: b.yaml, service: web}}}\n');
  write('b.yaml', 'services: {web: {extends: {file: compose.yaml, service: web}}}\n');
  await expect(load()).rejects.toThrow('Compose cannot read compose.yaml.');
});

test('more files than anybody writes are refused, also where each is included many times', async () => {
  for (let at = 0; at < 20; at += 1) {
    const next = `part${at + 1}.yaml`;
    write(`part${at}.yaml`, `include: [${next}, {path: ${next}, project_directory: .}]\n`);
  }
  write('part20.yaml', 'services: {web: {image: web}}\n');
  expect(await refused(['part0.yaml'])).toEqual([
    expect.stringMatching(/more than 100 files are included/),
  ]);
});

test('what lies in the workspace is loaded as Compose would load it there', async () => {
  write(
    'deploy/compose.yaml',
    [
      'include: [../part/a.yaml]',
      'services:',
      '  web:',
      '    extends: {file: ../part/base.yaml, service: base}',
      `    image: "web:\${TAG}"`,
      '    env_file: [../part/x.env, {path: missing.env, required: false}]',
      '    configs: [page]',
      'configs: {page: {file: ../part/page.html}}',
      '',
    ].join('\n'),
  );
  write('deploy/.env', 'TAG=of-dotenv\n');
  write('part/.env', 'PART=of-part\n');
  write('part/a.yaml', `services: {a: {image: "a:\${PART}"}}\nsecrets: {x: {file: x.env}}\n`);
  write('part/base.yaml', 'services: {base: {labels: {of: base}, env_file: base.env}}\n');
  write('part/base.env', 'BASE=yes\n');
  write('part/x.env', 'X=y\n');
  write('part/page.html', '<p>hello</p>');
  const project = await load({ files: ['deploy/compose.yaml'] });
  expect(project.model).toMatchObject({
    name: 'deploy',
    services: {
      a: { image: 'a:of-part' },
      web: {
        image: 'web:of-dotenv',
        labels: { of: 'base' },
        environment: { X: 'y', BASE: 'yes' },
      },
    },
    configs: { page: { file: join(workspace, 'part/page.html') } },
  });
  expect(project.directory).toBe(join(workspace, 'deploy'));
  const stack = await renderStack(project, { stackName: 'deploy' });
  expect(stack.text).not.toContain(temporary);
});

test('what was read is used: a file that changes afterwards is not read again', async () => {
  write(
    'compose.yaml',
    'services: {web: {image: web, configs: [page]}}\nconfigs: {page: {file: page.html}}\n',
  );
  write('page.html', 'first');
  await using files = await seal();
  rmSync(join(workspace, 'page.html'));
  symlinkSync('../secret.env', join(workspace, 'page.html'));
  write('compose.yaml', 'services: {other: {image: other}}\n');
  const project = await loadCompose(files, { workspace, profiles: [] });
  expect(Object.keys(project.model.services)).toEqual(['web']);
  await expect(project.read(join(workspace, 'page.html'))).rejects.toThrow(OUTSIDE);
});

test('what Compose says is said of the file and its line', async () => {
  write('compose.yaml', 'services:\n  web:\n    image: web\n    ports:\n      - target: x\n');
  const error = await load().catch((thrown: unknown) => thrown);
  if (!(error instanceof ComposeError)) throw error;
  expect(error.findings[0]?.location).toMatchObject({ file: 'compose.yaml' });
  expect(error.findings[0]?.location?.line).toBeGreaterThan(3);
  expect(error.message + error.details).not.toContain(temporary);

  write('part/a.yaml', 'services:\n  a:\n    image: a\n    privileged: true\n');
  write('compose.yaml', 'include: [part/a.yaml]\n');
  const project = await load();
  try {
    enforcePolicy(project, { maxServices: 25, maxTasks: 50 });
    throw new Error('It was let through.');
  } catch (refusal) {
    if (!(refusal instanceof ComposeError)) throw refusal;
    expect(refusal.findings[0]?.location).toEqual({ file: 'part/a.yaml', line: 4 });
  }
});

describe('Compose runs', () => {
  async function asked(given: Given): Promise<readonly RunOptions[]> {
    const seen: RunOptions[] = [];
    const spy = {
      ...runner,
      run: (...[argv, options]: Parameters<typeof runner.run>) => {
        seen.push(options ?? {});
        return runner.run(argv, options);
      },
    };
    write('compose.yaml', 'services: {web: {image: web}}\n');
    const signal = AbortSignal.timeout(60_000);
    const { files = [], env = {} } = given;
    const options = { workspace, files, env, temporary, signal, debug: () => {} };
    await using sealed = await sealFiles(spy, options);
    const project = await loadCompose(sealed, { workspace, profiles: [] });
    for (const { message } of project.findings) said.push(message);
    return seen;
  }
  const said: string[] = [];

  test('with the variables that were given, and no other of the step', async () => {
    write(
      'compose.yaml',
      `services: {web: {image: web, environment: {A: "\${GIVEN}", B: "\${OF_THE_STEP-}", C: "\${HOME-}"}}}\n`,
    );
    process.env.OF_THE_STEP = 'secret';
    try {
      const { model } = await load({ env: { GIVEN: 'given' } });
      expect(model.services.web?.environment).toMatchObject({ A: 'given', B: '' });
      expect(model.services.web?.environment?.C).not.toBe(process.env.HOME);
    } finally {
      delete process.env.OF_THE_STEP;
    }
  });

  test('without settings of Compose and Docker; a variable that only looks like one is kept', async () => {
    const runs = await asked({ env: { COMPOSE_PROFILES: 'x', DOCKER_HOST: 'y', DOCKER_TAG: 'z' } });
    for (const { env, inheritEnv } of runs) {
      expect(inheritEnv).toBe(false);
      expect(Object.keys(env ?? {}).toSorted()).toEqual([
        ...['DOCKER_CONFIG', 'DOCKER_TAG', 'HOME', 'PATH', 'USERPROFILE'],
      ]);
    }
    expect(said).toEqual([
      expect.stringContaining('COMPOSE_PROFILES is a setting'),
      expect.stringContaining('DOCKER_HOST is a setting'),
    ]);
  });

  test('in namespaces, or the log says why not', async () => {
    write('compose.yaml', 'services: {web: {image: web}}\n');
    const lines: string[] = [];
    await using _ = await seal({}, (line) => lines.push(line));
    const works = await runner.run(['unshare', '--user', '--map-root-user', '--mount', 'true'], {
      anyExitCode: true,
    });
    expect(lines).toEqual([
      works.exitCode === 0
        ? 'Compose runs in namespaces of its own'
        : expect.stringMatching(/^Compose runs without namespaces of its own: ./),
    ]);
  });
});

test('a secret of the workspace is not copied', async () => {
  write(
    'compose.yaml',
    'services: {web: {image: web, secrets: [x]}}\nsecrets: {x: {file: x.txt}}\n',
  );
  write('x.txt', 'workspace secret');
  await using _ = await seal();
  const [own = ''] = readdirSync(temporary);
  const copy = join(temporary, own, '-/'.repeat(40));
  const names = readdirSync(copy, { recursive: true }).map(String);
  expect(names.toSorted()).toEqual(['shop', 'shop/compose.yaml']);
  expect(readFileSync(join(copy, 'shop/compose.yaml'), 'utf8')).not.toContain('workspace secret');
});
