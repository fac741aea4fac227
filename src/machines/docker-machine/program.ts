import { ActionError } from '../../base/errors.ts';
import { CommandError, type Executor, ownWords } from '../../exec/executor.ts';
import { withoutOwnVariables } from '../own-variables.ts';
import { NOT_OF_THE_JOB } from '../virtual-machine/not-of-the-job.ts';
import { commandLine, type Words } from './commands.ts';

/** Of a question, which may ask the API of a cloud, in ms. */
const QUESTION_MS = 60_000;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** In ms. */
  readonly timeoutMs?: number | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How a call has ended. */
export interface Answer {
  readonly exitCode: number;
  readonly text: string;
  /** What it said, its errors first. */
  readonly said: string;
}

/** docker-machine on the runner, with one storage path. */
export interface Program {
  readonly binary: string;
  readonly storage: string;
  /** Gives standard output. Rejects as `Executor.run`. */
  run(words: Words, options?: CallOptions): Promise<string>;
  /** The same for a command that may fail. */
  attempt(words: Words, options?: CallOptions): Promise<Answer>;
}

/**
 * Calls docker-machine. Its environment is that of the step: by that it is given tokens. The inputs
 * of this action are none of its business.
 */
export function dockerMachine(
  runner: Executor,
  { binary, storage }: Pick<Program, 'binary' | 'storage'>,
  variables: Readonly<Record<string, string | undefined>>,
): Program {
  const env = {
    ...withoutOwnVariables(variables),
    ...NOT_OF_THE_JOB,
    // Plugins look for it there, and not among the words.
    MACHINE_STORAGE_PATH: storage,
  };
  const call = async (words: Words, { signal, timeoutMs, onLine }: CallOptions) =>
    await runner.run(commandLine(binary, storage, words), {
      ...{ env, signal, timeoutMs: timeoutMs ?? QUESTION_MS, anyExitCode: true },
      ...(onLine && { onLine }),
    });
  return {
    ...{ binary, storage },
    run: async (words, options = {}) => {
      const result = await call(words, options);
      if (result.exitCode === 0) return result.stdout;
      throw new CommandError(runner.where, commandLine(binary, storage, words), result);
    },
    attempt: async (words, options = {}) => {
      const result = await call(words, options);
      return { exitCode: result.exitCode, text: result.stdout, said: ownWords(result) };
    },
  };
}

/** What a question was to answer and did not. */
export function unreadable(program: Program, words: Words, text: string): ActionError {
  return new ActionError(
    `docker-machine gave another answer to \`${words.join(' ')}\` than is known.`,
    {
      details: text.trim() || '(nothing)',
      hint: `See by hand: ${program.binary} -s ${program.storage} ${words.join(' ')}. docker-machine 0.16 and GitLab's fork of it answer as expected.`,
    },
  );
}
