import { inStage } from '../base/stages.ts';
import type { MachineDriver, OwnedCluster } from '../machines/driver.ts';
import { belongsToAnother, type ClusterId, isSameRepository } from '../machines/ownership.ts';
import type { DownContext } from './remove-cluster.ts';

/** As `OwnedCluster.parts`, of what has lost its record. */
const STRAYS = 'what an interrupted run has left of it';

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
    if (!cluster && !(await hasStrays(driver, id))) return [];
    signal.throwIfAborted();
    await driver.destroyCluster(id);
    const parts = cluster?.parts ?? [STRAYS];
    for (const part of parts) reporter.log.info(part);
    return parts;
  });
}

/**
 * Whether there is something of a cluster that is in no list: what a virtual machine consists of has
 * no labels, and may have lost its record.
 */
async function hasStrays(
  driver: Pick<MachineDriver, 'onRunner' | 'isGone'>,
  id: ClusterId,
): Promise<boolean> {
  return driver.onRunner === 'process' && !(await driver.isGone(id));
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
