import { describe, expect, test } from '@jest/globals';
import { describeError } from '../../../src/base/errors.ts';
import { ConvergeError, type ConvergeOptions, converge } from '../../../src/converge/converge.ts';
import type { ServiceVerdict } from '../../../src/converge/verdict.ts';
import type { Snapshot, StackReader } from '../../../src/stack/snapshot.ts';
import type { Task } from '../../../src/swarm/objects.ts';
import { captured, expecting } from '../../support/snapshots.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/**
 * What the swarm answers from a second on: a captured answer, something made of one, an error, or
 * nothing at all.
 */
type Answer = string | Snapshot | Error | 'never';
type Script = Readonly<Record<number, Answer>>;

interface Outcome {
  readonly status: string;
  readonly seconds: number;
  readonly verdicts: readonly ServiceVerdict[];
  readonly progress: readonly (readonly ServiceVerdict[])[];
  readonly readErrors: readonly string[];
  readonly error: unknown;
}

interface Change extends Partial<ConvergeOptions> {
  readonly history?: readonly Task[] | Error;
}

/** Converges stack `s` against a swarm that answers by the script. */
async function play(script: Script, { history = [], ...options }: Change = {}): Promise<Outcome> {
  const clock = virtualClock();
  const answers = Object.entries(script).map(([second, answer]) => {
    const known =
      typeof answer === 'string' && answer !== 'never' ? stack({ app: answer }) : answer;
    return { fromMs: Number(second) * 1_000, answer: known };
  });
  const reader: StackReader = {
    read: async () => {
      const now = answers.findLast(({ fromMs }) => fromMs <= clock.now())?.answer;
      if (now instanceof Error) throw now;
      return typeof now === 'object' ? now : new Promise(() => {});
    },
    history: async () => {
      if (history instanceof Error) throw history;
      return history;
    },
  };
  const progress: (readonly ServiceVerdict[])[] = [];
  const readErrors: string[] = [];
  const ended = await converge(reader, {
    stackName: 's',
    expected: [expecting()],
    timeoutMs: 60_000,
    stableForMs: 5_000,
    clock,
    signal: new AbortController().signal,
    onProgress: (verdicts) => progress.push(verdicts),
    onReadError: (error) => readErrors.push(String(error)),
    ...options,
  }).catch((error: unknown) => error);
  const seconds = clock.now() / 1_000;
  if (Array.isArray(ended)) {
    const [status = ''] = new Set(ended.map((one: ServiceVerdict) => one.class));
    return { status, seconds, verdicts: ended, progress, readErrors, error: undefined };
  }
  const failed = ended instanceof ConvergeError ? ended : undefined;
  return {
    status: failed?.status ?? String(ended),
    seconds,
    verdicts: failed?.verdicts ?? [],
    progress,
    readErrors,
    error: ended,
  };
}

/** Captured answers as services of one stack `s`. */
function stack(named: Readonly<Record<string, string>>): Snapshot {
  const parts = Object.entries(named).map(([name, fixture]) => ({ name, ...captured(fixture) }));
  return {
    services: parts.flatMap(({ name, services }) =>
      services.map((service) => ({ ...service, Spec: { ...service.Spec, Name: `s_${name}` } })),
    ),
    tasks: parts.flatMap(({ tasks }) => tasks),
    nodes: parts[0]?.nodes ?? [],
  };
}

function withNodeState(fixture: string, State: string): Snapshot {
  const snapshot = stack({ app: fixture });
  const nodes = snapshot.nodes.map((node) => ({ ...node, Status: { ...node.Status, State } }));
  return { ...snapshot, nodes };
}

function withTasks(snapshot: Snapshot, change: (task: Task, index: number) => Task): Snapshot {
  return { ...snapshot, tasks: snapshot.tasks.map(change) };
}

/**
 * An update that the engine has paused, as its script, and what stands before it in the history.
 */
function paused(fixture: string): [Script, Change] {
  return [{ 0: fixture }, { history: captured(fixture).history }];
}

/** The tasks but the first of a captured answer are in an earlier state. */
function others(fixture: string, State: string): Snapshot {
  return withTasks(stack({ app: fixture }), (task, index) =>
    index === 0 ? task : { ...task, DesiredState: 'running', Status: { ...task.Status, State } },
  );
}

describe('how it ends, and when', () => {
  test.each<[string, Script, Change, string, number]>([
    [
      'a first deployment that comes up',
      { 0: 'first-deploy-starting', 3: 'first-deploy-running' },
      {},
      'converged',
      8,
    ],
    [
      'a monitor period that is longer than `stable-for`',
      { 0: 'first-deploy-running' },
      { expected: [expecting({ monitorMs: 12_000 })] },
      'converged',
      12,
    ],
    [
      'a time to hold that is shorter than the pause between two looks',
      { 0: 'first-deploy-running' },
      { stableForMs: 0, expected: [expecting({ monitorMs: 100 })] },
      'converged',
      0.1,
    ],
    [
      'a time to hold of which the answers fail at the end',
      { 0: 'first-deploy-running', 4.9: new Error('gone'), 5.2: 'first-deploy-running' },
      {},
      'converged',
      5.25,
    ],
    [
      'nothing to hold',
      { 0: 'first-deploy-running' },
      { stableForMs: 0, expected: [expecting({ monitorMs: 0 })] },
      'converged',
      0,
    ],
    ['a one-shot that ended well', { 0: 'one-shot-complete' }, {}, 'converged', 0],
    [
      'a job that ends well',
      { 0: 'replicated-job-running', 2: 'replicated-job-complete' },
      {},
      'converged',
      2,
    ],
    ['no replicas wanted', { 0: 'replicas-zero' }, {}, 'converged', 0],
    ['a one-shot that failed', { 0: 'one-shot-failed' }, {}, 'job-failed', 2],
    ['a job that failed', { 0: 'replicated-job-failed' }, {}, 'job-failed', 2],
    ['a job that failed on every node', { 0: 'global-job-failed' }, {}, 'job-failed', 2],
    [
      'a first deployment that crashes again and again',
      { 0: 'first-deploy-starting', 9: 'crash-loop' },
      {},
      'crash-loop',
      9,
    ],
    [
      'a crash after 7 s, seen with `stable-for: 10s`, again and again',
      {
        0: 'crash-after-7s-up',
        7: 'crash-after-7s-down',
        35: 'crash-after-7s-again',
        42: 'crash-after-7s-down',
      },
      { stableForMs: 10_000 },
      'crash-loop',
      42,
    ],
    [
      'a task that lives longer than those before it, after three that crashed',
      { 0: 'crash-after-7s-again' },
      {},
      'converged',
      20.739,
    ],
    [
      'a crash after 7 s whose next task is still starting',
      { 0: 'crash-after-7s-up', 7: 'crash-after-7s-down' },
      { stableForMs: 10_000, timeoutMs: 20_000 },
      'timeout',
      20,
    ],
    [
      'an image that is not there',
      { 0: 'image-missing', 5: 'image-missing-again' },
      {},
      'image',
      6,
    ],
    [
      'an image that the registry had at the third attempt',
      { 0: 'image-missing', 5: 'one-shot-complete' },
      {},
      'converged',
      5,
    ],
    [
      'an update that is over only when the engine has monitored it',
      { 0: 'update-half-done', 2: 'update-all-running-in-monitor', 15: 'update-completed' },
      {},
      'converged',
      15,
    ],
    ['an update that is paused', { 0: 'update-half-done', 4: 'update-paused' }, {}, 'paused', 4],
    ['an update of work that has ended well', ...paused('one-shot-update-paused'), 'converged', 0],
    ['an update that mended a one-shot', ...paused('one-shot-update-fixed'), 'converged', 0],
    ['an update that left slots out', ...paused('one-shot-update-paused-half-way'), 'paused', 5],
    ['an update of a server that ends now', ...paused('server-update-ended'), 'paused', 0],
    [
      'an update of work that has ended, and nobody says what it replaced',
      { 0: 'one-shot-update-paused' },
      { history: new Error('connection lost') },
      'paused',
      0,
    ],
    [
      'an update of work that goes on in the other slots',
      { 0: others('one-shot-update-paused-half-way', 'preparing'), 20: 'one-shot-complete' },
      {},
      'converged',
      20,
    ],
    [
      'a rollback, to its end, beside an update of work that has ended well',
      {
        0: stack({ seed: 'one-shot-update-paused', app: 'update-half-done' }),
        10: stack({ seed: 'one-shot-update-paused', app: 'rollback-started' }),
        35: stack({ seed: 'one-shot-update-paused', app: 'rollback-completed' }),
      },
      {
        expected: [expecting({ name: 'seed' }), expecting()],
        ...paused('one-shot-update-paused')[1],
      },
      'rolled-back',
      35,
    ],
    ['`completed` while nothing runs', { 0: 'update-continue' }, {}, 'crash-loop', 0],
    [
      'a rollback, to its end',
      { 0: 'update-half-done', 2: 'rollback-started', 9: 'rollback-completed' },
      {},
      'rolled-back',
      9,
    ],
    [
      'a rollback whose old version starts after it',
      {
        0: 'rollback-started',
        2: others('rollback-completed', 'starting'),
        9: 'rollback-completed',
      },
      {},
      'rolled-back',
      9,
    ],
    [
      'a rollback whose old version does not come up',
      { 0: 'rollback-started', 2: others('rollback-completed', 'starting') },
      {},
      'rolled-back',
      30,
    ],
    ['a rollback without an end', { 0: 'rollback-started' }, {}, 'rolled-back', 30],
    [
      'a rollback that fails',
      { 0: 'rollback-started', 3: 'rollback-paused' },
      {},
      'rolled-back',
      3,
    ],
    ['no suitable node', { 0: 'constraint-unsatisfiable' }, {}, 'unschedulable', 15],
    ['no node for a global service', { 0: 'global-without-node' }, {}, 'unschedulable', 15],
    [
      'a place that comes free in time',
      { 0: 'host-port-in-use', 12: 'first-deploy-running' },
      {},
      'converged',
      17,
    ],
    [
      'no suitable node, counted from when the nodes are there',
      { 0: withNodeState('constraint-unsatisfiable', 'unknown'), 20: 'constraint-unsatisfiable' },
      {},
      'unschedulable',
      35,
    ],
    [
      'no suitable node, and one that never comes',
      { 0: withNodeState('constraint-unsatisfiable', 'unknown') },
      {},
      'unschedulable',
      60,
    ],
    [
      'no suitable node for a while, and later again',
      { 0: 'host-port-in-use', 10: 'first-deploy-running', 11: 'host-port-in-use' },
      {},
      'unschedulable',
      26,
    ],
    [
      'a node that goes down',
      { 0: 'node-down', 4: 'node-down-replaced', 6: 'node-down-and-back' },
      {},
      'converged',
      11,
    ],
    ['a stack that is not there', { 0: 'empty-stack' }, {}, 'failed', 5],
    ['nothing to wait for', { 0: 'empty-stack' }, { expected: [] }, 'failed', 0],
    ['a slow start', { 0: 'healthcheck-starting' }, {}, 'timeout', 60],
    [
      'a connection that comes back',
      {
        0: new Error('connection lost'),
        2: 'first-deploy-running',
        4: new Error('again'),
        5: 'first-deploy-running',
      },
      {},
      'converged',
      7,
    ],
    [
      'an answer that never comes',
      { 0: 'never', 10: 'first-deploy-running' },
      {},
      'converged',
      25.25,
    ],
    ['a swarm that cannot be asked', { 0: new Error('connection lost') }, {}, 'timeout', 60],
  ])('%s', async (_name, script, options, status, seconds) => {
    const outcome = await play(script, options);
    expect([outcome.status, outcome.seconds]).toEqual([status, seconds]);
  });
});

/** A service of each name, with tasks of its own. */
function manyOf(names: readonly string[]): Snapshot {
  const all = names.map((name) => {
    const { services, tasks, nodes } = stack({ [name]: 'first-deploy-running' });
    return {
      nodes,
      services: services.map((one) => ({ ...one, ID: `${one.ID} ${name}` })),
      tasks: tasks.map((one) => ({ ...one, ServiceID: `${one.ServiceID} ${name}` })),
    };
  });
  return {
    services: all.flatMap(({ services }) => services),
    tasks: all.flatMap(({ tasks }) => tasks),
    nodes: all[0]?.nodes ?? [],
  };
}

describe('how often the swarm is asked', () => {
  const readsOf = async (names: readonly string[], answerMs: number): Promise<number> => {
    const clock = virtualClock();
    const snapshot = manyOf(names);
    let reads = 0;
    await converge(
      {
        read: async (signal) => {
          reads += 1;
          if (answerMs > 0) await clock.sleep(answerMs, signal);
          return snapshot;
        },
        history: async () => [],
      },
      {
        ...{ stackName: 's', timeoutMs: 60_000, stableForMs: 5_000, clock },
        expected: names.map((name) => ({ ...expecting(), name })),
        ...{ signal: new AbortController().signal, onProgress: () => {} },
      },
    );
    return reads;
  };

  test('two hundred services take as many questions as one', async () => {
    const names = Array.from({ length: 200 }, (_, at) => `service-${at}`);
    expect(await readsOf(names, 0)).toBe(await readsOf(['app'], 0));
  });

  test.each([
    [0, 21],
    [1_000, 4],
    [4_000, 2],
  ])('answers that take %i ms', async (answerMs, reads) => {
    expect(await readsOf(['app'], answerMs)).toBe(reads);
  });
});

describe('the time it must hold', () => {
  test('begins anew when a task was replaced between two looks', async () => {
    const running = stack({ app: 'first-deploy-running' });
    const replaced = withTasks(running, (task, at) => (at === 0 ? { ...task, ID: 'new' } : task));
    expect((await play({ 0: running, 4: replaced })).seconds).toBe(9);
  });

  test('begins anew when not everything ran for a moment', async () => {
    const running = stack({ app: 'first-deploy-running' });
    const down = withNodeState('first-deploy-running', 'down');
    expect((await play({ 0: running, 3: down, 4: running })).seconds).toBe(9);
  });

  test('is not over while another service has yet to come up, and does not begin anew for it', async () => {
    const expected = [expecting({ name: 'a' }), expecting({ name: 'b' })];
    const { seconds } = await play(
      {
        0: stack({ a: 'first-deploy-running', b: 'healthcheck-starting' }),
        20: stack({ a: 'first-deploy-running', b: 'global-running' }),
      },
      { expected },
    );
    expect(seconds).toBe(25);
  });

  test('is lost by a service that had converged, when it fails while others start', async () => {
    const expected = [expecting({ name: 'a' }), expecting({ name: 'b' })];
    const outcome = await play(
      {
        0: stack({ a: 'crash-after-7s-up', b: 'healthcheck-starting' }),
        20: stack({ a: 'bind-source-missing', b: 'healthcheck-starting' }),
      },
      { expected },
    );
    expect([outcome.status, outcome.seconds]).toEqual(['crash-loop', 20]);
    expect(outcome.verdicts.map(({ state }) => state)).toEqual(['failed', 'pending']);
  });

  test('counts into the time limit, and the message says so', async () => {
    const outcome = await play(
      { 0: 'first-deploy-starting', 8: 'first-deploy-running' },
      { timeoutMs: 10_000 },
    );
    expect(describeError(outcome.error)).toBe(
      [
        'Stack s did not converge within 10.0 s: app (timeout)',
        '  app: 3/3 running, not yet for 5.0 s',
        'Raise `wait-timeout` if it only needs longer. A lower `stable-for` has it hold for less.',
      ].join('\n'),
    );
  });
});

describe('a service that may only have missed another one', () => {
  const expected = [expecting({ name: 'web' }), expecting({ name: 'db' })];

  test('gets another chance when the other one is there', async () => {
    const outcome = await play(
      {
        0: stack({ web: 'crash-loop', db: 'healthcheck-starting' }),
        10: stack({ web: 'crash-loop', db: 'global-running' }),
        12: stack({ web: 'first-deploy-running', db: 'global-running' }),
      },
      { expected },
    );
    expect([outcome.status, outcome.seconds]).toEqual(['converged', 17]);
  });

  test('has failed when it fails once more', async () => {
    const later = stack({ web: 'crash-loop', db: 'global-running' });
    const again = withTasks(later, (task, at) => (at === 0 ? { ...task, ID: 'once-more' } : task));
    const outcome = await play(
      {
        0: stack({ web: 'crash-loop', db: 'healthcheck-starting' }),
        10: later,
        15: { ...again, tasks: [...again.tasks, ...later.tasks.slice(0, 1)] },
      },
      { expected },
    );
    expect([outcome.status, outcome.seconds]).toEqual(['crash-loop', 15]);
  });

  test('keeps its class when the other one never comes', async () => {
    const outcome = await play(
      { 0: stack({ web: 'crash-loop', db: 'healthcheck-starting' }) },
      { expected },
    );
    expect(outcome.verdicts.map((verdict) => verdict.class)).toEqual(['crash-loop', 'timeout']);
    expect([outcome.status, outcome.seconds]).toEqual(['crash-loop', 60]);
  });
});

describe('what it tells', () => {
  test('progress only when something changed', async () => {
    const { progress } = await play({
      0: 'update-first-task-ready',
      3: 'update-half-done',
      8: 'update-completed',
    });
    expect(progress.map(([app]) => `${app?.state} ${app?.summary}`)).toEqual([
      'pending 0/2 running, 1 ready, updating',
      'pending 1/2 running, 1 ready, updating',
      'pending 2/2 running',
      'converged 2/2 running',
    ]);
  });

  test('the last progress is what the error carries', async () => {
    const { progress, verdicts } = await play({ 0: 'healthcheck-starting' });
    expect(progress.at(-1)).toEqual(verdicts);
    expect(progress).toHaveLength(2);
  });

  test('a question that failed, once', async () => {
    const outcome = await play({ 0: new Error('connection lost') });
    expect(outcome.readErrors).toEqual(['Error: connection lost']);
    expect(outcome.error).toMatchObject({
      message: 'Stack s did not converge within 1 min: the swarm does not answer any more',
      hint: 'The swarm could not be asked. Check that the manager is up. Raise `wait-timeout` if it only needs longer.',
      cause: new Error('connection lost'),
    });
  });

  test('where it was cut off: what stands between, and what was seen last', async () => {
    const outage = 'Connection to web-1 (10.0.0.4:22) was lost 3.0 s ago';
    const { error } = await play(
      { 0: 'healthcheck-starting', 1: 'never' },
      { timeoutMs: 4_000, outage: () => outage },
    );
    expect(describeError(error)).toBe(
      [
        'Stack s did not converge within 4.0 s: the swarm does not answer any more',
        '  When it last answered:',
        '  app: 0/1 running, 1 starting',
        '  The swarm did not answer within 3.0 s.',
        `    ${outage}`,
        '  It is asked again until `wait-timeout` is over.',
        'The swarm could not be asked. Check that the manager is up. Raise `wait-timeout` if it only needs longer.',
      ].join('\n'),
    );
  });

  test('no question that failed and was answered later', async () => {
    const outcome = await play({ 0: new Error('connection lost'), 2: 'healthcheck-starting' });
    expect(outcome.error).not.toHaveProperty('cause');
  });

  test('the class nearest to a cause, and every service that failed', async () => {
    const named = { web: 'update-paused', db: 'image-missing', job: 'one-shot-failed' };
    const { error } = await play(
      { 0: stack({ ...named, web: 'first-deploy-running' }), 7: stack(named) },
      { expected: Object.keys(named).map((name) => expecting({ name })), timeoutMs: 1_000 },
    );
    expect(describeError(error)).toBe(
      [
        'Stack s did not converge within 1.0 s: db (image), job (job-failed), web (timeout)',
        '  db: 0/1 running, 2 failed',
        '    No such image: nosuch.example/web:7',
        '  job: 0/1 running, 1 failed',
        '    task: non-zero exit (4)',
        '  web: 3/3 running, not yet for 5.0 s',
        "Check its name and tag, and that the nodes reach the registry. The nodes do not have the runner's login. For a private image set `registry-auth: true` after a login step, or write the login into `registries`. An image that is on the runner gets into the nodes with the input `images`. Raise `wait-timeout` if it only needs longer.",
      ].join('\n'),
    );
  });

  test('nothing of a pause that was over work that has ended well', async () => {
    const { verdicts } = await play(...paused('one-shot-update-paused'));
    expect(verdicts[0]).toMatchObject({
      class: 'converged',
      summary: '1/1 completed',
      reasons: [],
    });
  });

  test('why a rollback came, from the tasks that only the history still knows', async () => {
    const { history } = captured('rollback-completed');
    const { verdicts } = await play({ 0: 'rollback-completed' }, { history });
    expect(verdicts[0]).toMatchObject({
      class: 'rolled-back',
      summary: '2/2 running, 4 failed, rolled back',
      reasons: ['rollback completed', 'task: non-zero exit (3)'],
    });
    expect(verdicts[0]?.tasks[0]).toMatchObject({ state: 'failed', exitCode: 3 });
  });

  test('the rollback all the same where the history cannot be had', async () => {
    const outcome = await play({ 0: 'rollback-completed' }, { history: new Error('gone') });
    expect(outcome.status).toBe('rolled-back');
  });
});

describe('abort', () => {
  test.each<[string, Answer]>([
    ['between two questions', 'healthcheck-starting'],
    ['during a question', 'never'],
  ])('%s rejects with the reason', async (_name, answer) => {
    const controller = new AbortController();
    const clock = virtualClock();
    const reason = new Error('cancelled');
    void clock.sleep(3_000).then(() => controller.abort(reason));
    const outcome = await play({ 0: answer }, { clock, signal: controller.signal });
    expect(outcome.error).toBe(reason);
    expect(clock.now()).toBe(3_000);
  });

  test('before it began asks nothing', async () => {
    const reason = new Error('cancelled');
    const outcome = await play({ 0: 'one-shot-complete' }, { signal: AbortSignal.abort(reason) });
    expect(outcome.error).toBe(reason);
  });
});
