import type { Duplex } from 'node:stream';
import type { Argv } from '../../exec/argv.ts';
import type { Executor } from '../../exec/executor.ts';
import type { SshExecutor } from '../../ssh/executor.ts';

/** Runs a command in a running container, with standard input. */
export function insideContainer(container: string, argv: Argv): Argv {
  return ['docker', 'exec', '--interactive', container, ...argv];
}

/** Runs commands in a container without a connection to it, so that it need not let anybody in. */
export function containerExecutor(runner: Executor, container: string): SshExecutor {
  const streams = new Set<Duplex>();
  const close = async (): Promise<void> => {
    for (const stream of streams) stream.destroy();
  };
  return {
    where: container,
    run: (argv, options) => runner.run(insideContainer(container, argv), options),
    open: async (argv) => {
      const stream = await runner.open(insideContainer(container, argv));
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
      return stream;
    },
    outage: () => undefined,
    close,
    [Symbol.asyncDispose]: close,
  };
}
