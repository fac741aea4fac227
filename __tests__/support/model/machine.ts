import { UnreachableError } from '../../../src/base/unreachable.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import { CommandError, type Executor, type RunOptions } from '../../../src/exec/executor.ts';
import type { SshTarget } from '../../../src/ssh/connect.ts';
import type { SshExecutor } from '../../../src/ssh/executor.ts';
import { machineIn, runCommand } from './commands.ts';
import type { Engine } from './engine.ts';
import { dial } from './http.ts';
import { unknown, type World } from './world.ts';

/** Runs commands on the machine of an engine of the model. */
export function executorOf(engine: Engine, where: string): Executor {
  return {
    where,
    run: async (argv: Argv, options: RunOptions = {}) => {
      options.signal?.throwIfAborted();
      // Nothing answers in the same moment.
      await new Promise(setImmediate);
      const result = await runCommand(engine, argv, options);
      options.signal?.throwIfAborted();
      if (result.exitCode === 0 || options.anyExitCode) return result;
      throw new CommandError(where, argv, result);
    },
    open: async (argv) => {
      const [, , , name = '', ...words] = argv;
      const isInside = argv.slice(0, 3).join(' ') === 'docker exec --interactive';
      const [place, line] = isInside ? [machineIn(engine, name), words] : [engine, argv];
      if (line.join(' ') === 'docker system dial-stdio') return dial(place);
      throw unknown(engine.world, argv.join(' '), 'machine.ts');
    },
  };
}

/**
 * Connects to the machine at an address, as `connectSsh` does. Throws `UnreachableError` where none
 * is there, or no key was put into it.
 */
export function connectTo(world: World, runner: Engine, target: SshTarget): SshExecutor {
  const engine = world.engines.get(target.host);
  const container = [...runner.containers.values()].find(({ address }) => address === target.host);
  if (!engine || (container && !container.admits)) {
    throw new UnreachableError(`${target.host} did not answer SSH`);
  }
  return {
    ...executorOf(engine, target.name),
    outage: () => undefined,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}
