import { inStage } from '../base/stages.ts';
import type { MachineDriver, OwnedCluster } from '../machines/driver.ts';
import { belongsToAnother, type ClusterId, isSameRepository } from '../machines/ownership.ts';
import type { DownContext } from './remove-cluster.ts';

/**
 * Removes a cluster whose machines were made for it, by its name. Gives what it consisted of;
 * nothing where there is none. Throws `ActionError`, before anything is changed, where it is
 * another repository's.
 */
export async function removeMachines(
  id: ClusterId,
  { driver, reporter, signal }: Omit<DownContext<MachineDriver>, 'clock'>,
): Promise<readonly string[]> {
  return inStage(reporter, `Removing cluster ${id.cluster}`, async () => {
    const cluster = ownOf(await driver.clusters(signal), id);
    if (!cluster) return [];
    signal.throwIfAborted();
    await driver.destroyCluster(id);
    for (const part of cluster.parts) reporter.log.info(part);
    return cluster.parts;
  });
}

/**
 * The cluster of this name and repository. Throws `ActionError` where only another repository has
 * one of the name.
 */
export function ownOf(clusters: readonly OwnedCluster[], id: ClusterId): OwnedCluster | undefined {
  const named = clusters.filter(({ owner }) => owner.cluster === id.cluster);
  const own = named.find(({ owner }) => isSameRepository(owner, id));
  const foreign = named[0];
  if (own || !foreign) return own;
  const hint = 'Nothing was changed. Give this step the `cluster` that is meant.';
  throw belongsToAnother('cluster', id.cluster, foreign.owner, hint);
}
