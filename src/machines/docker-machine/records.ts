import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import { entries, readFolder, type Storage } from './storage.ts';

/**
 * How far a machine has come. `asked`: docker-machine was called, and it is not known what its
 * driver has done. `failed`: it ended by itself before its driver had made the machine. `saved`: it
 * has written what its driver has made, so that it can remove it. `removing`: it was asked to.
 * `doubt`: it has forgotten a machine that may exist.
 */
const phase = z.enum(['asked', 'failed', 'saved', 'ready', 'removing', 'doubt']);

const record = z.object({
  version: z.literal(1),
  /** What docker-machine calls it. */
  name: z.string(),
  index: z.int(),
  driver: z.string(),
  labels: z.record(z.string(), z.string()),
  /** RFC 3339. */
  created: z.string(),
  phase,
  /** How it is entered; of one that is ready. */
  entry: z.object({ user: z.string(), port: z.int(), keyPath: z.string() }).optional(),
});

export type MachineRecord = z.infer<typeof record>;
export type Phase = z.infer<typeof phase>;

/** Where the record of a machine lies. */
export const recordPath = ({ records }: Storage, name: string) => join(records, `${name}.json`);

/** The user data that a machine is made with, while it is made. */
export const userDataPath = ({ records }: Storage, name: string) =>
  join(records, `${name}.user-data`);

/** Writes a record anew: a reader sees the old one or the new one. */
export async function writeRecord(storage: Storage, one: MachineRecord): Promise<void> {
  const path = recordPath(storage, one.name);
  const fresh = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(fresh, JSON.stringify(one), { mode: 0o600 });
  await rename(fresh, path);
}

/**
 * Writes what has become of a machine. Throws `ActionError` where another run has removed it
 * meanwhile: by a record without a machine, docker-machine would seem to have lost it.
 */
export async function updateRecord(storage: Storage, one: MachineRecord): Promise<void> {
  const isRemoved =
    (await readFolder(storage, one.name)).kind === 'none' &&
    (await readRecord(storage, one.name)) === undefined;
  if (isRemoved) {
    throw new ActionError(`Another run has removed machine ${one.name}.`, {
      hint: 'See whether two runs use the same `cluster`.',
    });
  }
  await writeRecord(storage, one);
}

/** Undefined where there is none. Throws `ActionError` for one that cannot be read. */
export async function readRecord(
  storage: Storage,
  name: string,
): Promise<MachineRecord | undefined> {
  const path = recordPath(storage, name);
  try {
    return record.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ActionError(`${path} is not a record of a machine that is known here.`, {
      details: error instanceof Error ? error.message : String(error),
      hint: 'A newer release of the action may have written it: use that one. It says whose a machine is, so it is not passed over.',
      cause: error,
    });
  }
}

/** What is written of a machine, with its host's private key, goes with it. */
export async function removeRecord(storage: Storage, name: string): Promise<void> {
  await rm(userDataPath(storage, name), { force: true });
  // A run that was killed may have left one that it was writing.
  const unfinished = ((await entries(storage.records)) ?? []).filter((file) =>
    file.startsWith(`${name}.json.`),
  );
  for (const file of unfinished) await rm(join(storage.records, file), { force: true });
  await rm(recordPath(storage, name), { force: true });
}

/** The names of all machines that have a record. */
export async function recordNames(storage: Storage): Promise<readonly string[]> {
  const files = (await entries(storage.records)) ?? [];
  return files.flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? []);
}
