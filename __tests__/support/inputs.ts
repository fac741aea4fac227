import { driverNames } from '../../src/inputs/driver.ts';
import type { DriverDefinition } from '../../src/machines/driver.ts';
import { DRIVER_NAMES, loadDriver } from '../../src/machines/drivers.ts';

type Read = (name: string) => string;

/** The drivers of the tests are for Linux, on whatever system these run. */
const PLATFORM = 'linux';

/** Every driver there is. */
export const LOADED = new Map<string, DriverDefinition<unknown>>();
for (const name of DRIVER_NAMES) {
  const definition = await loadDriver(name);
  if (definition) LOADED.set(name, definition);
}

/** As the action parses inputs: with the driver that they name. */
function withDriver<Environment, Inputs>(
  parse: (
    read: Read,
    environment: Environment,
    definition: DriverDefinition<unknown> | undefined,
    warn?: (message: string) => void,
  ) => Inputs,
) {
  return (read: Read, environment: Environment, warn?: (message: string) => void): Inputs =>
    parse(read, { platform: PLATFORM, ...environment }, LOADED.get(read('driver')), warn);
}

const up = await import('../../src/inputs/up.ts');
const removal = await import('../../src/inputs/down-sweep.ts');
const operations = await import('../../src/inputs/operations.ts');

export const parseInputs = withDriver(up.parseInputs);
export const parseDownInputs = withDriver(removal.parseDownInputs);
export const parseSweepInputs = (
  read: Read,
  environment: Parameters<typeof removal.parseSweepInputs>[1],
) =>
  removal.parseSweepInputs(
    read,
    { platform: PLATFORM, ...environment },
    driverNames(read('driver')).map((name) => ({ name, definition: LOADED.get(name) })),
  );
export const parseStatusInputs = withDriver(operations.parseStatusInputs);
export const parseLogsInputs = withDriver(operations.parseLogsInputs);
export const parseRollbackInputs = withDriver(operations.parseRollbackInputs);
