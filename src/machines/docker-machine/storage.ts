import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import { exists } from '../../base/files/exists.ts';
import type { Labels } from '../ownership.ts';

/** docker-machine's files, and those of this action beside them. */
export interface Storage {
  /** The storage path of docker-machine. */
  readonly folder: string;
  /** One folder for each machine. */
  readonly machines: string;
  /** One record for each machine of this action's. */
  readonly records: string;
}

export function storageAt(folder: string): Storage {
  return { folder, machines: join(folder, 'machines'), records: join(folder, 'swarm-up') };
}

/** Makes what is missing of it. */
export async function makeStorage({ folder, records }: Storage): Promise<void> {
  await mkdir(records, { recursive: true, mode: 0o700 });
  // Without it, docker-machine sends reports of failures to its makers of 2019.
  await writeFile(join(folder, 'no-error-report'), '', { flag: 'a' });
}

/**
 * Throws `ActionError` if the storage is not there: what was made with it then can neither be found
 * nor be removed, and may still exist.
 */
export async function refuseLost({ folder, records }: Storage): Promise<void> {
  if (await exists(records)) return;
  throw new ActionError(`There is no storage of docker-machine at ${folder}.`, {
    details:
      'Without it, machines that were made can neither be found nor removed from here. They may still exist, and cost money.',
    hint: `Run this on the runner that made them, with the same \`storage-path\`. If the storage is lost, look for the machines at their provider. If nothing was ever made from here, say so: mkdir -p ${records}`,
  });
}

const config = z.object({
  DriverName: z.string(),
  Driver: z.object({ IPAddress: z.string().nullish() }),
  HostOptions: z.object({
    EngineOptions: z.object({ Labels: z.array(z.string()).nullish() }).nullish(),
  }),
});

/** What docker-machine has of a machine. */
export type MachineFolder =
  /** There is no folder of it. */
  | { readonly kind: 'none' }
  /** docker-machine ended before it wrote anything: no driver was asked for a machine. */
  | { readonly kind: 'empty' }
  /** Its record is lost, or cannot be read. */
  | { readonly kind: 'unreadable' }
  | {
      readonly kind: 'known';
      readonly driver: string;
      /** Empty before its driver has made it; some drivers never write it. */
      readonly address: string;
      /** Of its engine, which only `create` writes. */
      readonly labels: Labels;
    };

export async function readFolder({ machines }: Storage, name: string): Promise<MachineFolder> {
  const folder = join(machines, name);
  const names = await entries(folder);
  if (names === undefined) return { kind: 'none' };
  if (names.length === 0) return { kind: 'empty' };
  try {
    const text = await readFile(join(folder, 'config.json'), 'utf8');
    const { DriverName, Driver, HostOptions } = config.parse(JSON.parse(text));
    return {
      ...{ kind: 'known', driver: DriverName, address: Driver.IPAddress ?? '' },
      labels: labelsOf(HostOptions.EngineOptions?.Labels ?? []),
    };
  } catch {
    return { kind: 'unreadable' };
  }
}

/** Only an empty one; gone already is success. */
export async function removeEmptyFolder({ machines }: Storage, name: string): Promise<void> {
  await rmdir(join(machines, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** The names of all machines that docker-machine has a folder for. */
export async function machineNames({ machines }: Storage): Promise<readonly string[]> {
  const names = (await entries(machines)) ?? [];
  return names.filter((name) => !name.startsWith('.'));
}

/** Undefined where there is no such folder. */
export async function entries(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}

function labelsOf(pairs: readonly string[]): Labels {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
