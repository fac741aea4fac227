import type { Clock } from '../base/clock.ts';
import { ActionError, describeError, isUp } from '../base/errors.ts';
import { limit } from '../base/time-limit.ts';
import { firstUrl, headline } from '../report/headline.ts';
import type { Report } from '../report/report.ts';
import { type AskOptions, type GitHub, RefusedError } from './client.ts';
import {
  cancelledComment,
  outcomeComment,
  pendingComment,
  type RunNote,
  removedComment,
  returnedComment,
  withLastLine,
} from './comment-text.ts';
import { type Write, writeComment } from './comments.ts';
import {
  createDeployment,
  retireDeployments,
  returnDeployment,
  setDeploymentStatus,
} from './deployments.ts';
import { headCommit } from './pull-requests.ts';
import { readRunningNote } from './running-note.ts';
import { marker, type Subject } from './subject.ts';

/**
 * How long GitHub may take in all, in ms: 30 s, of which what is told at the start may use the
 * first third.
 */
const BEGIN_MS = 10_000;
const END_MS = 20_000;

/** What is told of, and where. */
export interface Target extends Subject {
  readonly pullRequest: number | undefined;
}

interface Removal {
  readonly isWhole: boolean;
  readonly reason?: string | undefined;
  /** Whether the deployment of this very run had failed: then the reason of that stays. */
  readonly afterFailure?: boolean | undefined;
}

/**
 * Tells a pull request, and GitHub's deployments, what becomes of a stack. No method ever rejects:
 * what cannot be told is a warning.
 */
export interface Announcer {
  /** A deployment begins. `made` gets the id of GitHub's deployment as soon as it has one. */
  begin(target: Target, made: (deployment: number) => void): Promise<void>;
  /** It has ended; `deployment` is what `made` got. */
  end(target: Target, report: Report, deployment: number | undefined): Promise<void>;
  /** It was cut short before it could tell how it ended. */
  cancelled(target: Target, deployment: number | undefined): Promise<void>;
  /**
   * It was taken back to what it was before, or that failed. Where nothing was ever told, nothing
   * is told now.
   */
  returned(target: Target, report: Report): Promise<void>;
  /** What was deployed has gone. Where nothing was ever told, nothing is told now. */
  removed(target: Target, removal: Removal): Promise<void>;
}

interface AnnouncerOptions {
  readonly github: GitHub;
  readonly comment: boolean;
  readonly deployment: boolean;
  /** Of the deployments; `undefined` means: `preview/<cluster>`. */
  readonly environment?: string | undefined;
  /** Whether what is deployed is expected to end. */
  readonly isTransient?: boolean | undefined;
  readonly run: RunNote & { readonly id: string };
  readonly log: { info(line: string): void; warning(message: string): void };
  readonly signal: AbortSignal;
  readonly clock?: Clock | undefined;
}

const CHANNELS = {
  comment: {
    permission: 'pull-requests: write',
    failed: 'The comment on the pull request cannot be written, so it may not say what is true.',
  },
  deployment: {
    permission: 'deployments: write',
    failed: 'The deployment cannot be recorded at GitHub.',
  },
} as const;
type Channel = keyof typeof CHANNELS;

/**
 * Makes an announcer that says each problem once, and does not ask again where GitHub has refused.
 */
export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { github, run, log, signal, clock } = options;
  const warned = new Set<Channel>();
  const refused = new Set<Channel>();

  const failedOn = (channel: Channel, error: unknown) => {
    // The post step tells how a step ended that was cancelled.
    if (signal.aborted) return;
    if (error instanceof RefusedError) refused.add(channel);
    if (warned.has(channel)) return;
    warned.add(channel);
    const { failed, permission } = CHANNELS[channel];
    const isUnhinted = error instanceof RefusedError && error.hint === undefined;
    const needs = isUnhinted ? [`It needs \`permissions: { ${permission} }\`.`] : [];
    log.warning([failed, describeError(error), ...needs].join('\n'));
  };
  const tell = async (
    limitMs: number,
    work: Partial<Record<Channel, (ask: AskOptions) => Promise<void>>>,
  ) => {
    using bounds = limit(
      [signal],
      limitMs,
      () => new ActionError(`GitHub took longer than ${limitMs / 1000} s.`),
    );
    const ask = { signal: bounds.signal, longestWaitMs: limitMs, clock };
    const one = async (channel: Channel) => {
      if (!options[channel] || refused.has(channel) || signal.aborted) return;
      if (github.token === '') {
        return failedOn(channel, new RefusedError('There is no `github-token`.'));
      }
      await work[channel]?.(ask).catch((error: unknown) => failedOn(channel, error));
    };
    await Promise.all([one('comment'), one('deployment')]);
  };
  const comment = (target: Target, ask: AskOptions, create: boolean, write: Write) =>
    target.pullRequest === undefined
      ? Promise.resolve()
      : writeComment(github, target.pullRequest, target, write, { ...ask, create });
  const body = (target: Target, before: string | undefined, text: string) => {
    // Where the stack is not known, the comment stays whose it is.
    const isKept = before !== undefined && target.stack === undefined;
    const first = isKept ? before.split('\n', 1)[0]?.trimEnd() : marker(target);
    return `${first}\n${runMarker}\n\n${text}`;
  };
  const noteNow = (): RunNote => ({ ...run, at: new Date() });
  const runMarker = `<!-- run ${run.id} -->`;

  return {
    begin: (target, made) =>
      tell(BEGIN_MS, {
        comment: async (ask) => {
          if (target.pullRequest === undefined) {
            log.info('This run is about no pull request, so there is none to comment on.');
          }
          await comment(target, ask, true, (before) =>
            body(
              target,
              before,
              pendingComment(nameOf(target), noteNow(), readRunningNote(before)),
            ),
          );
        },
        deployment: async (ask) => {
          const { pullRequest, cluster } = target;
          const commit =
            run.commit ?? (pullRequest && (await headCommit(github, pullRequest, ask))) ?? '';
          const environment = options.environment ?? `preview/${cluster}`;
          const isTransient = options.isTransient ?? true;
          const id = await createDeployment(
            github,
            target,
            { commit: String(commit), environment, isTransient },
            ask,
          );
          made(id);
          await setDeploymentStatus(
            github,
            id,
            { state: 'in_progress', description: 'Being deployed', logUrl: run.url },
            ask,
          );
        },
      }),
    end: (target, report, deployment) =>
      tell(END_MS, {
        comment: (ask) => {
          // The comment is the newer run's, as soon as that has begun to write it.
          const isSuperseded = report.status === 'superseded';
          return comment(target, ask, !isSuperseded, (before) =>
            isSuperseded && !before?.includes(runMarker)
              ? undefined
              : body(target, before, outcomeComment(report, noteNow(), readRunningNote(before))),
          );
        },
        deployment: async (ask) => {
          if (deployment === undefined) return;
          const isReady = isUp(report.status);
          const failed = report.status === 'superseded' ? 'inactive' : 'failure';
          const url = firstUrl(report);
          await setDeploymentStatus(
            github,
            deployment,
            {
              state: isReady ? 'success' : failed,
              description: report.status === 'converged' ? 'Ready' : headline(report),
              environmentUrl: isReady && /^https?:/.test(url) ? url : undefined,
              logUrl: run.url,
            },
            ask,
          );
          if (!isReady) return;
          await retireDeployments(
            github,
            target,
            { except: deployment, description: 'Replaced by a newer one', logUrl: run.url },
            ask,
          );
        },
      }),
    cancelled: (target, deployment) =>
      tell(END_MS, {
        comment: (ask) =>
          comment(target, ask, false, (before = '') =>
            // Another run may have begun meanwhile.
            before.includes(runMarker)
              ? body(
                  target,
                  before,
                  cancelledComment(nameOf(target), noteNow(), readRunningNote(before)),
                )
              : undefined,
          ),
        deployment: async (ask) => {
          if (deployment === undefined) return;
          await setDeploymentStatus(
            github,
            deployment,
            { state: 'error', description: 'Cancelled', logUrl: run.url },
            ask,
          );
        },
      }),
    returned: (target, report) =>
      tell(END_MS, {
        comment: (ask) =>
          comment(target, ask, false, (before) =>
            body(target, before, returnedComment(report, { ...run, commit: undefined })),
          ),
        deployment: async (ask) => {
          if (report.status !== 'converged') return;
          const url = firstUrl(report);
          const environmentUrl = /^https?:/.test(url) ? url : undefined;
          await returnDeployment(github, target, { environmentUrl, logUrl: run.url }, ask);
        },
      }),
    removed: (target, removal) =>
      tell(END_MS, {
        comment: (ask) =>
          comment(target, ask, false, (before = '') =>
            removal.afterFailure && before.includes(runMarker)
              ? withLastLine(before, removal.isWhole ? GONE : NOT_GONE)
              : body(
                  target,
                  before,
                  removedComment(nameOf(target), { ...removal, run: noteNow() }),
                ),
          ),
        deployment: (ask) =>
          retireDeployments(
            github,
            target,
            {
              description: removal.isWhole ? 'Removed' : 'Could not be removed completely',
              logUrl: run.url,
            },
            ask,
          ),
      }),
  };
}

const GONE = 'It was removed at the end of the job.';
const NOT_GONE = 'It could not be removed completely: the log of the post step says why.';

function nameOf({ stack, cluster }: Subject): string {
  return stack || cluster;
}
