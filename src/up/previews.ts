import { describeError } from '../base/errors.ts';
import type { OwnedCluster } from '../machines/driver.ts';
import { isSameRepository } from '../machines/ownership.ts';
import type { Preview } from '../report/tables/previews-table.ts';
import { readStackRecords, type StackRecord } from '../stack/ownership.ts';
import type { Swarm } from '../swarm/form.ts';
import type { Tells } from './journal.ts';
import type { Run } from './run.ts';

/**
 * Of a preview, which is what has a `ttl` or goes with a pull request: learns what else of the
 * repository lives beside it, where that is seen from here. Never fails: a deployment that
 * succeeded stays one.
 */
export async function learnPreviews(
  {
    driver,
    owner,
    signal,
    reporter,
    journal,
  }: Pick<Run, 'driver' | 'owner' | 'signal' | 'reporter'> & Tells<'learned'>,
  { api }: Pick<Swarm, 'api'>,
): Promise<void> {
  if (owner.expires === undefined && owner.pullRequest === undefined) return;
  try {
    const all = driver.makesMachines
      ? (await driver.clusters(signal)).map(clusterAsLiving)
      : (await readStackRecords(api, signal, reporter.log.warning)).map(stackAsLiving);
    const own = all.filter((one) => isSameRepository(one, owner));
    journal.learned({ livePreviews: own });
  } catch (error) {
    signal.throwIfAborted();
    reporter.log.info(`What else lives of this repository is not known. ${describeError(error)}`);
  }
}

type Owned = Preview & { readonly repository: string };

function clusterAsLiving({ owner, created }: OwnedCluster): Owned {
  const { cluster: name, repository, run, pullRequest, expires } = owner;
  return { name, repository, created, run, pullRequest, expires };
}

function stackAsLiving({ stack: name, owner, created }: StackRecord): Owned {
  const { repository, run, pullRequest, expires } = owner;
  return { name, repository, created, run, pullRequest, expires };
}
