import type { Duplex } from 'node:stream';
import type { Argv } from '../exec/argv.ts';
import type { Executor } from '../exec/executor.ts';

/** A stream to an engine that is opened before anything is to be asked over it. */
export interface EarlyStream extends Disposable {
  /**
   * The stream, for whoever asks first; undefined where it could not be opened, or is gone by then.
   */
  take(): Promise<Duplex | undefined>;
}

/** Begins to open a stream by a command. What goes wrong is told to nobody. */
export function openEarly(executor: Pick<Executor, 'open'>, command: Argv): EarlyStream {
  const opened = executor.open(command).then(
    (stream) => stream.on('error', () => {}),
    () => undefined,
  );
  let isFree = true;
  return {
    take: async () => {
      if (!isFree) return undefined;
      isFree = false;
      const stream = await opened;
      return stream?.destroyed ? undefined : stream;
    },
    [Symbol.dispose]: () => {
      if (!isFree) return;
      isFree = false;
      void opened.then((stream) => stream?.destroy());
    },
  };
}
