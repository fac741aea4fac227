import type { Duplex, Readable } from 'node:stream';
import { formatDuration } from '../base/duration.ts';
import { ActionError } from '../base/errors.ts';
import type { Argv } from './argv.ts';
import { quote } from './quote.ts';

export interface RunOptions {
  /**
   * Written to the command's standard input, which is then closed. A stream is written with
   * backpressure, and destroyed when `run` settles.
   */
  readonly stdin?: string | Uint8Array | Readable;
  /** Ends the command; `run` then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Limit in ms, 120 000 where nothing is said. */
  readonly timeoutMs?: number | undefined;
  /**
   * Set on top of this process's environment, where what is undefined is taken away. On Windows
   * names that differ only in case are one. Only the runner honours it: nothing of it is sent over
   * SSH.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `false`: `env` is all of the command's environment. Only the runner honours it. */
  readonly inheritEnv?: boolean;
  /** The folder the command starts in, else that of this process. Only the runner honours it. */
  readonly cwd?: string | undefined;
  /** Resolve with the result also when the exit code is not 0. */
  readonly anyExitCode?: boolean;
  /**
   * Running it twice does what running it once does: where its connection is lost, and
   * re-established, it is run again. A command that was not sent yet is, in any case. Only hosts
   * that stay are connected to again.
   */
  readonly repeatable?: boolean;
  /**
   * The command is short and reads no input, and may run to its end after an abort or the time
   * limit: `run` then rejects at once. The runner runs it by @actions/exec. Machines ignore this.
   */
  readonly mayRunOn?: boolean;
  /** The command is never killed. Only the runner honours it, and reads no `stdin` then. */
  readonly outlives?: Outliving | undefined;
  /** Called with each line of both streams as it arrives. */
  readonly onLine?: (line: string) => void;
  /**
   * Called with each line of standard error, in place of `onLine`, as it arrives. Only the runner
   * honours it, and not for a command that `mayRunOn`.
   */
  readonly onErrorLine?: (line: string) => void;
}

/**
 * How a command is asked to stop that would leave a mess if it were killed. It gets SIGINT once, on
 * abort or at the time limit. If it goes on, it is left behind. On Windows it gets nothing, as the
 * runner's Ctrl-C has reached it already.
 */
export interface Outliving {
  /** A folder for files with its output: a pipe would break with the process that reads it. */
  readonly folder: string;
  /** How long it may take to stop, in ms: after an abort, and after the time limit. */
  readonly stopMs: { readonly aborted: number; readonly timedOut: number };
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long an engine that does not answer is asked again. */
export interface Patience {
  /** From the first question without an answer, in ms. */
  readonly limitMs: number;
  /** To be told that there was no answer, with what is known of why. */
  silent(words: string): void;
  /** To be told that there is one again. */
  answered(): void;
}

/** Runs commands in one place: on the runner, or on a machine over one SSH connection. */
export interface Executor {
  /** For messages: "the runner", or the machine's name. */
  readonly where: string;
  /** Set where it refuses what is not known to only read, as in a dry run. */
  readonly readsOnly?: true;
  /** A command as it is run there, with what is put before it (sudo); without this, as it is. */
  readonly asRun?: (argv: Argv) => Argv;
  /** Set where an engine that does not answer is waited for. */
  readonly patience?: Patience;
  /**
   * Rejects with `CommandError` on a non-zero exit (unless `anyExitCode`), on a timeout with
   * `CommandTimeout`, on abort with the signal's reason.
   */
  run(argv: Argv, options?: RunOptions): Promise<RunResult>;
  /**
   * Starts a command and gives its standard input and output as one stream; destroying the stream
   * ends the command.
   */
  open(argv: Argv): Promise<Duplex>;
}

export const DEFAULT_TIMEOUT_MS = 120_000;

/**
 * A command that ended with a non-zero exit code, or by a signal. Keeps argv, code and both streams
 * whole.
 */
export class CommandError extends ActionError {
  readonly argv: Argv;
  readonly result: RunResult;

  /**
   * `endedBy` names the signal that ended the command; `result.exitCode` is then 128 plus its
   * number, as in a shell.
   */
  constructor(where: string, argv: Argv, result: RunResult, endedBy?: string) {
    const how = endedBy ? `was ended by ${endedBy}` : 'failed';
    const code = endedBy ? '' : ` with exit code ${result.exitCode}`;
    super(`Command ${how} on ${where}${code}: ${quote(argv)}`, { details: ownWords(result) });
    this.argv = argv;
    this.result = result;
  }
}

/** A command that was ended because it took too long. Keeps what it had said by then. */
export class CommandTimeout extends ActionError {
  readonly output: Pick<RunResult, 'stdout' | 'stderr'>;

  constructor(
    where: string,
    argv: Argv,
    timeoutMs: number,
    output: Pick<RunResult, 'stdout' | 'stderr'>,
  ) {
    const limit = formatDuration(timeoutMs);
    super(`Command did not end within ${limit} on ${where}: ${quote(argv)}`, {
      details: ownWords(output),
    });
    this.output = output;
  }
}

/** What a command said, its errors first. */
export function ownWords(result: Pick<RunResult, 'stdout' | 'stderr'>): string {
  return [result.stderr, result.stdout]
    .map((text) => text.trim())
    .filter(Boolean)
    .join('\n');
}
