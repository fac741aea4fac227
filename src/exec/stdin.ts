import { Readable, type Writable } from 'node:stream';

/**
 * Writes all of `input` to a command's standard input, with backpressure, and closes it. A command
 * may stop reading whenever it likes (`head -c 1`): that is no failure, its exit code says how it
 * went. An input that breaks off is one: `onBroken` is called once with the reason, and the command
 * must then be ended, because it would take what it got for the whole.
 */
export function writeInput(
  input: string | Uint8Array | Readable | undefined,
  stdin: Writable,
  onBroken: (reason: Error) => void,
): void {
  stdin.on('error', ignore);
  if (!(input instanceof Readable)) {
    stdin.end(input);
    return;
  }
  let over = false;
  const settle = (reason?: Error): void => {
    if (over) return;
    over = true;
    if (reason) onBroken(reason);
  };
  const stopReading = (): void => {
    settle();
    input.destroy();
  };
  stdin.once('error', stopReading).once('close', stopReading);
  input.once('end', () => settle());
  input.once('error', settle);
  input.once('close', () => settle(new Error('The input ended before all of it was read.')));
  if (input.destroyed)
    settle(input.errored ?? new Error('The input was closed before it was read.'));
  else input.pipe(stdin);
}

/**
 * Ends an input stream that nobody reads any more, so that what makes it (`docker save`, a file)
 * ends too.
 */
export function abandonInput(input: string | Uint8Array | Readable | undefined): void {
  if (input instanceof Readable) input.destroy();
}

function ignore(): void {}
