import { AsyncLocalStorage } from 'node:async_hooks';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jest } from '@jest/globals';
import { readActionFile } from '../../script/action-file.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { Log } from '../../src/base/log.ts';
import type { Reporter } from '../../src/base/stages.ts';
import type { State } from '../../src/down/state.ts';
import type { Executor, RunResult } from '../../src/exec/executor.ts';
import type { Guard } from '../../src/exec/read-only-executor.ts';
import type { Driver } from '../../src/machines/driver.ts';
import type { Owner } from '../../src/machines/ownership.ts';
import type { ProcessTable } from '../../src/machines/processes.ts';
import type { OperationContext } from '../../src/operations/standing.ts';
import type { Facts } from '../../src/report/facts.ts';
import type { SshTarget } from '../../src/ssh/connect.ts';
import type { SshExecutor } from '../../src/ssh/executor.ts';
import type { Run } from '../../src/up/run.ts';
import { fetchWithFaults, type Journal, withFaults } from './faults.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What steps run against in place of the machine of this process and what it reaches. */
export interface Surroundings {
  readonly runner: Executor;
  readonly clock: Clock;
  /** As `connectSsh`. */
  readonly connect: (target: SshTarget) => SshExecutor | Promise<SshExecutor>;
  /** Where a target listens that is connected to in truth, in place of `connect`. */
  readonly reach?: (target: SshTarget) => SshTarget;
  /** What is asked at endpoints of clouds. */
  readonly fetch?: typeof fetch;
  /** Without it, no process runs there. */
  readonly processes?: ProcessTable;
  /** As `hasGreeting`; without it, sockets of this machine are asked. */
  readonly greets?: (host: string, port: number) => boolean;
}

/**
 * What the code that runs now is given: its faults, and what there is in place of real machines.
 */
const running = new AsyncLocalStorage<{
  readonly journal: Journal | undefined;
  readonly instead: Surroundings | undefined;
}>();

/** Runs what is no step of the action with these in place of real machines. */
export function among<T>(instead: Surroundings, work: () => Promise<T>): Promise<T> {
  return running.run({ journal: undefined, instead }, work);
}

// The way up and the way down connect by themselves, and look at the clock. Their connections get
// the fault of the run that makes them; all else is as it is, where nothing stands in its place.
const SSH = join(ROOT, 'src/ssh/connect.ts');
const ssh = await import('../../src/ssh/connect.ts');
jest.unstable_mockModule(SSH, () => ({
  ...ssh,
  connectSsh: async (target: SshTarget, options: Parameters<typeof ssh.connectSsh>[1]) => {
    const { journal, instead } = running.getStore() ?? {};
    const connected = instead?.reach
      ? await ssh.connectSsh(instead.reach(target), options)
      : await (instead?.connect(target) ?? ssh.connectSsh(target, options));
    return journal ? withFaults(connected, journal) : connected;
  },
}));
const BOOT = join(ROOT, 'src/machines/virtual-machine/boot.ts');
const boot = await import('../../src/machines/virtual-machine/boot.ts');
jest.unstable_mockModule(BOOT, () => ({
  ...boot,
  hasGreeting: async (host: string, port: number) => {
    const { greets } = running.getStore()?.instead ?? {};
    return greets ? greets(host, port) : await boot.hasGreeting(host, port);
  },
}));
const realFetch = globalThis.fetch;
globalThis.fetch = async (...asked) => {
  const { journal, instead } = running.getStore() ?? {};
  const direct = instead?.fetch ?? realFetch;
  return journal ? await fetchWithFaults(direct, journal, ...asked) : await direct(...asked);
};
// In the objects themselves: a module that was loaded before has them already.
const { systemClock } = await import('../../src/base/clock.ts');
const realClock: Clock = { ...systemClock };
const clockNow = (): Clock => running.getStore()?.instead?.clock ?? realClock;
Object.assign(systemClock, {
  now: () => clockNow().now(),
  sleep: (ms, signal) => clockNow().sleep(ms, signal),
} satisfies Clock);
const { procfs } = await import('../../src/machines/processes.ts');
const realProcesses: ProcessTable = { ...procfs };
const noProcesses: ProcessTable = {
  list: async () => [],
  read: async () => undefined,
  kill: () => {},
};
const processesNow = (): ProcessTable => {
  const { instead } = running.getStore() ?? {};
  return instead ? (instead.processes ?? noProcesses) : realProcesses;
};
Object.assign(procfs, {
  list: async () => await processesNow().list(),
  read: async (pid) => await processesNow().read(pid),
  kill: (pid, signal) => processesNow().kill(pid, signal),
} satisfies ProcessTable);
const { runner } = await import('../../src/exec/runner.ts');
const { ActionError } = await import('../../src/base/errors.ts');
const { createTimeline } = await import('../../src/base/timeline.ts');
const { expiryAfter } = await import('../../src/base/expiry.ts');
const { parseInputs } = await import('./inputs.ts');
const { removeCluster } = await import('../../src/down/remove-cluster.ts');
const { reasonToKeep } = await import('../../src/down/teardown.ts');
const { removeMachines } = await import('../../src/down/find-cluster.ts');
const { atOnce } = await import('../../src/machines/cloud/at-once.ts');
const { sweep } = await import('../../src/down/sweep.ts');
const { machinesSource } = await import('../../src/down/sweep-machines.ts');
const { leaveHosts } = await import('../../src/down/leave-hosts.ts');
const { readStatus } = await import('../../src/operations/status.ts');
const { readLogs } = await import('../../src/operations/logs.ts');
const { rollBackStack } = await import('../../src/operations/rollback.ts');
const { dryRunGuard } = await import('../../src/up/dry-run-guard.ts');
const { up } = await import('../../src/up/up.ts');

/** The action's own code, run in this process, so that each of its commands can be made to fail. */
export interface Action {
  /** The main step with `command: up`. */
  up(journal: Journal): Promise<Ended>;
  /** The main step with `command: down`. */
  down(journal?: Journal): Promise<Ended>;
  /** The main step with `command: status`. */
  status(journal?: Journal): Promise<Ended>;
  /** The main step with `command: logs`. */
  logs(journal?: Journal): Promise<Ended>;
  /** The main step with `command: rollback`. */
  rollback(journal?: Journal): Promise<Ended>;
  /** Of `up` only this: the machines are planned and made, and entered by nobody. */
  makeMachines(): Promise<Ended>;
  /** The main step with `command: sweep`. */
  sweep(journal?: Journal): Promise<Ended>;
  /** The post step of a main step that ended with this state. */
  post(state: State | undefined, journal?: Journal): Promise<Ended>;
}

/** How a step has ended. */
export interface Ended {
  /** What it failed with; undefined where it did not. */
  readonly error: unknown;
  /** What main left for post; undefined where it had not begun. */
  readonly state: State | undefined;
  /** Lines of the log. */
  readonly lines: readonly string[];
}

/**
 * What a step failed with and its last lines, in few words: a failure of a suite holds one for each
 * of many runs.
 */
export function said({ error, lines }: Ended): readonly string[] {
  const parts = error instanceof AggregateError ? error.errors : [error];
  const causes = parts.map((part) =>
    part instanceof ActionError ? `${part}\n${part.details}` : part,
  );
  return [...lines.slice(-3), ...causes.map(String)];
}

interface Step {
  readonly driver: Driver;
  readonly reporter: Reporter;
  readonly runner: Executor;
  readonly signal: AbortSignal;
  /** What it leaves for post. */
  state: State | undefined;
}

const read = new Map<string, RunResult>();

/** The runner; what `docker compose config` makes of the same files is not asked again. */
const remembering: Executor = {
  ...runner,
  run: async (argv, options = {}) => {
    const { stdin, env } = options;
    if (argv[1] !== 'compose') return runner.run(argv, options);
    const key = JSON.stringify([argv, env, typeof stdin === 'object' ? stdin.toString() : stdin]);
    const result = read.get(key) ?? (await runner.run(argv, options));
    read.set(key, result);
    return result;
  },
};

const { inputs: declared } = readActionFile(ROOT);

/**
 * Hosts and engines are real and answer in their own time, but waiting whether something still
 * comes need not take that long here.
 */
const hasty: Clock = {
  now: () => realClock.now() * 8,
  // Not between two renewals of a lock, of which no run here needs any.
  sleep: (ms, signal) => realClock.sleep(ms < 5_000 ? ms / 8 : ms, signal),
};

/** One step with these inputs, of repository 4711. */
export function actionWith(
  given: Readonly<Record<string, string>>,
  options: {
    readonly workspace: string;
    readonly repository?: string;
    readonly run?: string;
    readonly variables?: Readonly<Record<string, string>>;
    /** The system that the runner seems to have; by default that of most tests. */
    readonly platform?: NodeJS.Platform;
    /** In place of real machines. */
    readonly instead?: Surroundings;
    /** In place of the time of the runner. */
    readonly now?: () => Date;
  },
): Action {
  const { instead, variables = {} } = options;
  const clock = instead?.clock ?? hasty;
  const inputs = parseInputs((name) => given[name] ?? declared[name]?.default ?? '', {
    variables,
    ...(options.platform && { platform: options.platform }),
  });
  const owner: Owner = {
    cluster: inputs.cluster,
    repository: options.repository ?? '4711',
    run: options.run ?? '1/test/up',
    ...(inputs.ttlMs !== undefined && { expires: expiryAfter(inputs.ttlMs, new Date()) }),
  };
  const unaborted = new AbortController().signal;
  const stepOf = async (
    journal: Journal | undefined,
    work: (step: Step) => Promise<void>,
    guard?: Guard,
  ): Promise<Ended> => {
    const lines: string[] = [];
    const reporter = reporterOf(lines);
    const direct = instead?.runner ?? remembering;
    const executor = journal ? withFaults(direct, journal) : direct;
    const driver = inputs.driver.create({
      runner: executor,
      actionRoot: ROOT,
      log: reporter.log,
      guard,
    });
    const signal = journal?.signal ?? unaborted;
    const step: Step = { driver, reporter, runner: executor, signal, state: undefined };
    const ended = running.run({ journal, instead }, () => work(step));
    const killed = new Promise<Ended>((resolve) => {
      // What it has left by then; what it does afterwards reaches nobody.
      const end = () => resolve({ error: journal?.killed.reason, state: step.state, lines });
      journal?.killed.addEventListener('abort', end, { once: true });
    });
    const result = ended.then(
      (): Ended => ({ error: undefined, state: step.state, lines }),
      (error: unknown): Ended => ({ error, state: step.state, lines }),
    );
    return await Promise.race([killed, result]);
  };
  const removal = {
    removeVolumes: inputs.removeVolumes,
    lockTimeoutMs: inputs.lockTimeoutMs,
    run: { url: undefined, attempt: undefined },
  };
  const operation = ({ driver, reporter, signal }: Step): OperationContext => ({
    ...{ driver, reporter, signal, clock: systemClock, owner },
    stackName: inputs.stackName,
  });
  return {
    up: (journal) =>
      stepOf(
        journal,
        async (step) => {
          const save = (next: Partial<State>) => {
            if (step.state) step.state = { ...step.state, ...next };
          };
          const facts: Partial<Facts> = {};
          const run: Run = {
            inputs,
            owner,
            driver: step.driver,
            reporter: step.reporter,
            signal: step.signal,
            runner: step.runner,
            workspace: options.workspace,
            directory: options.workspace,
            temporary: tmpdir(),
            diagnosticsFolder: join(options.workspace, 'diagnostics'),
            sshFolder: undefined,
            clock: systemClock,
            mask: () => {},
            runUrl: undefined,
            runAttempt: undefined,
          };
          const ended = up(run, {
            checked: () => {},
            beginning: (made) => {
              const { cluster, teardown } = inputs;
              const driver = inputs.driver.name;
              const stack = facts.stack?.name;
              step.state = { driver, cluster, teardown, stack, made, stage: 'begun' };
            },
            locking: (lock) => save({ lock }),
            forming: (outside) => save({ outside }),
            claiming: () => save({ claimed: true }),
            progress: () => {},
            learned: (known) => Object.assign(facts, known),
          });
          const stage = await ended.then(
            () => 'succeeded' as const,
            () => 'failed' as const,
          );
          save({ stage });
          await ended;
        },
        inputs.dryRun ? dryRunGuard : undefined,
      ),
    status: (journal) =>
      stepOf(
        journal,
        async (step) => {
          const { failure } = await readStatus(operation(step));
          if (failure) throw failure;
        },
        dryRunGuard,
      ),
    logs: (journal) =>
      stepOf(
        journal,
        async (step) => {
          const range = { tail: 100, sinceMs: undefined };
          await readLogs(operation(step), { services: [], range, onLog: async () => {} });
        },
        dryRunGuard,
      ),
    rollback: (journal) =>
      stepOf(
        journal,
        async (step) => {
          const { dryRun, waitTimeoutMs, stableForMs, lockTimeoutMs } = inputs;
          const { failure } = await rollBackStack(operation(step), {
            ...{ dryRun, waitTimeoutMs, stableForMs, lockTimeoutMs, asksPorts: true },
            ...{ run: removal.run, turn: undefined, progress: () => {} },
          });
          if (failure !== undefined) throw failure;
        },
        inputs.dryRun ? dryRunGuard : undefined,
      ),
    down: (journal) =>
      stepOf(journal, async ({ driver, reporter, signal }) => {
        const context = { reporter, signal, clock };
        if (driver.makesMachines) await removeMachines(owner, { ...context, driver });
        else {
          const last = { ...context, driver, ...removal, foreign: 'refuse' } as const;
          await leaveHosts(undefined, owner, last);
        }
      }),
    makeMachines: () =>
      stepOf(undefined, async ({ driver, signal }) => {
        if (!driver.makesMachines) throw new Error('It makes none.');
        const { nodes: machines, ttlMs } = inputs;
        const spec = { owner, publishedPorts: [], machines };
        await driver.plan?.(signal, { cluster: owner, machines, ttlMs });
        await driver.prepare?.(spec, signal);
        const indexes = Array.from({ length: machines }, (_, at) => at + 1);
        await atOnce(
          driver.atOnce ?? 1,
          indexes.map((index) => () => driver.create(spec, index, signal)),
        );
      }),
    sweep: (journal) =>
      stepOf(journal, async ({ driver, reporter, signal }) => {
        if (!driver.makesMachines) throw new Error('Only machines are swept here.');
        const { repository } = owner;
        await sweep(machinesSource(driver, signal), {
          ...{ repository, dryRun: false, isClosed: undefined, reporter, signal },
          ...{ now: options.now ?? (() => new Date()), swept: () => {} },
        });
      }),
    post: (state, journal) =>
      stepOf(journal, async ({ driver, reporter, signal }) => {
        if (!state || reasonToKeep(state, 'failure') !== undefined) return;
        const context = { reporter, signal, clock };
        if (driver.makesMachines) return await removeCluster(state, owner, { ...context, driver });
        const last = { ...context, driver, ...removal, foreign: 'keep', left: state } as const;
        await leaveHosts(state.stack, owner, last);
      }),
  };
}

function reporterOf(lines: string[]): Reporter {
  const add = (line: string) => void lines.push(line);
  const log: Log = {
    group: async (title, work) => {
      add(title);
      return await work();
    },
    info: add,
    warning: add,
    error: add,
    debug: () => {},
  };
  return { log, timeline: createTimeline(systemClock) };
}
