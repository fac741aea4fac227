import type { Duplex } from 'node:stream';
import { commandStream } from './command-stream.ts';
import {
  type Argv,
  CommandError,
  CommandTimeout,
  DEFAULT_TIMEOUT_MS,
  type RunOptions,
  type RunResult,
} from './executor.ts';
import { feed } from './feed.ts';
import { limit } from './limit.ts';
import { LostConnection, NoChannel } from './lost-connection.ts';
import { collectOutput } from './output.ts';
import { quote } from './quote.ts';
import { type Exit, sshChannels } from './ssh-channels.ts';
import type { SshLink } from './ssh-connect.ts';
import { outputMark } from './ssh-line.ts';
import { type SshTarget, where } from './ssh-target.ts';

/** How long `open` may wait for its channel, in ms: it has no options of its own. */
const OPEN_MS = 30_000;

/** Runs commands over one connection, as long as it lasts. */
export interface SshSession {
  /** Aborted, with the reason, as soon as the connection is no more. */
  readonly lost: AbortSignal;
  /** As `run` of an executor, but rejects with `LostConnection` where the connection went; an input stream is left as it is then. */
  run(argv: Argv, options: RunOptions): Promise<RunResult>;
  /** As `open` of an executor; rejects, and breaks the stream, with `LostConnection` where the connection went. */
  open(argv: Argv): Promise<Duplex>;
  close(): Promise<void>;
}

export function sshSession(target: SshTarget, link: SshLink): SshSession {
  const channels = sshChannels(target, link);
  const mark = outputMark();

  const lost = (argv: Argv, sent: boolean, reason?: unknown): LostConnection =>
    new LostConnection(target, argv, sent, reason ?? link.lost.reason);

  async function run(argv: Argv, options: RunOptions): Promise<RunResult> {
    options.signal?.throwIfAborted();
    if (link.lost.aborted) throw lost(argv, false);
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const stdout = collectOutput(options.onLine);
    const stderr = collectOutput(options.onLine);
    const { keep, unmarked } = mark.filter();
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
    try {
      const channel = await channels.open(mark.line(argv), bounds.signal, () => {
        sent = true;
      });
      channel.on('data', (chunk: Buffer) => guarded(() => stdout.write(keep(chunk))));
      channel.stderr.on('data', (chunk: Buffer) => guarded(() => stderr.write(chunk)));
      feed(options.stdin, channel, bounds.stop);
      exit = await channels.ended(channel, bounds.signal);
    } catch (error) {
      if (link.lost.aborted && (error === link.lost.reason || !bounds.signal.aborted)) {
        throw lost(argv, sent);
      }
      throw error;
    }
    stdout.write(unmarked());
    stdout.end();
    stderr.end();
    return judge(argv, exit, { stdout: stdout.text(), stderr: stderr.text() }, options);
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
      const { keep, unmarked } = mark.filter();
      const ended = channels.ended(channel, link.lost).then(
        (exit) => {
          judge(argv, exit, { stdout: unmarked().toString(), stderr: stderr.text() });
          return undefined;
        },
        () => lost(argv, true),
      );
      return commandStream({
        stdin: channel,
        stdout: channel,
        keep,
        stop: () => void channels.stop(channel, true),
        ended: ended.catch((error: Error) => error),
      });
    },
    close: channels.close,
  };
}
