import type { DriverLog } from '../base/log.ts';

/**
 * Sweeps where one driver has its machines, then where the next has: one that fails keeps no other
 * from its turn. Throws what the only driver threw, or one `AggregateError` that names those of
 * several that failed; after an abort, its reason.
 */
export async function sweepInTurn<Driver extends { readonly name: string }>(
  drivers: readonly Driver[],
  sweepOne: (driver: Driver) => Promise<void>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: DriverLog },
): Promise<void> {
  const [only, ...others] = drivers;
  if (only && others.length === 0) return await sweepOne(only);
  const failed: { readonly name: string; readonly error: unknown }[] = [];
  for (const driver of drivers) {
    const { name } = driver;
    log.info(`Driver ${name}`);
    await sweepOne(driver).catch((error: unknown) => failed.push({ name, error }));
    signal.throwIfAborted();
  }
  if (failed.length === 0) return;
  throw new AggregateError(
    failed.map(({ error }) => error),
    `${failed.length} of ${drivers.length} drivers could not be swept completely: ${failed.map(({ name }) => name).join(', ')}`,
  );
}
