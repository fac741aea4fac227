import type { LoadedDriver, NamedDriver } from '../inputs/driver.ts';
import { loadDriver } from '../machines/drivers.ts';
import { maskVariables } from './runner/mask.ts';

/** The driver of this name, its secret variables masked from now on; undefined if there is none. */
export async function loadMasked(name: string): Promise<LoadedDriver> {
  const definition = await loadDriver(name);
  maskVariables(definition?.secretVariables ?? []);
  return definition;
}

/** As `loadMasked`, for each of these names. */
export async function loadAllMasked(names: readonly string[]): Promise<readonly NamedDriver[]> {
  const loaded: NamedDriver[] = [];
  for (const name of names) loaded.push({ name, definition: await loadMasked(name) });
  return loaded;
}
