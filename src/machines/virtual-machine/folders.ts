import { isAbsolute, join, relative, sep } from 'node:path';

/** Where everything of one cluster is that any driver of virtual machines keeps. */
export interface ClusterFolder {
  readonly folder: string;
  /** Whose it is. The first file of the folder. */
  readonly record: string;
  /** The private key that its machines let in. */
  readonly key: string;
}

/**
 * The folder of all clusters of this user and driver: it has to be the same in every job and step
 * of a runner.
 */
export function stateFolder(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  driver: string,
): string {
  return join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'swarm-up', driver);
}

/** Folder of the images that were downloaded: the runner's tool cache, where there is one. */
export function imageFolder(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  return join(
    env.RUNNER_TOOL_CACHE || env.XDG_CACHE_HOME || join(home, '.cache'),
    'swarm-up',
    'machine-images',
  );
}

/** `state` is the folder of all clusters. */
export function clusterFolder(state: string, cluster: string): ClusterFolder {
  const folder = join(state, cluster);
  return { folder, record: join(folder, 'cluster.json'), key: join(folder, 'id_ed25519') };
}

/** Where everything of one machine is that any driver of virtual machines keeps. */
export interface MachineFolder {
  readonly index: number;
  readonly folder: string;
  readonly record: string;
  readonly disk: string;
  readonly seed: string;
  readonly console: string;
}

/** `diskFormat` is what the name of its disk ends with. */
export function machineFolder(
  cluster: ClusterFolder,
  index: number,
  diskFormat: string,
): MachineFolder {
  const folder = join(cluster.folder, String(index));
  return {
    index,
    folder,
    record: join(folder, 'machine.json'),
    disk: join(folder, `disk.${diskFormat}`),
    seed: join(folder, 'seed.iso'),
    console: join(folder, 'console.log'),
  };
}

/** Whether a path lies in a folder, or is that folder. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`);
}
