import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import {
  type ActionRun,
  type JobStatus,
  type RunningAction,
  startAction,
} from '../action-runner.ts';
import type { Action, Cut } from './action.ts';
import type { Actor } from './actors.ts';
import type { RunEnd } from './model.ts';
import { environmentOf, inputsOf, type Site } from './site.ts';

/** A run that is over. */
export interface Finished {
  /** In a few words, for example `converged`, or `cancelled`. */
  readonly result: string;
  readonly end: RunEnd;
  /** Clusters that a sweep says it has removed. */
  readonly swept: readonly string[];
  /** What nobody would expect of it. */
  readonly problem: string | undefined;
  /** A limit that was missed, as on a machine that is too busy. */
  readonly late: string | undefined;
  /** The log of main and post. */
  readonly lines: readonly string[];
}

const SUCCESSES = {
  up: ['converged'],
  try: ['converged'],
  down: ['removed'],
  sweep: ['swept', 'listed'],
  close: [],
} as const satisfies Record<Action['kind'], readonly string[]>;

/**
 * With which group of the log a run begins to change the stack. A sweep is told of by what it has
 * removed.
 */
const TOUCHES: Record<Action['kind'], RegExp | undefined> = {
  up: /^Claiming stack /,
  try: /^Claiming stack /,
  down: /^Removing (the stacks|stack) /,
  sweep: undefined,
  close: undefined,
};

/**
 * Runs a step, as a runner would, and cuts it off where the action says so. When the signal is
 * aborted, all of it is killed.
 */
export async function perform(
  actor: Actor,
  action: Action,
  run: number,
  site: Site,
  signal: AbortSignal,
): Promise<Finished> {
  const directory = site.jobFolder(run);
  const step = {
    inputs: inputsOf(actor, action, site),
    env: environmentOf(actor, run, site, directory),
    workspace: site.workspaceOf(actor),
    directory,
  };
  const { main, wasCut } = await runMain(step, action.cut, signal);
  const isLost = wasCut && action.cut?.kind === 'lost';
  const post = isLost
    ? undefined
    : await runPost(step, main, jobStatusOf(main, action, wasCut), signal);
  const left = readdirSync(join(directory, 'tmp'));
  rmSync(directory, { recursive: true, force: true });
  return finishedOf(action, { main, post, wasCut, left });
}

type Step = Pick<Parameters<typeof startAction>[0], 'inputs' | 'env' | 'workspace' | 'directory'>;

async function runMain(
  step: Step,
  cut: Cut | undefined,
  signal: AbortSignal,
): Promise<{ readonly main: ActionRun; readonly wasCut: boolean }> {
  signal.throwIfAborted();
  let lines = 0;
  let wasCut = false;
  const main: RunningAction = startAction({
    ...step,
    stage: 'main',
    onLine: () => {
      lines += 1;
      if (!cut || wasCut || lines < cut.afterLines) return;
      wasCut = true;
      CUT_OFF[cut.kind](main);
    },
  });
  return { main: await ended(main, signal), wasCut };
}

const CUT_OFF: Record<Cut['kind'], (main: RunningAction) => void> = {
  cancel: (main) => main.cancel(),
  terminate: (main) => kill(main, 'SIGTERM'),
  kill: (main) => kill(main, 'SIGKILL'),
  lost: (main) => main.kill(),
};

/** Its own process, and nothing that it has started. */
function kill({ pid }: RunningAction, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It had ended by itself.
  }
}

async function runPost(
  step: Step,
  main: ActionRun,
  jobStatus: JobStatus,
  signal: AbortSignal,
): Promise<ActionRun> {
  signal.throwIfAborted();
  return await ended(startAction({ ...step, stage: 'post', state: main.state, jobStatus }), signal);
}

async function ended(running: RunningAction, signal: AbortSignal): Promise<ActionRun> {
  const kill = () => running.kill();
  signal.addEventListener('abort', kill, { once: true });
  try {
    const run = await running.result;
    signal.throwIfAborted();
    return run;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

function jobStatusOf({ conclusion }: ActionRun, { cut }: Action, wasCut: boolean): JobStatus {
  return wasCut && (cut?.kind === 'cancel' || cut?.kind === 'terminate') ? 'cancelled' : conclusion;
}

const endpoints = z.array(z.object({ urls: z.array(z.string()) }));
const clusters = z.array(z.object({ cluster: z.string(), result: z.string() }));

interface Ran {
  readonly main: ActionRun;
  readonly post: ActionRun | undefined;
  readonly wasCut: boolean;
  /** Names of files that were left in the folder for temporary ones. */
  readonly left: readonly string[];
}

function finishedOf(action: Action, ran: Ran): Finished {
  const { main, post, wasCut } = ran;
  const { outputs } = main;
  const status = outputs.status ?? '';
  const succeeded =
    main.exitCode === 0 && (SUCCESSES[action.kind] as readonly string[]).includes(status);
  const late = lateOf(action, ran, status);
  const touched = main.groups.some((title) => TOUCHES[action.kind]?.test(title));
  if (succeeded && !touched && TOUCHES[action.kind]) {
    throw new Error(`No group of the log is ${TOUCHES[action.kind]}: ${main.groups.join(', ')}`);
  }
  return {
    result: succeeded ? status : wasCut ? cutResult(action, main) : status || main.conclusion,
    end: {
      succeeded,
      urls: endpoints.parse(JSON.parse(outputs.endpoints || '[]')).flatMap(({ urls }) => urls),
      cleaned: post?.conclusion === 'success',
      touched,
    },
    swept: clusters
      .parse(JSON.parse(outputs.clusters || '[]'))
      .flatMap(({ cluster, result }) => (result === 'removed' ? [cluster] : [])),
    problem: late === undefined ? problemOf(ran, succeeded) : undefined,
    late,
    lines: [...main.lines, ...(post ? ['Post', ...post.lines] : [])],
  };
}

function cutResult({ cut }: Action, { outputs }: ActionRun): string {
  return cut?.kind === 'kill' ? 'killed' : cut?.kind === 'lost' ? 'lost' : outputs.status || 'cut';
}

function lateOf({ cut }: Action, { main, wasCut }: Ran, status: string): string | undefined {
  const wasAsked = wasCut && (cut?.kind === 'cancel' || cut?.kind === 'terminate');
  if (wasAsked && main.signal === 'SIGKILL') return 'the runner killed it 10 s after the cancel';
  if (!wasCut && status === 'timeout') return 'it ended with status timeout';
  return undefined;
}

function problemOf({ main, post, wasCut, left }: Ran, succeeded: boolean): string | undefined {
  if (!succeeded && !wasCut) return `main failed, and nothing had disturbed it: ${errorOf(main)}`;
  if (post && post.conclusion !== 'success') return `post failed: ${errorOf(post)}`;
  // Whoever is killed leaves files, which go with the runner.
  if (main.signal !== 'SIGKILL' && left.length > 0) {
    return `temporary files were left: ${left.join(', ')}`;
  }
  return undefined;
}

function errorOf({ annotations, conclusion }: ActionRun): string {
  const errors = annotations.filter(({ level }) => level === 'error');
  return errors.map(({ message }) => message).join('\n') || conclusion;
}
