import * as z from 'zod';
import { systemClock } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { ActionError } from '../../base/errors.ts';
import type { DriverLog } from '../../base/log.ts';
import { enterEngine } from '../../engine/enter.ts';
import type { Argv } from '../../exec/argv.ts';
import { CommandTimeout, type Executor, ownWords, type RunResult } from '../../exec/executor.ts';

/** Waits for the end of cloud-init, and says what came of it: 0 is done, 1 failed, 2 has warnings. */
const STATUS: Argv = ['cloud-init', 'status', '--wait', '--format', 'json'];
/** What its modules and their programs have printed. */
const OUTPUT_LOG = '/var/log/cloud-init-output.log';
const LAST_WORDS: Argv = ['sudo', '-n', 'tail', '-n', '20', OUTPUT_LOG];
const LAST_WORDS_MS = 15_000;
/** Least time for an engine beside the warnings of a boot that used its time up, in ms. */
const ENGINE_MS = 30_000;

/** What `cloud-init status` says, as far as it is read. Before 23.4 there are no warnings. */
const cloudInitStatus = z.object({
  status: z.string(),
  /** "('scripts_user', RuntimeError('…'))": a module, and what it threw. */
  errors: z.array(z.string()).optional().default([]),
  /** By their kind: "WARNING", "DEPRECATED". */
  recoverable_errors: z.record(z.string(), z.array(z.string())).optional().default({}),
});
type CloudInitStatus = z.infer<typeof cloudInitStatus>;

export interface Readiness {
  /** Who has logged in. */
  readonly user: string;
  /** What the machine was made of, for messages. */
  readonly image: string;
  /** Whether Docker Engine is in the image: it then has to answer where cloud-init has warnings. */
  readonly hasEngine: boolean;
  /** How long all of it may take, in ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly log: DriverLog;
}

/**
 * Waits until a machine of a cloud, which has let somebody in, is set up. Warnings are logged, and
 * are no obstacle where the engine answers. Throws `ActionError` where the image has no cloud-init,
 * where cloud-init failed (which module, in its own words), or where it takes longer than
 * `timeoutMs`; rejects with the signal's reason on abort.
 */
export async function waitForCloudInit(executor: Executor, readiness: Readiness): Promise<void> {
  const until = systemClock.now() + readiness.timeoutMs;
  const result = await ask(executor, readiness);
  if (isMissing(result)) throw withoutCloudInit(executor, readiness);
  if (result.exitCode === 0) return;
  const status = parse(result);
  if (result.exitCode !== 2 || !status) throw await failed(executor, readiness, result, status);
  const restMs = Math.max(until - systemClock.now(), ENGINE_MS);
  await acceptWarnings(executor, { ...readiness, timeoutMs: restMs }, status);
}

async function ask(executor: Executor, readiness: Readiness): Promise<RunResult> {
  const { timeoutMs, signal } = readiness;
  try {
    return await executor.run(STATUS, { anyExitCode: true, repeatable: true, timeoutMs, signal });
  } catch (error) {
    if (!(error instanceof CommandTimeout)) throw error;
    throw new ActionError(
      `cloud-init on ${executor.where} did not end within ${formatDuration(timeoutMs)}.`,
      {
        details: await lastWords(executor, signal),
        hint: `Look on the machine at what it waits for: ${OUTPUT_LOG}`,
        cause: error,
      },
    );
  }
}

function isMissing({ exitCode, stderr }: RunResult): boolean {
  return exitCode === 127 || /cloud-init: (command )?not found/.test(stderr);
}

function parse({ stdout }: RunResult): CloudInitStatus | undefined {
  try {
    return cloudInitStatus.parse(JSON.parse(stdout));
  } catch {
    return undefined;
  }
}

async function acceptWarnings(
  executor: Executor,
  { user, hasEngine, timeoutMs, signal, log }: Readiness,
  status: CloudInitStatus,
): Promise<void> {
  const warnings = Object.entries(status.recoverable_errors).flatMap(([kind, said]) =>
    said.map((words) => `${kind}: ${words.trim()}`),
  );
  const what = `cloud-init on ${executor.where} ended with warnings`;
  try {
    if (hasEngine) await enterEngine(executor, user, { signal, timeoutMs });
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    throw new ActionError(`${what}, and its engine is not ready: ${error.message}`, {
      details: [...warnings, error.details ?? ''].join('\n'),
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
  log.info(`${what}: ${warnings.join('; ') || 'it did not say which'}`);
}

async function failed(
  executor: Executor,
  { image, signal }: Readiness,
  result: RunResult,
  status: CloudInitStatus | undefined,
): Promise<ActionError> {
  const modules = new Set(
    status?.errors.flatMap((words) => /^\('([\w-]+)',/.exec(words)?.[1] ?? []),
  );
  const which = modules.size > 0 ? `, in its module ${[...modules].join(', ')}` : '';
  const said = status?.errors.join('\n') || ownWords(result);
  return new ActionError(`cloud-init failed on ${executor.where}${which}.`, {
    details: `${said}\n${await lastWords(executor, signal)}`,
    hint: `Part of what cloud-init does comes from the image (${image}) and from the cloud, so another image may help. Look on the machine at ${OUTPUT_LOG} and /var/log/cloud-init.log.`,
  });
}

/** The end of its log, or why that cannot be had: nothing fails for it. */
async function lastWords(executor: Executor, signal: AbortSignal): Promise<string> {
  try {
    const options = { anyExitCode: true, repeatable: true, timeoutMs: LAST_WORDS_MS, signal };
    return ownWords(await executor.run(LAST_WORDS, options));
  } catch (error) {
    signal.throwIfAborted();
    return `${OUTPUT_LOG} could not be read: ${error instanceof Error ? error.message : error}`;
  }
}

function withoutCloudInit({ where }: Executor, { image }: Readiness): ActionError {
  return new ActionError(`Image ${image} has no cloud-init, so ${where} was not set up.`, {
    hint: 'Choose an image with cloud-init, as the images of the distributions have it: Debian 12 or newer, Ubuntu 22.04 or newer.',
  });
}
