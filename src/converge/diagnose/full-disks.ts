import * as z from 'zod';
import type { Argv } from '../../exec/argv.ts';
import type { Executor } from '../../exec/executor.ts';
import { parseDisk } from '../../preflight/facts.ts';
import type { StackMachine } from '../../stack/remove-containers.ts';

/** With less than that, in bytes, an engine cannot write down what it is to run. */
const LEAST_BYTES = 32 * 1024 ** 2;

/** The disk of a node on which Docker has its data, and that is full. */
export interface FullDisk {
  /** Host name of the node. */
  readonly node: string;
  readonly mount: string;
}

interface Asked {
  readonly ssh: Pick<Executor, 'run'>;
  readonly api: StackMachine['api'];
}

const info = z.object({ Name: z.string(), DockerRootDir: z.string() });

/** `df` of the first folder upwards that this user may look at. */
const DF =
  'folder=$1; until df -Pk "$folder" 2>/dev/null; do [ "$folder" = / ] && break; folder=$(dirname "$folder"); done';

/** Prints what `df` says of the folder. */
export function askDisk(folder: string): Argv {
  return ['sh', '-c', DF, 'sh', folder];
}

/**
 * The nodes whose disk is full. One that does not answer is left out: this is asked when something
 * has failed already, and gives no exception. What an engine cannot write it does not do, and often
 * says nothing of: its tasks stay `accepted`.
 */
export async function readFullDisks(
  machines: readonly Asked[],
  signal: AbortSignal,
): Promise<readonly FullDisk[]> {
  const results = await Promise.allSettled(
    machines.map(async ({ ssh, api }): Promise<FullDisk[]> => {
      const { Name, DockerRootDir } = await api.get('/info', {}, info, { signal });
      const { stdout } = await ssh.run(askDisk(DockerRootDir), {
        ...{ anyExitCode: true, repeatable: true, signal },
      });
      const disk = parseDisk(stdout.trim());
      return disk && disk.freeBytes < LEAST_BYTES ? [{ node: Name, mount: disk.mount }] : [];
    }),
  );
  return results.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}
