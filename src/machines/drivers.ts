import { dockerDriver } from './docker/driver.ts';
import type { Driver, DriverContext } from './driver.ts';
import { qemuDriver } from './qemu/driver.ts';
import { readOnlyDriver } from './read-only-driver.ts';
import { sshDriver } from './ssh/driver.ts';

/** The drivers there are, by the name that the input `driver` gives. */
export const DRIVERS = { docker: dockerDriver, qemu: qemuDriver, ssh: sshDriver } as const;

export type DriverName = keyof typeof DRIVERS;

export function isDriverName(name: string): name is DriverName {
  return Object.hasOwn(DRIVERS, name);
}

/**
 * A driver with its options, which its own schema has checked or checks now; with `guard`, one that
 * only reads. Throws `ZodError` where they are not its own.
 */
export function createDriver(name: DriverName, options: unknown, context: DriverContext): Driver {
  const { guard, runner } = context;
  if (!guard) return create(name, options, context);
  return readOnlyDriver(create(name, options, { ...context, runner: guard(runner) }), guard);
}

function create(name: DriverName, options: unknown, context: DriverContext): Driver {
  // One by one, because only here does the compiler know which options belong to which driver.
  switch (name) {
    case 'docker':
      return dockerDriver.create(dockerDriver.options.parse(options), context);
    case 'qemu':
      return qemuDriver.create(qemuDriver.options.parse(options), context);
    case 'ssh':
      return sshDriver.create(sshDriver.options.parse(options), context);
  }
}
