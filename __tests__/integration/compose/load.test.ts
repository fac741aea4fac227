import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { ComposeError } from '../../../src/compose/findings.ts';
import { type RenderedStack, renderStack } from '../../../src/compose/render/render.ts';
import { runner } from '../../../src/exec/runner.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { composeProject, type Parsed } from '../../support/compose-project.ts';
import { loadProject, type ProjectSource } from '../../support/load-project.ts';

// Real `docker compose config` before, real `docker stack config` behind. Neither asks an engine.

// Each test starts several programs, which a busy machine lets wait.
jest.setTimeout(60_000);

const FIXTURES = join(import.meta.dirname, '../../fixtures/compose');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function load(fixture: string, changes: Partial<ProjectSource> = {}) {
  return await loadProject(runner, {
    workspace: join(FIXTURES, fixture),
    files: [],
    profiles: [],
    env: {},
    projectName: 'stk',
    ...changes,
  });
}

async function render(
  fixture: string,
  changes: Partial<ProjectSource> = {},
): Promise<{ file: Parsed; stack: RenderedStack }> {
  const stack = await renderStack(await load(fixture, changes), { stackName: 'stk' });
  return { file: await understood(stack), stack };
}

/**
 * The stack file as `docker stack deploy` understands it: validated, interpolated. Its output is
 * not escaped again.
 */
async function understood(stack: RenderedStack): Promise<Parsed> {
  const own = await mkdtemp(join(folder, 'case-'));
  for (const { path, content } of stack.files) {
    await mkdir(dirname(join(own, path)), { recursive: true });
    await writeFile(join(own, path), content);
  }
  const path = join(own, 'stack.yml');
  await writeFile(path, stack.text);
  const { stdout } = await runner.run(['docker', 'stack', 'config', '-c', path]);
  return parse(stdout, { version: '1.1' });
}

test('dollars: what a container gets is what the author meant', async () => {
  const { file, stack } = await render('dollars', { env: { BCRYPT_INPUT: '$2y$10$zzz' } });
  const { web } = file.services;
  expect(web.command).toEqual(['sh', '-c', 'echo $HOME $$ world']);
  expect(web.environment).toEqual({
    BCRYPT: '$2y$10$abcdefghijklmnopqrstuv',
    FROM_ENV_INPUT: '$2y$10$zzz',
    TEMPLATE: '$'.concat('{NOT_OURS}'),
  });
  expect(web.healthcheck.test).toEqual(['CMD-SHELL', 'curl -f http://localhost:$PORT/ || exit 1']);
  expect(web.labels).toEqual({ auth: 'admin:$apr1$x$y' });
  expect(web.deploy.labels).toEqual({ rule: 'Host(`$1`)' });
  expect(Buffer.from(stack.files[0]?.content ?? []).toString()).toBe('price: $5 for world\n');
  expect(stack.findings).toEqual([]);
});

test('variables in typed places, with defaults, `.env` and the step’s own', async () => {
  const { file, stack } = await render('variables', { env: { MEMORY: '128m' } });
  const { web } = file.services;
  expect(web.image).toBe('registry.test/web:from-dotenv');
  expect(web.ports).toEqual([
    { mode: 'ingress', target: 80, published: 8080, protocol: 'tcp' },
    { mode: 'ingress', target: 443, published: 9443, protocol: 'tcp' },
  ]);
  expect(web.deploy.replicas).toBe(2);
  expect(web.deploy.resources.limits.memory).toBe('134217728');
  expect(web.read_only).toBe(true);
  expect(web.stop_grace_period).toBe('1m30s');
  expect(web.environment).toEqual({
    EMPTY: '',
    MISSING: '[]',
    PROJECT: 'stk',
    UNSET_ON_PURPOSE: null,
  });
  expect(stack.emptyVariables).toEqual(['EMPTY', 'UNSET_ON_PURPOSE']);
  expect(stack.findings).toEqual([
    {
      level: 'warning',
      message: expect.stringContaining('"MISSING_VARIABLE" variable is not set'),
      location: { file: 'compose.yaml', line: 11 },
    },
  ]);
});

test('the environment of the step wins over `.env`, and ours over both', async () => {
  const web = async (env: Record<string, string>) =>
    (await render('variables', { env })).file.services.web;
  expect((await web({ TAG: 'ours', N: '5', PORT: '1234' })).image).toBe('registry.test/web:ours');
  expect((await web({ N: '5' })).deploy.replicas).toBe(5);
});

test('ports: ranges, protocols, host mode, chosen by Swarm', async () => {
  const { file, stack } = await render('ports');
  const port = (target: number, published: number, rest: object = {}) => ({
    mode: 'ingress',
    target,
    published,
    protocol: 'tcp',
    ...rest,
  });
  expect(file.services.web.ports).toEqual([
    port(80, 8080),
    port(81, 8081),
    port(82, 8082),
    port(53, 5353, { protocol: 'udp' }),
    { mode: 'ingress', target: 443, protocol: 'tcp' },
    port(9000, 9000),
    port(22, 2222, { mode: 'host' }),
  ]);
  expect(stack.findings).toEqual([]);
});

test('booleans and numbers in maps are text', async () => {
  const { web } = (await render('booleans')).file.services;
  expect(web.environment).toEqual({
    DEBUG: 'true',
    LEVEL: '3',
    RATIO: '0.5',
    YES: 'yes',
    NULLISH: 'null',
    VERSION: '1.10',
  });
  expect(web.labels).toEqual({ 'traefik.enable': 'true', port: '80', on: 'off' });
  expect(web.logging.options).toEqual({
    'max-size': '10m',
    'max-file': '3',
    compress: 'true',
  });
});

test('extends, with an env file beside the other file', async () => {
  const { web } = (await render('extends')).file.services;
  expect(web.image).toBe('registry.test/base:1');
  expect(web.environment).toEqual({ FROM_FILE: 'a$b', OWN: '1', SHARED: 'yes' });
});

test('include, with a secret beside the included file', async () => {
  const { file, stack } = await render('include');
  expect(Object.keys(file.services)).toEqual(['db', 'web']);
  expect(stack.secretContents.map(({ content }) => content.trim())).toEqual(['hunter2']);
  expect(file.services.db.secrets).toEqual([{ source: 'password', target: 'password' }]);
});

test.each([
  [[], ['web']],
  [['debug'], ['debug', 'web']],
  [
    ['debug', 'seed'],
    ['debug', 'seed', 'web'],
  ],
])('profiles %j', async (profiles, services) => {
  const { file } = await render('profiles', { profiles });
  expect(Object.keys(file.services)).toEqual(services);
});

test('two files, with !reset and !override', async () => {
  const { file } = await render('two-files', { files: ['compose.yaml', 'production.yaml'] });
  expect(Object.keys(file.services)).toEqual(['web']);
  expect(file.services.web).toMatchObject({
    environment: { A: 'base', B: 'production' },
    deploy: { replicas: 3 },
    ports: [{ target: 80, published: 80 }],
  });
});

test('the override file is found beside the first of several', async () => {
  const { file, stack } = await render('override');
  expect(file.services.web.image).toBe('registry.test/web:2');
  expect(stack.findings).toHaveLength(1);
});

test('env_file in its long form', async () => {
  const { web } = (await render('env-file')).file.services;
  expect(web.environment).toEqual({
    PLAIN: 'plain value',
    OWN: 'over',
    QUOTED: 'two words',
    DOLLAR: '$5',
  });
});

test('configs and secrets of every source', async () => {
  const { file, stack } = await render('objects', { env: { API_TOKEN: 'to$ken' } });
  const { web } = file.services;
  expect(web.configs).toEqual([
    { source: 'file-config' },
    { source: 'inline', target: '/etc/inline.conf', uid: '33', gid: '33', mode: 0o440 },
    { source: 'outside' },
  ]);
  expect(web.secrets).toEqual([
    { source: 'binary', target: 'binary' },
    { source: 'token', target: 'api-token', mode: 0o400 },
  ]);
  expect(file.configs.inline.name).toMatch(/^settings_[0-9a-f]{12}$/);
  expect(file.configs['file-config']).toMatchObject({
    name: expect.stringMatching(/^stk_file-config_[0-9a-f]{12}$/),
    labels: { kind: 'page' },
  });
  expect(file.configs.outside).toEqual({ name: 'elsewhere', external: true });
  const contents = new Map(
    stack.files.map(({ path, content }) => [path.replace(/_[0-9a-f]{12}$/, ''), content]),
  );
  expect(contents.get('secrets/stk_binary')).toEqual(Buffer.from([0, 255, 1, 36, 10]));
  expect(contents.get('secrets/stk_token')).toEqual(Buffer.from('to$ken'));
  expect(contents.get('configs/settings')).toEqual(Buffer.from('a: b'));
});

test('limits, restarts and the rest of what Compose says in its own way', async () => {
  const { web, once, quota } = (await render('resources')).file.services;
  expect(web.deploy).toEqual({
    replicas: 3,
    resources: {
      limits: { cpus: '0.5', memory: '536870912', pids: 100 },
      reservations: { memory: '67108864' },
    },
    restart_policy: { condition: 'on-failure', max_attempts: 3 },
    placement: { constraints: ['node.platform.os==linux', 'node.platform.arch==aarch64'] },
  });
  expect(web.volumes).toEqual([
    { type: 'tmpfs', target: '/dev/shm', tmpfs: { size: 64 * 2 ** 20 } },
    { type: 'tmpfs', target: '/run' },
    { type: 'tmpfs', target: '/tmp', tmpfs: { size: 16 * 2 ** 20 } },
  ]);
  expect(web.extra_hosts).toEqual(['one:10.0.0.1', 'six:::1']);
  expect(web.ulimits).toEqual({ nofile: 1024, nproc: { soft: 10, hard: 20 } });
  expect(web.healthcheck).toEqual({
    test: ['CMD', 'true'],
    interval: '1m30s',
    start_interval: '2s',
  });
  expect(web).toMatchObject({
    init: true,
    sysctls: { 'net.core.somaxconn': '1024' },
    stop_grace_period: '1m30s',
    cap_add: ['NET_BIND_SERVICE'],
    cap_drop: ['ALL'],
    dns: ['10.0.0.53'],
    dns_search: ['example.test'],
  });
  expect(once).toMatchObject({
    entrypoint: [''],
    healthcheck: { disable: true },
    deploy: { restart_policy: { condition: 'none' } },
  });
  expect(quota.deploy).toMatchObject({
    resources: { limits: { cpus: '0.5' } },
    restart_policy: { condition: 'any' },
  });
});

test('networks: own, named, external, of the node', async () => {
  const { file, stack } = await render('networks');
  expect(file.networks).toEqual({
    default: {},
    front: {
      internal: true,
      attachable: true,
      ipam: { config: [{ subnet: '10.99.0.0/24' }] },
      labels: { a: 'b' },
    },
    host: { name: 'host', external: true },
    legacy: { driver: 'overlay' },
    named: { name: 'our-own' },
    shared: { name: 'proxy', external: true },
  });
  expect(file.services.front.networks).toEqual({
    default: {},
    front: { aliases: ['www'], driver_opts: { a: 'b' } },
  });
  expect(file.services.agent.networks).toEqual({ host: {} });
  expect(stack.findings).toMatchObject([
    { message: expect.stringContaining('Docker 28'), location: { line: 5 } },
    { message: expect.stringContaining('made as overlay'), location: { line: 19 } },
  ]);
});

test('volumes of every kind', async () => {
  const { file, stack } = await render('volumes');
  expect(file.services.db.volumes).toEqual([
    { type: 'volume', source: 'data', target: '/data' },
    { type: 'volume', source: 'cache', target: '/cache', volume: { nocopy: true } },
    { type: 'volume', target: '/anonymous' },
    {
      type: 'bind',
      source: '/var/run/docker.sock',
      target: '/var/run/docker.sock',
      read_only: true,
    },
    { type: 'tmpfs', target: '/scratch', tmpfs: { size: 10 * 2 ** 20 } },
    { type: 'bind', source: '/srv', target: '/srv', bind: { propagation: 'rslave' } },
    { type: 'volume', source: 'shared', target: '/shared' },
  ]);
  expect(file.volumes).toEqual({
    cache: { name: 'our-cache', labels: { keep: 'no' } },
    data: {
      driver: 'local',
      driver_opts: { device: ':/export', o: 'addr=10.0.0.1,rw', type: 'nfs' },
    },
    shared: { name: 'shared', external: true },
  });
  expect(stack.findings).toEqual([]);
});

test('global services, jobs and a whole deploy section', async () => {
  const { file, stack } = await render('modes');
  expect(file.services.web.deploy).toEqual({
    replicas: 4,
    endpoint_mode: 'vip',
    update_config: {
      parallelism: 2,
      delay: '10s',
      monitor: '1m30s',
      order: 'start-first',
      failure_action: 'rollback',
      max_failure_ratio: 0.25,
    },
    rollback_config: { parallelism: 0 },
    restart_policy: { condition: 'on-failure', delay: '5s', max_attempts: 3, window: '2m0s' },
    placement: { preferences: [{ spread: 'node.labels.zone' }], max_replicas_per_node: 2 },
    resources: {
      limits: { cpus: '0.5', memory: '52428800', pids: 10 },
      reservations: {
        cpus: '0.25',
        generic_resources: [{ discrete_resource_spec: { kind: 'gpu', value: 1 } }],
      },
    },
  });
  expect(
    stack.services.map(({ name, mode, replicas, monitorMs }) => [name, mode, replicas, monitorMs]),
  ).toEqual([
    ['agent', 'global', 0, 0],
    ['migrate', 'replicated-job', 2, 0],
    ['sweep', 'global-job', 0, 0],
    ['web', 'replicated', 4, 90_000],
  ]);
});

test('the file of Docker’s own tutorial', async () => {
  const { file, stack } = await render('tutorial');
  expect(Object.keys(file.services)).toEqual(['redis', 'visualizer', 'web']);
  expect(file.services.web.deploy).toMatchObject({ replicas: 5 });
  expect(stack.findings).toEqual([]);
});

test('odd characters in values and keys', async () => {
  const { web } = (await render('odd-characters')).file.services;
  expect(web.environment).toEqual({
    CONTROL: 'a\u0001b\u007fc\u0085d\u2028e\ufefff',
    EMOJI: '😀',
    LINES: 'one\n\n  two\n',
    QUOTES: '"\' \\ # : - {}',
    LONG_WITH_LINES: `${'a'.repeat(70)}\n${'b'.repeat(60)}\n\nc`,
    TABS: '\ta\t',
  });
  expect(web.labels).toEqual({ 'key $$ with: odd "signs"': 'value', yes: 'no' });
});

test('any text goes through docker as it is', async () => {
  const texts = fc.sample(
    fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', '\\', '\n', ' ') }),
    ),
    { numRuns: 300, seed: 7 },
  );
  // A process cannot be given NUL; and when `docker stack config` prints a text it loses a line
  // break at its very beginning.
  const command = texts.map((text) => `>${text.replaceAll('\0', '')}`);
  const project = composeProject({ services: { web: { image: 'x', command } } });
  const file = await understood(await renderStack(project, { stackName: 'stk' }));
  expect(file.services.web.command).toEqual(command);
});

test('all that Swarm cannot do is told at once, each at its line', async () => {
  const project = await load('refused');
  const error = await renderStack(project, { stackName: 'stk' }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ComposeError);
  const { findings } = error as ComposeError;
  expect(
    findings.map(({ location, message }) => [location?.line, message.split(' ', 3).join(' ')]),
  ).toEqual([
    [4, 'service web: `privileged`'],
    [7, 'service web: `ports[1]`'],
    [8, 'service web: `devices`'],
    [9, 'service web: `security_opt`'],
    [11, 'service web: `volumes[0]`'],
    [13, 'service build-only: it'],
    [17, 'secret missing: nowhere.txt'],
  ]);
});

test('x- keys are left out, and merged keys are located where they are written', async () => {
  const error = await load('anchors')
    .then((project) => renderStack(project, { stackName: 'stk' }))
    .catch((e: unknown) => e);
  expect((error as ComposeError).findings).toMatchObject([
    { location: { file: 'compose.yaml', line: 11 } },
  ]);
});

test('without a project name Compose chooses one, of the folder', async () => {
  expect((await load('tutorial', { projectName: undefined })).model.name).toBe('tutorial');
});

test.each([
  ['services:\n  web:\n    imge: x\n', 3, 'Did you mean `image`?'],
  ['services:\n  web:\n    image: x\n   bad: 1\n', 4, ''],
  ['services:\n  web:\n    image: x\n    networks: [nope]\n', 4, 'undefined network nope'],
  ['services:\n  web:\n    image: x\n    deploy: {replicas: abc}\n', 4, 'abc'],
  ['services:\n  web:\n    image: x\n    stop_grace_period: 10x\n', 4, '10x'],
  ['services:\n  web:\n    image: "$'.concat('{X:?give X}"\n'), 3, 'give X'],
])('what Compose itself refuses is told at its line: %j', async (text, line, words) => {
  const workspace = await mkdtemp(join(folder, 'broken-'));
  await writeFile(join(workspace, 'compose.yaml'), text);
  const error = await loadProject(runner, { workspace, files: [], profiles: [], env: {} }).catch(
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ComposeError);
  expect((error as ComposeError).findings).toEqual([
    {
      level: 'error',
      message: expect.stringContaining(words),
      location: { file: 'compose.yaml', line },
    },
  ]);
});

test('a COMPOSE_FILE of the job changes nothing', async () => {
  process.env.COMPOSE_FILE = '/nowhere.yaml';
  process.env.COMPOSE_PROFILES = 'debug';
  process.env.COMPOSE_ENV_FILES = '/nowhere.env';
  try {
    expect(Object.keys((await load('profiles')).model.services)).toEqual(['web']);
  } finally {
    delete process.env.COMPOSE_FILE;
    delete process.env.COMPOSE_PROFILES;
    delete process.env.COMPOSE_ENV_FILES;
  }
});

test('what Compose refuses of an included file is told there, and an empty variable by its name', async () => {
  const workspace = await mkdtemp(join(folder, 'case-'));
  await mkdir(join(workspace, 'sub'));
  const write = (path: string, text: string) => writeFile(join(workspace, path), text);
  await write('compose.yaml', 'include: [sub/db.yaml]\nservices:\n  web:\n    image: a\n');
  const told = async (env: Record<string, string> = {}) => {
    const source = { workspace, files: [], profiles: [], env };
    const project = await loadProject(runner, source).catch((error: unknown) => error);
    const { findings } = project as ComposeError;
    return findings.map(
      ({ level, location, message }) => `${level} ${location?.file}:${location?.line} ${message}`,
    );
  };
  await write('sub/db.yaml', 'services:\n  db:\n    image: a\n    port: 5\n');
  expect(await told()).toEqual([
    expect.stringMatching(/^error sub\/db\.yaml:4 services\.db .*port/),
  ]);
  await write('sub/db.yaml', 'services:\n  db:\n    env_file:\n      - gone.env\n    image: a\n');
  expect(await told()).toEqual([
    expect.stringMatching(/^error sub\/db\.yaml:4 env file sub\/gone\.env not found/),
  ]);
  const image = `services:\n  db:\n    image: "a:\${TAG}"\n`;
  await write('sub/db.yaml', image);
  expect(await told()).toContainEqual(
    expect.stringMatching(
      /^error sub\/db\.yaml:3 service db: `image` .* `TAG` is not set, or empty/,
    ),
  );
  expect(await told({ TAG: '' })).toEqual([expect.stringMatching(/^error sub\/db\.yaml:3 /)]);
  expect(await told({ TAG: '1' })).toEqual([]);
  await write('sub/.env', 'TAG=1\n');
  expect(await told()).toEqual([]);
});
