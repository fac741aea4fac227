import { Duplex, type Readable, type Writable } from 'node:stream';

interface RunningCommand {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /**
   * Settles when the command is gone and all of its output has been read: with an error where it
   * did not end well.
   */
  readonly ended: Promise<Error | undefined>;
  /** Ends the command. Called also when it has ended already. */
  stop(): void;
  /** What of a piece of the standard output is handed on; all of it where nothing is said. */
  readonly keep?: ((chunk: Buffer) => Buffer) | undefined;
}

/**
 * The standard input and output of a running command as one stream. The readable side ends when the
 * command has ended well and breaks with the command's error when it has not; destroying the stream
 * ends the command.
 */
export function commandStream(command: RunningCommand): Duplex {
  const { stdin, stdout, keep = (chunk: Buffer) => chunk } = command;
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => {
      stdout.resume();
    },
    // A failed write is not the story: the command went away, and `ended` is about to tell why.
    write: (chunk, encoding, callback) => {
      stdin.write(chunk, encoding, () => callback());
    },
    final: (callback) => {
      stdin.end();
      callback();
    },
    destroy: (error, callback) => {
      command.stop();
      stdout.resume();
      callback(error);
    },
  });
  stdin.on('error', () => {});
  stdout.on('data', (chunk: Buffer) => {
    const wanted = keep(chunk);
    if (stream.destroyed || wanted.length === 0) return;
    if (!stream.push(wanted)) stdout.pause();
  });
  stdout.pause();
  void command.ended.then((error) => {
    if (stream.destroyed) return;
    if (error) stream.destroy(error);
    else stream.push(null);
  });
  return stream;
}
