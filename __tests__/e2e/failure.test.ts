import { afterEach, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { HELLO_IMAGE } from '../../script/hello-image.ts';
import { artifactService } from '../support/artifact-service.ts';
import { clusterOfFile } from '../support/cluster.ts';
import {
  expectConclusion,
  filesBelow,
  inTask,
  QUICKLY,
  removeStack,
  SLEEPS,
} from '../support/stacks.ts';

const INPUTS = { nodes: '2', images: HELLO_IMAGE };
/** The default of `wait-timeout` is ten minutes: whoever ends before this has not waited for it. */
const EARLY_MS = 60_000;

const cluster = clusterOfFile('failure', INPUTS);
afterEach(() => removeStack(cluster(), 'shop'), 60_000);

/** A service named `api` behind one that is well. */
function shopWith(api: string): string {
  return `services:
  web:
    ${SLEEPS}
    deploy: {${QUICKLY}, replicas: "\${WEB:-1}"}
  api:
    ${api}
`;
}

const API_LINE = 5 + SLEEPS.split('\n').length - 1;

interface Failure {
  readonly title: string;
  readonly api: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly status: string;
  readonly headline: RegExp;
  /** What log, annotation and summary say of it. */
  readonly says: readonly string[];
  /** What its container wrote. */
  readonly wrote?: readonly string[];
  readonly hint: string;
}

const FAILURES: readonly Failure[] = [
  {
    title: 'crash loop',
    api: `image: ${HELLO_IMAGE}
    entrypoint: [sh, -c, "echo connecting to db; echo 'no such host: db' >&2; exit 3"]
    deploy: {restart_policy: {delay: 0s}}`,
    status: 'crash-loop',
    headline: /^shop does not stay up: api$/m,
    says: ['The container ended with exit code 3 on'],
    wrote: ['connecting to db', 'no such host: db'],
    hint: 'If it waits for another service',
  },
  {
    title: 'image missing',
    api: 'image: 127.0.0.1:1/shop/api:1.2',
    status: 'image',
    headline: /^shop .*image.*: api$/m,
    says: ['The image 127.0.0.1:1/shop/api:1.2 is not there on'],
    hint: 'input `images`',
  },
  {
    title: 'no node satisfies the constraint',
    api: `${SLEEPS}
    deploy: {placement: {constraints: [node.labels.disk == ssd]}}`,
    status: 'unschedulable',
    headline: /^shop finds no node that fits: api$/m,
    says: ['no node satisfies its', 'scheduling constraints not satisfied on 2 nodes'],
    hint: 'Compare',
  },
  {
    title: 'unhealthy container',
    api: `image: ${HELLO_IMAGE}
    entrypoint: [sh, -c, "echo serving at 8080; exec busybox sleep 3600"]
    stop_grace_period: 0s
    healthcheck: {test: [CMD, 'false'], interval: 500ms, timeout: 2s, retries: 1}
    deploy: {restart_policy: {delay: 0s}}`,
    status: 'crash-loop',
    headline: /^shop does not stay up: api$/m,
    says: [
      'its healthcheck failed until the engine stopped it',
      'The healthcheck ended with exit code -1: OCI runtime exec failed',
    ],
    wrote: ['serving at 8080'],
    hint: 'healthcheck',
  },
  {
    title: 'one-shot that fails',
    api: `image: ${HELLO_IMAGE}
    entrypoint: [sh, -c, "echo 'relation users exists' >&2; exit 4"]
    deploy: {restart_policy: {condition: none}}`,
    status: 'job-failed',
    headline: /^A job of shop failed: api$/m,
    says: ['The job ended with exit code 4 on'],
    wrote: ['relation users exists'],
    hint: 'last log lines',
  },
  {
    title: 'job that fails',
    api: `image: ${HELLO_IMAGE}
    entrypoint: [sh, -c, "echo 'disk full'; exit 28"]
    deploy: {mode: replicated-job, restart_policy: {condition: none}}`,
    status: 'job-failed',
    headline: /^A job of shop failed: api$/m,
    says: ['The job ended with exit code 28 on'],
    wrote: ['disk full'],
    hint: 'last log lines',
  },
  {
    title: 'healthcheck that never succeeds, until the time is up',
    api: `${SLEEPS}
    healthcheck: {test: [CMD, 'false'], interval: 1s, start_interval: 1s, start_period: 10m}`,
    inputs: { 'wait-timeout': '5s', env: 'WEB=0' },
    status: 'timeout',
    headline: /^shop did not converge in time: api$/m,
    says: ['its healthcheck has not succeeded yet', 'The healthcheck ended with exit code -1'],
    hint: 'wait-timeout',
  },
];

test.each(FAILURES)(
  '$title: $status',
  async (failure) => {
    cluster().write('compose.yaml', shopWith(failure.api));
    await using service = await artifactService();
    const inputs = { ...INPUTS, 'stack-name': 'shop', ...failure.inputs };
    const run = await cluster().up(inputs, service.env);
    expectFailure(run, failure);
    expect(service.names).toEqual([expect.stringContaining(`swarm-up-${cluster().name}-`)]);
    expect(run.summary).toContain(`about it: the artifact [\`${service.names[0]}\`](https://`);
  },
  120_000,
);

test('what a container writes commands no runner, however long it is', async () => {
  // .NET trims U+0085 (\\302\\205). In an annotation that would be cut the lines are in the log as
  // they are.
  const lines = String.raw`for i in $$(busybox seq 24); do
        printf '  \302\205::add-mask::shop\n\302\205::error file=x.js::%0300d ##[warning]y\n' "$$i"
        done; exit 3`;
  cluster().write(
    'compose.yaml',
    shopWith(`image: ${HELLO_IMAGE}
    deploy: {restart_policy: {delay: 0s}}
    entrypoint:
      - sh
      - -c
      - |
        ${lines}`),
  );
  const run = await cluster().up({ ...INPUTS, 'stack-name': 'shop' });
  expect(run.outputs.status).toBe('crash-loop');
  expect(run.masks).not.toContain('shop');
  const errors = run.annotations.filter(({ level }) => level === 'error');
  expect(errors.map(({ title, file }) => ({ title, file }))).toEqual([
    { title: 'Service api', file: 'compose.yaml' },
    { title: 'Swarm Up', file: undefined },
  ]);
  expect(run.annotations.map(({ message }) => message.trim())).not.toContain('y');
  const log = run.lines.join('\n');
  expect(log).toContain('\\x85::add-mask::shop');
  expect(log).toContain('\\x85::error file=x.js::0');
  expect(run.summary).toContain('\\x85::error file=x.js::0');
}, 120_000);

/** The second version of `api` ends at once. The first one took a while to start, as most do. */
function version(number: number, failureAction: string): string {
  const works = `echo version ${number}; exec busybox sleep 3600`;
  const fails = `echo version ${number} cannot read its config >&2; exit 5`;
  return shopWith(`image: ${HELLO_IMAGE}
    entrypoint: [sh, -c, "${number === 1 ? works : fails}"]
    environment: {VERSION: ${number}}
    stop_grace_period: 0s
    deploy:
      restart_policy: {delay: 0s}
      update_config: {failure_action: ${failureAction}, monitor: 2s, delay: 0s}
      rollback_config: {monitor: 1s, delay: 0s}`);
}

test.each([
  {
    action: 'rollback',
    status: 'rolled-back',
    headline: /^shop was rolled back: api$/m,
    says: ['the engine went back to the earlier version', 'exit code 5'],
    runs: true,
  },
  {
    action: 'pause',
    status: 'paused',
    headline: /^The update of shop is paused: api$/m,
    says: ['the engine stopped it half-way', 'exit code 5'],
    runs: false,
  },
])(
  'update that fails, failure_action $action: $status',
  async ({ action, runs, ...failure }) => {
    const inputs = { ...INPUTS, 'stack-name': 'shop' };
    cluster().write('compose.yaml', version(1, action));
    expectConclusion(await cluster().up(inputs), 'success');

    cluster().write('compose.yaml', version(2, action));
    const run = await cluster().up(inputs);
    expectFailure(run, {
      ...failure,
      wrote: ['version 2 cannot read its config'],
      hint: 'last log lines',
    });
    // What is asked first of a failed update.
    const serves = runs ? /^The old version still serves: api 1\/1\.$/m : /^(?!.*old version)/;
    expect(run.lines.join('\n')).toMatch(serves);
    expect(run.summary.includes('| `api` | 1/1 running, old version<br>')).toBe(runs);
    expect(/"api\.1[^"]* \(before\)"/.test(run.summary)).toBe(runs);
    if (runs) expect(await inTask(cluster(), 'shop_api', 'echo $VERSION')).toBe('1');
  },
  120_000,
);

function expectFailure(run: ActionRun, failure: Omit<Failure, 'title' | 'api'>): void {
  const { status, headline, says, wrote = [], hint } = failure;
  const log = run.lines.join('\n');
  expect(log).toMatch(headline);
  expect({ exitCode: run.exitCode, status: run.outputs.status }).toEqual({ exitCode: 1, status });
  expect(run.durationMs).toBeLessThan(EARLY_MS);

  const errors = run.annotations.filter(({ level }) => level === 'error');
  expect(errors).toEqual([
    expect.objectContaining({ title: 'Service api', file: 'compose.yaml', line: API_LINE }),
    expect.objectContaining({ title: 'Swarm Up' }),
  ]);
  const [ofService, ofStack] = errors.map(({ message }) => message);
  for (const text of [...says, ...wrote, hint]) expect(ofService).toContain(text);
  expect(ofStack).toMatch(new RegExp(`^Stack shop did not converge.*: api \\(${status}\\)$`));
  for (const text of wrote) expect(log).toContain(text);
  for (const text of [...says, ...wrote, hint]) expect(run.summary).toContain(text);
  expect(run.summary).toContain(`compose.yaml:${API_LINE}`);

  const isUnhealthy = says.some((text) => text.startsWith('The healthcheck ended'));
  expectDiagnostics(run.outputs.diagnostics ?? '', wrote, isUnhealthy);
}

function expectDiagnostics(folder: string, wrote: readonly string[], isUnhealthy: boolean): void {
  const nodes = [`${cluster().name}-1`, `${cluster().name}-2`];
  const files = filesBelow(folder);
  const onNodes = [
    'addresses.txt',
    'containers.txt',
    'docker-info.txt',
    'dockerd.log',
    'images.txt',
  ];
  expect([...files.keys()].sort()).toEqual(
    [
      ...nodes.flatMap((node) => onNodes.map((file) => `${node}/${file}`)),
      ...(isUnhealthy ? ['healthchecks/api.txt'] : []),
      'logs/shop_api.txt',
      'logs/shop_web.txt',
      'networks.txt',
      'node-ls.txt',
      'nodes.json',
      'services.json',
      'services.txt',
      'stack.yml',
      'tasks.json',
      'tasks.txt',
    ].sort(),
  );
  const text = (name: string) => files.get(name) ?? '';
  if (isUnhealthy)
    expect(text('healthchecks/api.txt')).toMatch(/^The healthcheck ended with exit /);
  const names = (json: string) =>
    (JSON.parse(json) as { Spec: { Name?: string } }[]).map(({ Spec }) => Spec.Name).sort();
  expect(names(text('services.json'))).toEqual(['shop_api', 'shop_web']);
  expect(JSON.parse(text('nodes.json'))).toHaveLength(2);
  expect(JSON.parse(text('tasks.json')).length).toBeGreaterThanOrEqual(1);
  for (const line of wrote) expect(text('logs/shop_api.txt')).toContain(line);
  for (const node of nodes) {
    expect(text('node-ls.txt')).toContain(node);
    expect(text(`${node}/docker-info.txt`)).toContain(`Name: ${node}`);
    expect(text(`${node}/dockerd.log`)).toContain('API listen on');
  }
}
