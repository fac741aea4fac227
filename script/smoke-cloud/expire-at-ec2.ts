import type { Work } from '../../src/machines/amazonec2/api/work.ts';
import { groupsBy, listInstances } from '../../src/machines/amazonec2/owned.ts';
import { renew } from '../../src/machines/amazonec2/renew.ts';
import { filtersOf } from '../../src/machines/amazonec2/tag-codec.ts';
import type { ClusterId } from '../../src/machines/ownership.ts';
import type { CloudAccess } from './cloud.ts';
import { ec2WorkOf } from './ec2-work.ts';

/** Further back than clocks differ. */
const AGO_MS = 3_600_000;
const LOOK_MS = 2_000;

/**
 * Has a cluster be expired by its tags, and waits until EC2 lists it so. The machines themselves,
 * which would end at once, are told nothing. Throws if EC2 refuses, or still lists another time
 * after a minute.
 */
export async function expireAtEc2(access: CloudAccess, cluster: ClusterId): Promise<void> {
  const work = ec2WorkOf(access);
  const { clock, bounds } = work;
  const expires = new Date(Date.now() - AGO_MS).toISOString();
  await renew(work, { ...cluster, run: '', expires });
  while (!(await isListed(work, cluster, expires))) {
    if (clock.now() + LOOK_MS > bounds.deadline) throw new Error('EC2 lists another expiry.');
    await clock.sleep(LOOK_MS, bounds.signal);
  }
}

async function isListed(work: Work, cluster: ClusterId, expires: string): Promise<boolean> {
  const parts = [
    ...(await groupsBy(work, filtersOf(cluster))),
    ...(await listInstances(work, cluster)),
  ];
  return parts.every(({ owner }) => owner.expires === expires);
}
