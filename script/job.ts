import { mkdirSync } from 'node:fs';
import { delimiter } from 'node:path';
import {
  type ActionRun,
  type JobStatus,
  type RunningAction,
  startAction,
} from './action-runner.ts';
import type { LogEntry } from './workflow-commands.ts';

/**
 * GitHub ends a cancelled job about five minutes after the request, whatever its post steps are at.
 */
const POST_LIMIT_MS = 5 * 60_000;

export interface JobOptions {
  readonly workspace: string;
  readonly directory: string;
  readonly action?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine: (entry: LogEntry) => void;
}

/**
 * Steps that use one action, as in one job of a workflow: environment and status pass from step to
 * step, post runs last.
 */
export interface Job {
  /** Runs main. After a cancellation nothing more is started: it rejects with the reason. */
  step(
    inputs: Readonly<Record<string, string>>,
    env?: Readonly<Record<string, string>>,
  ): Promise<ActionRun>;
  /**
   * Runs the post of every step that was started, the last step's first, whatever became of main.
   */
  finish(): Promise<ActionRun[]>;
  /** Ends the step that is running as GitHub does. Post still runs. */
  cancel(): void;
  /** The step that failed was not one of the action's. */
  fail(): void;
  /** What a step after the ones so far has in its environment, over the one of this process. */
  environment(): Record<string, string>;
  readonly status: JobStatus;
}

/** Makes a job; its folder is made, and is the caller's to remove. */
export function createJob({ workspace, directory, action, env, onLine }: JobOptions): Job {
  mkdirSync(directory, { recursive: true });
  const shared = { workspace, directory, onLine, ...(action ? { action } : {}) };
  const posts: ((env: Record<string, string>) => Promise<ActionRun>)[] = [];
  const environment: Record<string, string> = { ...env };
  let running: RunningAction | undefined;
  let status: JobStatus = 'success';
  let steps = 0;

  const settle = ({ conclusion, env: added, path }: ActionRun) => {
    Object.assign(environment, added);
    if (path.length > 0) {
      environment.PATH = [...path, environment.PATH ?? process.env.PATH].join(delimiter);
    }
    if (status === 'success') status = conclusion;
  };

  return {
    get status() {
      return status;
    },
    environment: () => ({ ...environment }),
    fail() {
      if (status === 'success') status = 'failure';
    },
    cancel() {
      status = 'cancelled';
      running?.cancel();
    },
    async step(inputs, stepEnv = {}) {
      if (status === 'cancelled') throw new Error('The job was cancelled.');
      const own = { ...stepEnv, GITHUB_ACTION: actionName(++steps) };
      running = startAction({
        ...shared,
        stage: 'main',
        inputs,
        env: { ...environment, ...own },
      });
      const run = await running.result;
      running = undefined;
      posts.unshift(async (env) => {
        const post = startAction({
          ...shared,
          stage: 'post',
          inputs,
          env: { ...env, ...own },
          state: run.state,
          jobStatus: status,
        });
        const limit = setTimeout(post.kill, POST_LIMIT_MS);
        try {
          return await post.result;
        } finally {
          clearTimeout(limit);
        }
      });
      settle(run);
      return run;
    },
    async finish() {
      const runs: ActionRun[] = [];
      for (const post of posts.splice(0)) {
        const run = await post(environment);
        settle(run);
        runs.push(run);
      }
      return runs;
    },
  };
}

/** The runner numbers the steps that use the same action and have no id. */
function actionName(step: number): string {
  return step === 1 ? '__self' : `__self_${step}`;
}
