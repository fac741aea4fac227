import type { Executor } from '../exec/executor.ts';
import type { Guard, ReadForm } from '../exec/read-only-executor.ts';
import type {
  Driver,
  DriverContext,
  DriverDefinition,
  DriverSource,
  MachineDriver,
  ReadDriver,
  Role,
} from './driver.ts';
import { readOnlyDriver } from './read-only-driver.ts';

/** The driver of a step, its inputs and options read and checked. */
export interface ChosenDriver
  extends Pick<DriverDefinition<unknown>, 'name' | 'makesMachines' | 'onRunner'> {
  /** The role of each machine, if the inputs of the driver name the machines. */
  readonly roles: readonly Role[] | undefined;
  /** Its `driver-options`, which its own schema has checked. */
  readonly options: unknown;
  /** With `context.guard`, the driver only reads. */
  create(context: DriverContext): Driver;
}

/** A driver with its inputs read, and options that its schema has checked. */
export function chosenDriver(
  definition: DriverDefinition<unknown>,
  read: ReadDriver<unknown>,
  options: unknown,
): ChosenDriver {
  const { name, makesMachines, onRunner, reads = [] } = definition;
  const create = ({ guard, ...context }: DriverContext): Driver => {
    if (!guard) return read.create(options, context);
    const forms = [...reads, ...(definition.readsOf?.(options) ?? [])];
    const runner = readingRunner(context.runner, guard, forms);
    return readOnlyDriver(read.create(options, { ...context, runner, guard }), guard);
  };
  return { name, makesMachines, onRunner, roles: read.roles, options, create };
}

/** The runner of a dry run, on which the driver may ask what it says that it asks. */
function readingRunner(runner: Executor, guard: Guard, reads: readonly ReadForm[]): Executor {
  const guarded = guard(runner);
  return {
    ...guarded,
    run: (argv, options) =>
      (reads.some((isRead) => isRead(argv)) ? runner : guarded).run(argv, options),
  };
}

/** Whether clusters of the driver are found without any input: by what is on the runner alone. */
export function needsNoInputs({ makesMachines, placeOptions }: DriverDefinition<unknown>): boolean {
  return makesMachines && placeOptions === undefined;
}

/** A driver by its defaults. Throws `Error` if `needsNoInputs` does not hold for it. */
export function driverByDefault(
  definition: DriverDefinition<unknown>,
  context: DriverContext,
): MachineDriver {
  const options = definition.options.parse({});
  const driver = chosenDriver(definition, definition.read(NOTHING_GIVEN), options).create(context);
  if (driver.makesMachines) return driver;
  throw new Error(`The driver ${definition.name} needs inputs.`);
}

const NOTHING_GIVEN: DriverSource = {
  read: () => '',
  variables: {},
  problem: (input, _shown, reason) => {
    throw new Error(`${input}: ${reason}`);
  },
  warn: () => {},
  purpose: 'find',
};
