import { randomBytes } from 'node:crypto';
import type { RmOptions } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { ActionError, describeError } from '../../base/errors.ts';
import type { Machine } from '../driver.ts';
import { type ClusterId, type Owner, ownerLabels, ownerOf } from '../ownership.ts';
import type { ClusterFolder } from './folders.ts';

const labels = z.record(z.string(), z.string());

const clusterRecord = z.object({
  labels,
  /** RFC 3339. */
  created: z.string(),
  /** First three numbers of the addresses of the cluster. */
  subnet: z.string(),
  /** The public key that its machines let in. */
  publicKey: z.string(),
  /** Of the driver qemu; undefined where the machines are at a bridge of the kernel's. */
  userNetwork: z.object({ group: z.string(), loopback: z.string() }).optional(),
  /** Set where it was written to remove what had lost its folder: no cluster is made of it. */
  isStray: z.literal(true).optional(),
});

const machineRecord = z.object({
  name: z.string(),
  index: z.number().int(),
  labels,
  /** Where the runner reaches it. */
  address: z.string(),
  /** Where the other machines reach it; undefined where that is `address`. */
  advertise: z.string().optional(),
  /** Published port of the stack -> port at 127.0.0.1 of the runner. */
  localPorts: z.record(z.string(), z.number()),
  /** Published port -> port at `address`, of a machine that is reached by QEMU alone. */
  forwards: z.record(z.string(), z.number()).optional(),
  /** Set until its sshd has answered: before that, a machine that runs may be only half made. */
  isStarting: z.literal(true).optional(),
});

/** What is written of a cluster before anything of it is made. */
export type ClusterRecord = z.infer<typeof clusterRecord>;
/** What is written of a machine before anything of it is made. */
export type MachineRecord = z.infer<typeof machineRecord>;

/** A cluster that has a folder. */
export interface FoundCluster<Places extends ClusterFolder = ClusterFolder> {
  readonly places: Places;
  readonly record: ClusterRecord;
  readonly owner: Owner;
}

/**
 * Makes the folder of a cluster, with the record and the private key in it from its first moment
 * on. Resolves with false where there is one already. Throws `ActionError` where another run
 * removes the cluster meanwhile.
 */
export async function createClusterFolder(
  places: ClusterFolder,
  record: ClusterRecord,
  privateKey: string,
): Promise<boolean> {
  await mkdir(dirname(places.folder), { recursive: true, mode: 0o700 });
  const fresh = unfinishedFolder(places);
  await mkdir(fresh, { mode: 0o700 });
  try {
    await writeFile(join(fresh, 'id_ed25519'), privateKey, { mode: 0o600 });
    await writeFile(join(fresh, 'cluster.json'), JSON.stringify(record), { mode: 0o600 });
    await rename(fresh, places.folder);
    return true;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['EEXIST', 'ENOTEMPTY'].includes(code)) return false;
    if (code === 'ENOENT') throw removedMeanwhile(places, error);
    throw error;
  }
}

function removedMeanwhile({ folder }: ClusterFolder, cause: unknown): ActionError {
  return new ActionError(
    `Another run has removed cluster ${basename(folder)} while it was being made.`,
    {
      details: describeError(cause),
      hint: 'See whether two runs use the same `cluster`. Then run again.',
      cause,
    },
  );
}

/**
 * Removes the folder of a cluster. Its name is gone at once: who still makes something of the
 * cluster can write nothing into it, and if this is cut off, the rest is an unfinished folder. Gone
 * already is success.
 */
export async function removeClusterFolder(places: ClusterFolder): Promise<void> {
  const going = unfinishedFolder(places);
  try {
    await rename(places.folder, going);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(going, { recursive: true, force: true });
}

/**
 * Removes the folders that a run was about to make a cluster of, or to remove, when it was killed.
 * Each gets another name before: a run that is still at it cannot make a cluster of what is half
 * removed, and writes nothing into it. `patience` is for files that a program still holds.
 */
export async function removeUnfinished(
  state: string,
  id: ClusterId,
  patience: Pick<RmOptions, 'maxRetries' | 'retryDelay'> = {},
): Promise<void> {
  for (const folder of await unfinishedFolders(state, id)) {
    const going = unfinishedFolder({ folder: join(state, id.cluster) });
    const found = await rename(folder, going).then(
      () => going,
      // Windows renames no folder whose files are held.
      (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : folder),
    );
    if (found) await rm(found, { recursive: true, force: true, ...patience });
  }
}

function unfinishedFolder({ folder }: Pick<ClusterFolder, 'folder'>): string {
  return join(dirname(folder), `.${basename(folder)}.${randomBytes(6).toString('hex')}`);
}

/** Writes a record anew: a reader sees the old one or the new one. */
export async function writeRecord(
  path: string,
  record: ClusterRecord | MachineRecord,
): Promise<void> {
  const fresh = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(fresh, JSON.stringify(record), { mode: 0o600 });
  await rename(fresh, path);
}

/**
 * The cluster of this name; undefined where there is no folder of it, or its record is of another
 * cluster, whose folder it is not. Throws where its record is of another form.
 */
export async function readCluster<Places extends ClusterFolder>(
  places: Places,
): Promise<FoundCluster<Places> | undefined> {
  const text = await readIfThere(places.record);
  if (text === undefined) return undefined;
  const record = clusterRecord.parse(JSON.parse(text));
  const owner = ownerOf(record.labels);
  return owner?.cluster === basename(places.folder) ? { places, record, owner } : undefined;
}

/**
 * Every cluster of this user, whoever's it is. A folder that cannot be read, or has not the name
 * and the form of a cluster's, is left out, since it is not known to be ours; `ignored` is told of
 * it.
 */
export async function readClusters<Places extends ClusterFolder>(
  state: string,
  placesOf: (state: string, cluster: string) => Places,
  ignored: (message: string) => void,
): Promise<FoundCluster<Places>[]> {
  const names = (await entries(state)).filter((name) => !name.startsWith('.')).sort();
  const found = await Promise.all(
    names.map(async (name) => {
      const places = placesOf(state, name);
      const cluster = await readCluster(places).catch(() => undefined);
      // One that is removed at this moment has lost its record first.
      if (!cluster && (await readIfThere(places.record)) !== undefined) {
        ignored(
          `${places.folder} has not the form of the folder of a cluster: it is ignored, and stays. If nothing needs it, remove it.`,
        );
      }
      return cluster;
    }),
  );
  return found.filter((cluster) => cluster !== undefined);
}

/** Folders that a run was about to make a cluster of, or to remove, when it was killed. */
export async function unfinishedFolders(state: string, { cluster }: ClusterId): Promise<string[]> {
  const names = await entries(state);
  return names.filter((name) => name.startsWith(`.${cluster}.`)).map((name) => join(state, name));
}

export async function readMachine({
  record,
}: {
  readonly record: string;
}): Promise<MachineRecord | undefined> {
  const text = await readIfThere(record);
  return text === undefined ? undefined : machineRecord.parse(JSON.parse(text));
}

/** The index of every machine that a cluster has a folder for, in order. */
export async function machineIndexes({ folder }: ClusterFolder): Promise<number[]> {
  const indexes = (await entries(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
  return indexes.sort((a, b) => a - b);
}

/** A machine as its record tells of it; undefined where its labels name no owner. */
export function toMachine(record: MachineRecord, isRunning: boolean): Machine | undefined {
  const owner = ownerOf(record.labels);
  if (!owner) return undefined;
  const { name, index, labels: all, address, advertise = address } = record;
  return {
    name,
    index,
    owner,
    labels: all,
    state: isRunning ? 'running' : 'stopped',
    address: isRunning ? address : '',
    advertise: isRunning ? advertise : '',
    dataPath: undefined,
    localPorts: new Map(Object.entries(record.localPorts)),
  };
}

/** The record with a new expiry, and all else as it was. */
export function renewed(record: ClusterRecord, expires: string | undefined): ClusterRecord {
  const owner = ownerOf(record.labels);
  if (!owner) return record;
  return { ...record, labels: { ...record.labels, ...ownerLabels({ ...owner, expires }) } };
}

async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}

/**
 * Overwrites a file with zeros and removes its name: who has it open reads zeros from now on. Gone
 * already is success.
 */
export async function blank(path: string): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size), 0, size, 0);
  } finally {
    await file.close();
  }
  await rm(path, { force: true });
}
