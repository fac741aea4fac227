import { describeError, isUp } from '../base/errors.ts';
import { ANNOUNCED_KEY, type Announced, serialiseAnnounced } from '../down/state.ts';
import { type Announcer, createAnnouncer, type Target } from '../github/announcer.ts';
import type { Announcements } from '../inputs/announcements.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { githubLog } from '../report/log.ts';
import type { Report } from '../report/report.ts';
import { attempt } from './failure.ts';
import { type Environment, gitHubOf, runOf, runUrlOf } from './runner/environment.ts';
import { saveState } from './runner/files.ts';

/** An announcer for the step that runs. */
export function announcerOf(
  {
    token,
    ...where
  }: Omit<Announcements, 'environment'> & Partial<Pick<Announcements, 'environment'>>,
  env: Environment,
  {
    signal,
    log = githubLog,
    isTransient,
  }: {
    readonly signal: AbortSignal;
    readonly log?: { info(line: string): void; warning(message: string): void };
    readonly isTransient?: boolean | undefined;
  },
): Announcer {
  return createAnnouncer({
    ...where,
    github: gitHubOf(env, token),
    run: { commit: env.commit, url: runUrlOf(env), id: runOf(env) },
    log,
    signal,
    isTransient,
  });
}

/** What an `up` tells, and leaves for its post step to correct. */
export interface UpAnnouncements {
  /** The deployment begins; does not keep it waiting. */
  begin(stack: string | undefined): void;
  /** It has ended. */
  end(report: Report): Promise<void>;
}

/** Tells of an `up` where its inputs ask for that; of a dry run nothing, however it ends. */
export function announceUp(
  { cluster, stackName, ttlMs, announcements, dryRun }: Inputs,
  env: Environment,
  run: Pick<Parameters<typeof announcerOf>[2], 'signal' | 'log'>,
): UpAnnouncements {
  const { comment, deployment } = announcements;
  if (dryRun || (!comment && !deployment)) return { begin: () => {}, end: async () => {} };
  const { pullRequest } = env;
  const announcer = announcerOf(announcements, env, {
    ...run,
    isTransient: pullRequest !== undefined || ttlMs !== undefined,
  });
  let target: Target = { cluster, stack: stackName, pullRequest };
  let announced: Announced = { cluster, comment, deployment };
  let begun = Promise.resolve();
  const save = (more: Partial<Announced>) => {
    announced = { ...announced, ...more };
    saveState(ANNOUNCED_KEY, serialiseAnnounced(announced));
  };
  /** Once there is something that is told of, it is no reason to fail. */
  const saveLater = (more: Partial<Announced>) => {
    const unwritten = attempt(() => save(more));
    if (unwritten !== undefined) (run.log ?? githubLog).warning(describeError(unwritten));
  };
  return {
    begin: (stack = '') => {
      target = { ...target, stack };
      save({ stack });
      begun = announcer.begin(target, (deploymentId) => saveLater({ deploymentId }));
    },
    end: async (report) => {
      await begun;
      if (run.signal.aborted) return;
      await announcer.end(target, report, announced.deploymentId);
      if (run.signal.aborted) return;
      saveLater({ stack: target.stack, ended: endOf(report) });
    },
  };
}

function endOf({ status }: Report): NonNullable<Announced['ended']> {
  if (status === 'superseded') return status;
  return isUp(status) ? 'ready' : 'failed';
}
