import type { Duplex } from 'node:stream';
import { formatDuration } from '../base/duration.ts';
import { limit } from '../base/time-limit.ts';
import type { Argv } from '../exec/argv.ts';
import { commandStream } from '../exec/command-stream.ts';
import {
  CommandError,
  CommandTimeout,
  DEFAULT_TIMEOUT_MS,
  type RunOptions,
  type RunResult,
} from '../exec/executor.ts';
import { collectOutput, type Output } from '../exec/output.ts';
import { quote } from '../exec/quote.ts';
import { writeInput } from '../exec/stdin.ts';
import type { Exit } from './channels.ts';
import { sshConnections } from './connections.ts';
import type { SshLink } from './handshake.ts';
import { LostConnection, NoChannel } from './lost-connection.ts';
import { NoShell } from './no-shell.ts';
import { type MarkFilter, outputMark } from './output-mark.ts';
import { type SshTarget, where } from './target.ts';

/** How long `open` may wait for its channel, in ms: it has no options of its own. */
const OPEN_MS = 30_000;

/**
 * How long the first shell of a connection may take to reach its command: this in ms, or so many
 * times what the login took, which is longer on a host that is slow. Later shells of a host of
 * which one has reached it have all the time of their commands.
 */
const SHELL_MS = 7_000;
const SHELL_TIMES = 10;

/** Runs commands over one connection, as long as it lasts. */
export interface SshSession {
  /** Aborted, with the reason, as soon as the connection is no more. */
  readonly lost: AbortSignal;
  /**
   * As `run` of an executor, but rejects with `LostConnection` where the connection went; an input
   * stream is left as it is then.
   */
  run(argv: Argv, options: RunOptions): Promise<RunResult>;
  /**
   * As `open` of an executor; rejects, and breaks the stream, with `LostConnection` where the
   * connection went.
   */
  open(argv: Argv): Promise<Duplex>;
  close(): Promise<void>;
}

export function sshSession(target: SshTarget, link: SshLink): SshSession {
  const channels = sshConnections(target, link);
  const mark = outputMark();
  /** A shell has reached its command. */
  let isProven = false;

  const lost = (argv: Argv, sent: boolean, reason?: unknown): LostConnection =>
    new LostConnection(target, argv, sent, reason ?? link.lost.reason);

  async function run(argv: Argv, options: RunOptions): Promise<RunResult> {
    options.signal?.throwIfAborted();
    if (link.lost.aborted) throw lost(argv, false);
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const stdout = collectOutput(options.onLine);
    const stderr = collectOutput(options.onLine);
    const filter = mark.filter();
    using bounds = limit([options.signal, link.lost], timeoutMs, () => {
      const output = { stdout: stdout.text(), stderr: stderr.text() };
      return new CommandTimeout(target.name, argv, timeoutMs, output);
    });
    const guarded = (take: () => void): void => {
      try {
        take();
      } catch (error) {
        bounds.stop(error);
      }
    };
    let sent = false;
    let exit: Exit;
    using shell = awaitShell(filter, stderr, bounds.stop);
    try {
      const channel = await channels.open(mark.line(argv), bounds.signal, () => {
        sent = true;
      });
      shell.begin();
      channel.on('data', (chunk: Buffer) => guarded(() => stdout.write(shell.keep(chunk))));
      channel.stderr.on('data', (chunk: Buffer) => guarded(() => stderr.write(chunk)));
      writeInput(options.stdin, channel, bounds.stop);
      exit = await channels.ended(channel, bounds.signal);
    } catch (error) {
      if (link.lost.aborted && (error === link.lost.reason || !bounds.signal.aborted)) {
        throw lost(argv, sent);
      }
      throw error;
    }
    stdout.end();
    stderr.end();
    shell.refuse(exit);
    return judge(argv, exit, { stdout: stdout.text(), stderr: stderr.text() }, options);
  }

  /**
   * Sees to it that a shell reaches its command. `stop` is called with `NoShell` where the first
   * one of the connection does not in time; `refuse` throws it where one has ended before.
   */
  function awaitShell(filter: MarkFilter, stderr: Output, stop: (reason: NoShell) => void) {
    let timer: NodeJS.Timeout | undefined;
    const noShell = (end: string): NoShell => {
      const stdout = filter.unmarked().toString();
      return new NoShell(target, { stdout, stderr: stderr.text(), end });
    };
    const done = (): void => clearTimeout(timer);
    return {
      begin: (): void => {
        if (isProven) return;
        const ms = Math.max(SHELL_MS, SHELL_TIMES * link.tookMs);
        timer = setTimeout(() => stop(noShell(`nothing began within ${formatDuration(ms)}`)), ms);
      },
      keep: (chunk: Buffer): Buffer => {
        const own = filter.keep(chunk);
        if (filter.isMarked) {
          isProven = true;
          done();
        }
        return own;
      },
      refuse: ({ code, signal }: Exit): void => {
        done();
        const saidSomething = filter.unmarked().length > 0 || stderr.text() !== '';
        if (filter.isMarked || (code === undefined && !saidSomething)) return;
        throw noShell(signal ? `ended by ${signal}` : `exit code ${code ?? 'unknown'}`);
      },
      [Symbol.dispose]: done,
    };
  }

  function judge(
    argv: Argv,
    exit: Exit,
    texts: Pick<RunResult, 'stdout' | 'stderr'>,
    options: RunOptions = {},
  ): RunResult {
    if (exit.code === undefined) {
      throw lost(argv, true, new Error('The host closed the channel without an exit status.'));
    }
    const result = { exitCode: exit.code, ...texts };
    if (exit.signal) throw new CommandError(target.name, argv, result, exit.signal);
    if (exit.code === 0 || options.anyExitCode) return result;
    throw new CommandError(target.name, argv, result);
  }

  return {
    lost: link.lost,
    run,
    open: async (argv) => {
      if (link.lost.aborted) throw lost(argv, false);
      using bounds = limit([link.lost], OPEN_MS, () => {
        return new NoChannel(
          `No channel to ${where(target)} within ${OPEN_MS / 1000} s for: ${quote(argv)}`,
        );
      });
      let sent = false;
      const onSent = (): void => {
        sent = true;
      };
      const channel = await channels.open(mark.line(argv), bounds.signal, onSent).catch((error) => {
        throw link.lost.aborted ? lost(argv, sent) : error;
      });
      const stderr = collectOutput();
      channel.stderr.on('data', stderr.write);
      const shell = awaitShell(mark.filter(), stderr, (reason) => bounds.stop(reason));
      const ended = channels.ended(channel, link.lost).then(
        (exit) => {
          shell.refuse(exit);
          judge(argv, exit, { stdout: '', stderr: stderr.text() });
          return undefined;
        },
        () => lost(argv, true),
      );
      return commandStream({
        stdin: channel,
        stdout: channel,
        keep: shell.keep,
        stop: () => void channels.stop(channel, true),
        ended: ended.catch((error: Error) => error),
      });
    },
    close: channels.close,
  };
}
