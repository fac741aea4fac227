/**
 * Runs a JavaScript action as GitHub's runner does: one stage, one process, the documented protocol
 * around it. For the demo, for the e2e tests, and (script/run-action.ts) for anyone who wants to
 * try an action without a push.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type ActionFile,
  inputEnvironment,
  readActionFile,
  unexpectedInputs,
} from './action-file.ts';
import { defaultEnvironment, inheritedEnvironment } from './runner-environment.ts';
import { makeFiles, type RunnerFiles, readFiles } from './runner-files.ts';
import {
  type Annotation,
  createLogReader,
  type LogEntry,
  renderLine,
} from './workflow-commands.ts';

export type JobStatus = 'success' | 'failure' | 'cancelled';

export interface ActionOptions {
  readonly stage: 'main' | 'post';
  readonly inputs: Readonly<Record<string, string>>;
  /**
   * The step's environment, over the one of this process and over the runner's own variables, which
   * lets a test point those of its files to others that cannot be written.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that the runner does not set: one that is not GitHub's knows fewer. */
  readonly without?: readonly string[];
  /** `GITHUB_WORKSPACE`, and the folder the action starts in. */
  readonly workspace: string;
  /** Folder of the job; `RUNNER_TEMP` and the runner's files are made in it. */
  readonly directory: string;
  /** Folder with `action.yml`. Default: this repository. */
  readonly action?: string;
  /** What main has saved, for post. */
  readonly state?: Readonly<Record<string, string>>;
  /** `${{ job.status }}`. Default `success`. */
  readonly jobStatus?: JobStatus;
  /** How long each signal of a cancellation has before the next one, in ms. Default: GitHub's. */
  readonly grace?: CancelGrace;
  readonly onLine?: (entry: LogEntry) => void;
  /** A Node of another system in place of this one. */
  readonly foreign?: ForeignNode;
}

/** A Node that runs here, and takes this machine for another system: that of Windows, under Wine. */
export interface ForeignNode {
  readonly argv: readonly [string, ...string[]];
  /** A path of this machine as that system names it. */
  readonly path: (path: string) => string;
}

interface CancelGrace {
  readonly interruptMs: number;
  readonly terminateMs: number;
}

/** What a stage left behind. */
export interface ActionRun {
  /** 128 plus the signal's number where one ended the process, as in a shell. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | undefined;
  /**
   * `failure` also where the runner could not read the action's files; `cancelled` where `cancel`
   * was called.
   */
  readonly conclusion: JobStatus;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** What later steps get in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders that later steps get at the front of `PATH`. */
  readonly path: readonly string[];
  readonly summary: string;
  /** The whole log, debug lines too, in the form GitHub shows, masked. */
  readonly lines: readonly string[];
  readonly annotations: readonly Annotation[];
  /** Titles, in order. */
  readonly groups: readonly string[];
  readonly masks: readonly string[];
  readonly durationMs: number;
}

export interface RunningAction {
  readonly pid: number;
  /** Never rejects because of what the action did. */
  readonly result: Promise<ActionRun>;
  /**
   * What a cancelled job does to a step: SIGINT to the action's own process, then SIGTERM, then
   * SIGKILL to all.
   */
  cancel(): void;
  /** What a lost machine does: SIGKILL at once, to the action and what it has started. */
  kill(): void;
}

const REPOSITORY = dirname(import.meta.dirname);

/**
 * 7.5 s and 2.5 s: measured on hosted runners,
 * https://github.com/ringerc/github-actions-signal-handling-demo
 */
const GITHUB_GRACE: CancelGrace = { interruptMs: 7_500, terminateMs: 2_500 };

/**
 * A process that the action left running may hold the pipes open; the runner does not wait for it
 * either.
 */
const OUTPUT_LIMIT_MS = 5_000;

/**
 * Starts a stage of an action. Throws where `action.yml` or the bundle is missing; what the action
 * does is in `result`.
 */
export function startAction(options: ActionOptions): RunningAction {
  const folder = options.action ?? REPOSITORY;
  const file = readActionFile(folder);
  const bundle = bundleOf(folder, file, options.stage);
  const files = makeFiles(options.directory);
  const started = performance.now();

  const log = collectLog(options.onLine);
  const unexpected = options.stage === 'main' ? unexpectedInputs(file, options.inputs) : [];
  if (unexpected.length > 0) {
    const valid = Object.keys(file.inputs).map((name) => `'${name}'`);
    const names = unexpected.map((name) => `'${name}'`).join(', ');
    log.line(`::warning::Unexpected input(s) ${names}, valid inputs are [${valid.join(', ')}]`);
  }

  const { argv: [node, ...args] = [process.execPath], path = same } = options.foreign ?? {};
  const child = spawn(node, [...args, path(bundle)], {
    cwd: options.workspace,
    env: environmentOf(file, options, files),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: a Ctrl-C at the terminal reaches this program alone, which then
    // cancels as GitHub does.
    detached: true,
  });
  const cancellation = canceller(child, options.grace ?? GITHUB_GRACE);

  const result = ended(child, log.line).then(({ code, signal }): ActionRun => {
    cancellation.clear();
    const left = readFiles(files, log.line);
    const exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
    const failed = exitCode !== 0 || left.failed;
    return {
      exitCode,
      signal,
      conclusion: cancellation.requested() ? 'cancelled' : failed ? 'failure' : 'success',
      ...left.values,
      ...log.read(),
      durationMs: performance.now() - started,
    };
  });

  return { pid: child.pid ?? 0, result, cancel: cancellation.cancel, kill: cancellation.kill };
}

const same = (path: string): string => path;

function bundleOf(folder: string, file: ActionFile, stage: ActionOptions['stage']): string {
  const path = file.runs[stage];
  if (!path) throw new Error(`${file.name} has no ${stage} in its action.yml.`);
  const bundle = join(folder, path);
  if (!existsSync(bundle)) {
    throw new Error(`${path} does not exist. To make it, run: npm run build`);
  }
  return bundle;
}

function environmentOf(
  file: ActionFile,
  { inputs, env, without = [], state, jobStatus, workspace, directory, foreign }: ActionOptions,
  files: RunnerFiles,
): Record<string, string> {
  const contexts = { 'job.status': jobStatus ?? 'success', 'github.token': '' };
  const saved = Object.entries(state ?? {}).map(([name, value]) => [`STATE_${name}`, value]);
  const { path = same } = foreign ?? {};
  const runners = Object.entries({ ...defaultEnvironment(workspace, directory), ...files });
  return {
    ...inheritedEnvironment(process.env),
    ...Object.fromEntries(
      runners
        .filter(([name]) => !without.includes(name))
        .map(([name, value]) => [name, value.startsWith('/') ? path(value) : value]),
    ),
    ...env,
    ...inputEnvironment(file, inputs, contexts),
    ...Object.fromEntries(saved),
  };
}

function collectLog(onLine: ((entry: LogEntry) => void) | undefined) {
  const reader = createLogReader();
  const entries: LogEntry[] = [];
  return {
    line(text: string) {
      const entry = reader.read(text);
      if (!entry) return;
      entries.push(entry);
      onLine?.(entry);
    },
    read: () => ({
      lines: entries.flatMap((entry) => renderLine(entry).split('\n')),
      annotations: entries.flatMap(({ annotation }) => annotation ?? []),
      groups: entries.filter(({ kind }) => kind === 'group').map(({ text }) => text),
      masks: reader.masks,
    }),
  };
}

/** Resolves when the process has ended and its output has been read. */
async function ended(
  child: ChildProcess,
  line: (text: string) => void,
): Promise<{ code: number | null; signal: NodeJS.Signals | undefined }> {
  const outputs = [child.stdout, child.stderr].map((stream) => splitLines(stream, line));
  const { promise, resolve, reject } = Promise.withResolvers<{
    code: number | null;
    signal: NodeJS.Signals | undefined;
  }>();
  child.once('error', reject);
  child.once('exit', (code, signal) => resolve({ code, signal: signal ?? undefined }));
  const end = await promise;
  const limit = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, OUTPUT_LIMIT_MS);
  await Promise.all(outputs);
  clearTimeout(limit);
  return end;
}

/**
 * Calls `line` for each line of a stream. node:readline would also split at U+2028, which the
 * runner does not.
 */
function splitLines(stream: ChildProcess['stdout'], line: (text: string) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) line(text.replace(/\r$/, ''));
  });
  stream?.once('close', () => {
    if (rest !== '') line(rest);
    resolve();
  });
  return promise;
}

function canceller(child: ChildProcess, grace: CancelGrace) {
  let timer: NodeJS.Timeout | undefined;
  let requested = false;
  const kill = () => {
    try {
      process.kill(-(child.pid ?? Number.NaN), 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  return {
    kill,
    requested: () => requested,
    clear: () => clearTimeout(timer),
    cancel: () => {
      if (requested) return;
      requested = true;
      child.kill('SIGINT');
      timer = setTimeout(() => {
        child.kill('SIGTERM');
        timer = setTimeout(kill, grace.terminateMs);
      }, grace.interruptMs);
    },
  };
}
