import { basename } from 'node:path';
import { formatDuration } from '../../base/duration.ts';
import { ActionError } from '../../base/errors.ts';
import {
  CommandError,
  CommandTimeout,
  type Outliving,
  ownWords,
  type RunOptions,
  type RunResult,
} from '../../exec/executor.ts';
import { isNotFound } from '../../exec/not-started.ts';
import { withoutOwnVariables } from '../own-variables.ts';
import { argvOf, type commands } from './commands.ts';
import { type Diagnostic, isDiagnostic, type Message, readMessage } from './messages.ts';
import { locked, lockOf, placeOf, textOf } from './problems.ts';
import type { Work } from './work.ts';

type Words = ReturnType<(typeof commands)[keyof typeof commands]>;

/** The workspace that every backend has, and that is nobody's. */
const DEFAULT_WORKSPACE = 'default';

/** A question to the backend, in ms; `init` may have to load providers. */
const QUESTION_MS = 60_000;
const INIT_MS = 300_000;
/** How long a run may take to save its state after its SIGINT, in ms: a cancelled step ends soon. */
const STOP_MS: Outliving['stopMs'] = { aborted: 3_000, timedOut: 20_000 };
/** How much of what was said without `-json` is told, in lines. */
const TOLD_LINES = 20;

/** Lines of `-json` that tell people how it goes on. Others may hold values of outputs. */
const TOLD = /^(?:apply_(?:start|progress|complete|errored)|change_summary|state_lock_acquire)$/;

/** In which workspace a command runs, and with which variables beside its own. */
interface Where {
  readonly workspace?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a command is called, for messages: `terraform apply`. */
export function titleOf({ program }: Pick<Work, 'program'>, words: Words): string {
  const name = basename(program.binary).replace(/-bin(?:\.exe)?$|\.exe$/, '');
  return `${name} ${words
    .filter((word) => /^[a-z]+$/.test(word))
    .slice(0, isPair(words) ? 2 : 1)
    .join(' ')}`;
}

const isPair = ([first]: Words) => first === 'workspace' || first === 'state';

/**
 * Asks, and gives what was printed. Throws `ActionError` with the program's own words; rejects with
 * the signal's reason on abort.
 */
export async function ask(work: Work, words: Words, where: Where = {}): Promise<string> {
  const timeoutMs = words[0] === 'init' ? INIT_MS : QUESTION_MS;
  const result = await start(work, words, where, { timeoutMs });
  if (result.exitCode === 0) return result.stdout;
  throw failedText(work, words, where, result);
}

/** As `ask`, for what changes a state and is never killed. */
export async function changeText(work: Work, words: Words): Promise<void> {
  using folder = work.scratch.folder();
  const outlives = { folder: folder.path, stopMs: STOP_MS };
  const result = await start(work, words, {}, { timeoutMs: work.options.timeout, outlives });
  if (result.exitCode !== 0) throw failedText(work, words, {}, result);
}

/**
 * Runs a command with `-json` that takes the lock of a state, and is never killed: on abort it is
 * asked once to stop, and may go on for a while. Tells how it goes on, its warnings and errors at
 * their places. Throws `ActionError` with all errors, also if another run has the lock; rejects with
 * the signal's reason on abort.
 */
export async function change(
  work: Work,
  words: Words,
  where: Where & { readonly isQuiet?: boolean },
): Promise<readonly Message[]> {
  const { log, ground, warn } = work;
  using folder = work.scratch.folder();
  const result = await start(work, words, where, {
    timeoutMs: work.options.timeout,
    outlives: { folder: folder.path, stopMs: STOP_MS },
    onLine: (line) => {
      const message = where.isQuiet ? undefined : readMessage(line);
      if (message && TOLD.test(message.type)) log.info(message['@message'].trim());
    },
  });
  const lines = result.stdout.split('\n').filter((line) => line.trim() !== '');
  const messages = lines.flatMap((line) => readMessage(line) ?? []);
  const diagnostics = messages.filter(isDiagnostic).map(({ diagnostic }) => diagnostic);
  for (const one of diagnostics) {
    const isTold = one.severity === 'warning' && !where.isQuiet;
    if (isTold) warn(textOf(one, ground), placeOf(one, ground));
  }
  for (const line of lines) if (!readMessage(line)) log.info(`${titleOf(work, words)}: ${line}`);
  if (result.exitCode === 0) return messages;
  throw failed(work, words, where, { diagnostics, result });
}

function failed(
  work: Work,
  words: Words,
  { workspace = DEFAULT_WORKSPACE }: Where,
  { diagnostics, result }: { diagnostics: readonly Diagnostic[]; result: RunResult },
): ActionError {
  const { log, ground, program } = work;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const lock = lockOf(errors);
  if (lock) return locked(lock, { ...program, name: workspace });
  const [first] = errors;
  if (!first) return failedText(work, words, { workspace }, result);
  for (const one of errors) {
    const place = placeOf(one, ground);
    if (place) log.error?.(textOf(one, ground), { ...place, title: titleOf(work, words) });
  }
  const texts = [...new Set(errors.map((one) => textOf(one, ground)))];
  return new ActionError(
    `\`${titleOf(work, words)}\` failed in ${workspace}: ${first.summary.split('\n', 1)[0]}`,
    {
      details: texts.join('\n'),
    },
  );
}

function failedText(
  work: Work,
  words: Words,
  { workspace = DEFAULT_WORKSPACE }: Where,
  result: RunResult,
): ActionError {
  const lines = ownWords(result).split('\n').slice(-TOLD_LINES);
  return new ActionError(
    `\`${titleOf(work, words)}\` failed in ${workspace} (exit code ${result.exitCode}).`,
    { details: lines.join('\n') },
  );
}

async function start(
  work: Work,
  words: Words,
  { workspace = DEFAULT_WORKSPACE, env }: Where,
  { timeoutMs, ...options }: Pick<RunOptions, 'outlives' | 'onLine'> & { timeoutMs: number },
): Promise<RunResult> {
  const { runner, program, bounds, clock, variables, scratch } = work;
  const limitMs = Math.max(1, Math.min(timeoutMs, bounds.deadline - clock.now()));
  try {
    return await runner.run(argvOf(program, words), {
      env: {
        ...withoutOwnVariables(variables),
        ...{ TF_DATA_DIR: scratch.data, TF_WORKSPACE: workspace },
        // It then leaves out what only helps people at a terminal, and asks nothing.
        ...{ TF_IN_AUTOMATION: '1', TF_INPUT: '0' },
        ...env,
      },
      ...{ timeoutMs: limitMs, signal: bounds.signal, anyExitCode: true },
      ...options,
    });
  } catch (error) {
    bounds.signal.throwIfAborted();
    throw notEnded(work, words, workspace, { error, limitMs });
  }
}

function notEnded(
  work: Work,
  words: Words,
  workspace: string,
  { error, limitMs }: { error: unknown; limitMs: number },
): unknown {
  const title = titleOf(work, words);
  if (error instanceof CommandTimeout) {
    return new ActionError(
      `\`${title}\` did not end within ${formatDuration(limitMs)} in ${workspace}.`,
      {
        details: 'It was asked to stop, and was not killed: its state would be lost.',
        hint: 'If it needs longer, give a longer `timeout` in `driver-options`. If it still runs, it holds the lock of the state until it ends.',
      },
    );
  }
  if (error instanceof CommandError) {
    return new ActionError(`\`${title}\` was ended by a signal in ${workspace}.`, {
      details: ownWords(error.result).split('\n').slice(-TOLD_LINES).join('\n'),
      hint: 'What it was making may not be in its state. Look in the cloud.',
      cause: error,
    });
  }
  return isNotFound(error) ? missing(work, error) : error;
}

function missing({ program }: Work, cause: ActionError): ActionError {
  const isTofu = /tofu/.test(basename(program.binary));
  const [name, action] = isTofu
    ? ['OpenTofu', 'opentofu/setup-opentofu']
    : ['Terraform', 'hashicorp/setup-terraform'];
  return new ActionError(`${name} was not found on the runner: ${program.binary}`, {
    hint: `Install it in a step before this one (\`${action}\`), also for \`down\` and \`sweep\`. Or give its path as \`binary\` in \`driver-options\`.`,
    cause,
  });
}
