import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import { ComposeError } from '../../../src/compose/findings.ts';
import type { Executor, RunOptions, RunResult } from '../../../src/exec/executor.ts';
import { loadProject, type ProjectSource } from '../../support/load-project.ts';

let workspace = '';
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'compose-'));
});
afterEach(async () => {
  await rm(workspace, { recursive: true });
});

interface Call {
  readonly argv: readonly string[];
  readonly options: RunOptions;
}

/** A runner that answers with these results, one after another, and keeps what it was asked. */
function answering(...results: Partial<RunResult>[]): { runner: Executor; calls: Call[] } {
  const calls: Call[] = [];
  const runner: Executor = {
    where: 'the runner',
    run: async (argv, options = {}) => {
      calls.push({ argv, options });
      const result = results[calls.length - 1] ?? {};
      return { exitCode: 0, stdout: '{"name":"x","services":{}}', stderr: '', ...result };
    },
    open: async () => {
      throw new Error('not used');
    },
  };
  return { runner, calls };
}

function source(changes: Partial<ProjectSource> = {}): ProjectSource {
  return { workspace, files: [], profiles: [], env: {}, ...changes };
}

async function write(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(join(workspace, name, '..'), { recursive: true });
    await writeFile(join(workspace, name), 'services:\n  web:\n    image: x\n');
  }
}

async function failure(stderr: string, text: string): Promise<unknown> {
  await writeFile(join(workspace, 'compose.yaml'), text);
  // A docker without Compose is followed by the question for the program.
  const failed = { exitCode: 15, stdout: '', stderr };
  const { runner } = answering(failed, failed, failed);
  return await loadProject(runner, source()).catch((thrown: unknown) => thrown);
}

test.each([
  [['compose.yaml', 'compose.yml', 'docker-compose.yml'], ['compose.yaml'], 1],
  [['compose.yml'], ['compose.yml'], 0],
  [['docker-compose.yaml', 'docker-compose.yml'], ['docker-compose.yml'], 1],
  [['docker-compose.yaml'], ['docker-compose.yaml'], 0],
  [['compose.yaml', 'compose.override.yaml'], ['compose.yaml', 'compose.override.yaml'], 0],
  [
    ['docker-compose.yml', 'docker-compose.override.yml'],
    ['docker-compose.yml', 'docker-compose.override.yml'],
    0,
  ],
])('of %j Compose takes %j', async (there, taken, warnings) => {
  await write(...there);
  const { runner, calls } = answering();
  const project = await loadProject(runner, source());
  expect(project.files).toEqual(taken);
  expect(project.findings).toHaveLength(warnings);
  expect(calls[0]?.argv).toEqual([
    'docker',
    'compose',
    ...taken.flatMap((name) => ['-f', join(workspace, name)]),
    'config',
    '--format',
    'json',
  ]);
});

test('no compose file: what was looked for', async () => {
  const error = await loadProject(answering().runner, source()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ActionError);
  expect((error as ActionError).details).toBe(
    'Looked for: compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml',
  );
});

test('a file that is named and missing', async () => {
  await write('there.yaml');
  const files = ['there.yaml', 'gone.yaml'];
  const { runner, calls } = answering();
  const error = await loadProject(runner, source({ files })).catch((thrown: unknown) => thrown);
  expect((error as ActionError).details).toBe(join(workspace, 'gone.yaml'));
  expect(calls).toEqual([]);
});

test('several files, profiles, a project name and variables; a file outside the workspace keeps its path', async () => {
  await write('inside/a.yaml', 'b.yaml');
  const { runner, calls } = answering();
  const inner = join(workspace, 'inside');
  const project = await loadProject(
    runner,
    source({
      workspace: inner,
      files: ['a.yaml', '../b.yaml'],
      profiles: ['one', 'two'],
      env: { A: 'b' },
      projectName: 'stk',
    }),
  );
  expect(project).toMatchObject({
    files: ['a.yaml', join(workspace, 'b.yaml')],
    directory: inner,
    workspace: inner,
  });
  expect(calls[0]?.argv.slice(2)).toEqual([
    ...['-f', join(inner, 'a.yaml'), '-f', join(workspace, 'b.yaml')],
    ...['--profile', 'one', '--profile', 'two', '--project-name', 'stk'],
    ...['config', '--format', 'json'],
  ]);
  expect(calls[0]?.options.env).toEqual({ A: 'b' });
});

test('what a job set for its own Compose is taken away, but not what the step says', async () => {
  await write('compose.yaml');
  const { runner, calls } = answering();
  const before = process.env.COMPOSE_FILE;
  process.env.COMPOSE_FILE = 'other.yaml';
  process.env.COMPOSE_PROFILES = 'other';
  try {
    await loadProject(runner, source({ env: { COMPOSE_PROFILES: 'ours' } }));
  } finally {
    if (before === undefined) delete process.env.COMPOSE_FILE;
    else process.env.COMPOSE_FILE = before;
    delete process.env.COMPOSE_PROFILES;
  }
  expect(calls[0]?.options.env).toStrictEqual({
    COMPOSE_FILE: undefined,
    COMPOSE_PROFILES: 'ours',
  });
});

test('values are read as a container gets them', async () => {
  await write('compose.yaml');
  const stdout = JSON.stringify({
    name: 'x',
    services: { web: { image: 'x', labels: { a$$b: '$$2y$$10' }, command: ['$$$$'] } },
  });
  const { model } = await loadProject(answering({ stdout }).runner, source());
  expect(model.services.web).toMatchObject({ labels: { a$b: '$2y$10' }, command: ['$$'] });
});

test('variables of configs and secrets are asked of Compose, which knows the .env files', async () => {
  await write('sub/compose.yaml');
  const model = {
    name: 'x',
    services: {},
    secrets: { a: { environment: 'TOKEN' }, b: { environment: 'UNSET' } },
    configs: { c: { environment: 'TOKEN' } },
  };
  const answer = {
    services: {
      probe: {
        environment: {
          VALUE_TOKEN: 'a$$b',
          IS_SET_TOKEN: 'yes',
          VALUE_UNSET: '',
          IS_SET_UNSET: '',
        },
      },
    },
  };
  const { runner, calls } = answering(
    { stdout: JSON.stringify(model) },
    { stdout: JSON.stringify(answer) },
  );
  const project = await loadProject(runner, source({ files: ['sub/compose.yaml'] }));
  expect([...project.environment]).toEqual([['TOKEN', 'a$b']]);
  expect(calls[1]?.argv).toContain(join(workspace, 'sub'));
  expect(String(calls[1]?.options.stdin)).not.toContain('a$');
});

test('keys that are not known are refused, with the nearest; x- keys are the user’s own', async () => {
  await write('compose.yaml');
  const stdout = JSON.stringify({
    name: 'x',
    'x-top': 1,
    services: {
      web: { image: 'x', privilegedd: true, 'x-mine': {}, ports: [{ target: 80, speed: 3 }] },
    },
    volumes: { data: { name: 'x_data', quota: '1g' } },
    agents: { helper: {} },
  });
  const { findings, model } = await loadProject(answering({ stdout }).runner, source());
  expect(findings.map(({ level }) => level)).toEqual(['error', 'error', 'error', 'error']);
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^services\.web\.ports\.0\.speed: this version .* not know the key/),
    expect.stringMatching(
      /^services\.web\.privilegedd: .*`privileged`.*`privilegedd: !reset null`/,
    ),
    expect.stringMatching(/^volumes\.data\.quota: /),
    expect.stringMatching(/^agents: /),
  ]);
  expect(findings[0]?.location).toEqual({ file: 'compose.yaml', line: 2 });
  expect(model.services.web).toEqual({ image: 'x', ports: [{ target: 80 }] });
});

test.each([
  ['no JSON', 'services:', 'printed no JSON'],
  ['another form', '{"name":"x","services":[]}', 'something that is not understood'],
])('%s from Compose is an error of its own', async (_, stdout, message) => {
  await write('compose.yaml');
  const error = await loadProject(answering({ stdout }).runner, source()).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ActionError);
  expect((error as ActionError).message).toContain(message);
});

test('warnings of Compose, variables at their first use; the one about `version` is dropped', async () => {
  await writeFile(join(workspace, 'compose.yaml'), 'services:\n  web:\n    labels: [a=$TAG]\n');
  const stderr = [
    'time="2026-11-23T22:55:27Z" level=warning msg="The \\"TAG\\" variable is not set. Defaulting to a blank string."',
    'time="2026-11-23T22:55:27Z" level=warning msg="The \\"TAG\\" variable is not set. Defaulting to a blank string."',
    'time="2026-11-23T22:55:27Z" level=warning msg="compose.yaml: the attribute `version` is obsolete, it will be ignored"',
    'time="2026-11-23T22:55:27Z" level=info msg="nothing"',
  ].join('\n');
  const { findings } = await loadProject(answering({ stderr }).runner, source());
  expect(findings).toEqual([
    {
      level: 'warning',
      message: expect.stringContaining('The "TAG" variable is not set.'),
      location: { file: 'compose.yaml', line: 3 },
    },
  ]);
});

const FILE = 'services:\n  web:\n    image: x\n    imge: y\n    environment:\n      A: ${X\n';
const YAML_FAULT = 'services:\n  web:\n    image: x\n   bad: 1\n';

// Captured from Compose 2.26.1; the second form of the first from 2.40.
test.each([
  [
    'an unknown key',
    'validating /w/compose.yaml: services.web Additional property imge is not allowed',
    FILE,
    { file: 'compose.yaml', line: 4 },
    /Did you mean `image`\?$/,
  ],
  [
    'an unknown key, as later versions say it',
    "validating /w/compose.yaml: services.web additional properties 'imge' not allowed",
    FILE,
    { file: 'compose.yaml', line: 4 },
    /Did you mean `image`\?$/,
  ],
  [
    'a key of `deploy`',
    'validating /w/compose.yaml: services.web Additional property replicas is not allowed',
    FILE,
    { file: 'compose.yaml', line: 2 },
    /not allowed\. `replicas` belongs below `deploy`\.$/,
  ],
  [
    'a key that is near to none',
    "validating /w/compose.yaml: services.web additional properties 'nope' not allowed",
    FILE,
    { file: 'compose.yaml', line: 2 },
    /'nope' not allowed$/,
  ],
  [
    'interpolation',
    'invalid interpolation format for services.web.environment.A.\nYou may need to escape any $ with another $.\n${X',
    FILE,
    { file: 'compose.yaml', line: 6 },
    /escape any \$ with another/,
  ],
  [
    'a value that cannot be decoded',
    "decoding failed due to the following error(s):\n\nerror decoding 'services[web].image': no",
    FILE,
    { file: 'compose.yaml', line: 3 },
    /error decoding/,
  ],
  [
    'a reference to nothing',
    'service "web" refers to undefined network nope: invalid compose project',
    'services:\n  web:\n    image: x\n    networks: [nope]\n',
    { file: 'compose.yaml', line: 4 },
    /undefined network nope/,
  ],
  [
    'a dependency on nothing',
    'service "web" depends on undefined service "nope": invalid compose project',
    'services:\n  web:\n    depends_on: [nope]\n',
    { file: 'compose.yaml', line: 3 },
    /undefined service/,
  ],
  [
    'YAML, at the line of our own parser',
    'yaml: line 1: did not find expected key',
    YAML_FAULT,
    { file: 'compose.yaml', line: 4 },
    /^The indentation does not fit: what belongs to one map or list begins at the same column\.$/,
  ],
  [
    'a line that only Compose knows',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!seq into cli.named',
    '# nothing\n- a\n',
    { file: 'compose.yaml', line: 2 },
    /cannot unmarshal/,
  ],
  [
    'a file that only the parser here takes for a fault: the words of Compose count',
    'service "web" refers to undefined network nope: invalid compose project',
    'services:\n  web:\n    networks: [nope]\n    x: 1\n    x: 2\n',
    { file: 'compose.yaml', line: 3 },
    /^service "web" refers to undefined network nope\. Define it below `networks`/,
  ],
  [
    'a name that is nearly one',
    'service "web" depends on undefined service "dv": invalid compose project',
    'services:\n  web:\n    depends_on: [dv]\n  db: {}\n',
    { file: 'compose.yaml', line: 3 },
    /undefined service "dv"\. Did you mean `db`\?$/,
  ],
  [
    'a secret that is called otherwise',
    'service "web" refers to undefined secret tok: invalid compose project',
    'services:\n  web:\n    secrets: [tok]\nsecrets:\n  password: {file: x}\n',
    { file: 'compose.yaml', line: 3 },
    /Define it below `secrets` at the top level of the file\. There are: password\.$/,
  ],
  [
    'a text where a number belongs',
    'error while interpolating services.web.deploy.replicas: failed to cast to expected type: strconv.Atoi: parsing "two": invalid syntax',
    'services:\n  web:\n    deploy:\n      replicas: two\n',
    { file: 'compose.yaml', line: 4 },
    /^services\.web\.deploy\.replicas is `two`\. Write a whole number, for example `2`\.$/,
  ],
  [
    'a text where a truth value belongs',
    'error while interpolating services.web.tty: failed to cast to expected type: strconv.ParseBool: parsing "yep": invalid syntax',
    'services:\n  web:\n    tty: yep\n',
    { file: 'compose.yaml', line: 3 },
    /^services\.web\.tty is `yep`\. Write `true` or `false`\.$/,
  ],
  [
    'a duration without a unit',
    `decoding failed due to the following error(s):\n\nerror decoding 'services[web].stop_grace_period': time: missing unit in duration "10"`,
    'services:\n  web:\n    stop_grace_period: "10"\n',
    { file: 'compose.yaml', line: 3 },
    /^services\.web\.stop_grace_period is `10`\. Write a duration, for example `10s`\.$/,
  ],
  [
    'a variable that has to be set',
    'error while interpolating services.web.image: required variable TAG is missing a value: the tag to deploy.',
    'services:\n  web:\n    image: x:$'.concat('{TAG:?the tag to deploy.}\n'),
    { file: 'compose.yaml', line: 3 },
    /^services\.web\.image needs the variable TAG, which is not set: the tag to deploy\. Set it in `env` of this step\.$/,
  ],
  [
    'a key at the top',
    'validating /w/compose.yaml: services must be a mapping',
    '# x\nservices:\n- web\n',
    { file: 'compose.yaml', line: 2 },
    /^services must be a mapping$/,
  ],
  ['nothing at all', 'empty compose file', '', { file: 'compose.yaml', line: 1 }, /^empty compose/],
  ['something without a place', 'Invalid ip address: a', FILE, undefined, /Invalid ip address: a/],
])('%s is told at its place', async (_, stderr, text, location, message) => {
  const error = await failure(stderr, text);
  expect(error).toBeInstanceOf(ComposeError);
  expect((error as ComposeError).findings).toEqual([
    { level: 'error', message: expect.stringMatching(message), location },
  ]);
});

test.each([
  ['2.11.2\n', ': it is 2.11.2, and 2.20 or later is needed.'],
  ['v2.3.3', ': it is 2.3.3, and 2.20 or later is needed.'],
  ['', '.'],
  ['docker: unknown command', '.'],
])('a Compose that is too old and says it is %j', async (version, words) => {
  await write('compose.yaml');
  const stderr = 'unknown flag: --format\nSee docker compose config';
  const { runner } = answering({ exitCode: 16, stdout: '', stderr }, { stdout: version });
  const error = await loadProject(runner, source()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    message: `Compose on the runner is too old${words}`,
    details: 'unknown flag: --format',
    hint: expect.stringMatching(/^It does not know `--format`\. Install Compose 2\.20 or later/),
  });
});

test.each([
  ['compose.yml', ['compose.yaml'], 'Did you mean `compose.yaml`?'],
  ['stack.yaml', ['docker-compose.yml', 'ci.yaml'], 'Did you mean `docker-compose.yml`?'],
  [
    'deploy/prod.yaml',
    ['deploy/production.yaml', 'deploy/prod.yml'],
    'Did you mean `deploy/prod.yml`?',
  ],
])('%s is missing, and %j is there', async (file, there, words) => {
  await mkdir(join(workspace, 'deploy'), { recursive: true });
  await write(...there);
  const asked = { ...source(), files: [file] };
  const { runner } = answering({ exitCode: 0, stdout: '', stderr: '' });
  const error = await loadProject(runner, asked).catch((thrown: unknown) => thrown);
  expect((error as ActionError).hint).toContain(`${words} \`compose-file\` takes one path`);
});

test('where nothing near is there, nothing is offered', async () => {
  await write('workflow.yaml');
  const asked = { ...source(), files: ['nowhere/compose.yml'] };
  const { runner } = answering({ exitCode: 0, stdout: '', stderr: '' });
  const error = await loadProject(runner, asked).catch((thrown: unknown) => thrown);
  expect((error as ActionError).hint).toMatch(/^`compose-file` takes one path/);
});

test.each([
  "docker: 'compose' is not a docker command.\nSee 'docker --help'",
  "unknown shorthand flag: 'f' in -f\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]",
  "docker: unknown command: docker compose\n\nRun 'docker --help' for more information",
])('a docker without Compose: %j', async (stderr) => {
  const error = await failure(stderr, FILE);
  expect((error as ActionError).message).toContain('`docker compose` is not installed');
  expect((error as ActionError).details).toBe(stderr.split('\n')[0]);
  expect((error as ActionError).hint).toContain('docker-compose');
});

test('an abort reaches the command', async () => {
  await write('compose.yaml');
  const { runner, calls } = answering();
  const { signal } = new AbortController();
  await loadProject(runner, source(), signal);
  expect(calls[0]?.options.signal).toBe(signal);
});
