import { count } from '../../base/count.ts';
import { formatSpan } from '../../base/duration.ts';
import { ActionError } from '../../base/errors.ts';
import { lifeLeft } from '../../base/expiry.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import type { MachineDriver } from '../../machines/driver.ts';
import { isSameCluster, isSameRepository, type Owner } from '../../machines/ownership.ts';
import { readStackRecords } from '../../stack/ownership.ts';
import { findManager } from '../../swarm/find-manager.ts';
import type { Run } from '../run.ts';

/** Of more, the message says only how many there are. */
const MOST_LISTED = 50;

type Limits = Pick<Run, 'inputs' | 'owner' | 'signal'>;

/**
 * Refuses a cluster that does not exist yet, if the repository has as many of this driver as
 * `max-clusters` says. What is left of a cluster counts: it may cost money. Throws `ActionError`
 * that lists them.
 */
export async function limitClusters(
  { inputs, owner, signal }: Limits,
  driver: Pick<MachineDriver, 'name' | 'clusters'>,
  now = new Date(),
): Promise<void> {
  const most = inputs.maxClusters;
  if (most === undefined) return;
  const own = (await driver.clusters(signal)).filter((one) => isSameRepository(one.owner, owner));
  const isThere = own.some((one) => isSameCluster(one.owner, owner));
  if (isThere || own.length < most) return;
  const lines = own.map(({ owner: { cluster: name, ...rest }, created }) =>
    lineOf({ name, created, ...rest }, now),
  );
  throw new ActionError(
    `Cluster ${owner.cluster} was not made: the repository has ${count(own.length, 'cluster')} of the driver ${driver.name}, and \`max-clusters\` is ${most}.`,
    { details: listOf(lines), hint: howToMakeRoom(`driver: ${driver.name}`, 'cluster') },
  );
}

/**
 * As `limitClusters`, for a stack on hosts that stay: the records of their swarm are counted. Hosts
 * without a swarm have no stacks.
 */
export async function limitStacks(
  context: Limits & Pick<Run, 'reporter'>,
  hosts: readonly ConnectedMachine[],
  stack: string | undefined,
  now = new Date(),
): Promise<void> {
  const { inputs, owner, signal, reporter } = context;
  const { log } = reporter;
  const most = inputs.maxClusters;
  if (most === undefined || stack === undefined) return;
  const { cluster } = owner;
  const found = await findManager(hosts, { disposable: false, cluster, log, signal });
  if (!found) return;
  const records = await readStackRecords(found.manager.api, signal, log.warning);
  const own = records.filter((one) => isSameRepository(one.owner, owner));
  if (own.some((one) => one.stack === stack) || own.length < most) return;
  const lines = own.map((one) =>
    lineOf({ ...one.owner, name: one.stack, created: one.created }, now),
  );
  throw new ActionError(
    `Stack ${stack} was not deployed: the repository has ${count(own.length, 'stack')} on the swarm of ${found.manager.name}, and \`max-clusters\` is ${most}.`,
    { details: listOf(lines), hint: howToMakeRoom('driver: ssh', 'stack-name') },
  );
}

type Living = Pick<Owner, 'run' | 'expires' | 'pullRequest'> & {
  readonly name: string;
  readonly created: string | undefined;
};

/** `shop-pr-3: 2 d old, pull request 3, 20 h left, made by run 7/deploy/up`. */
function lineOf({ name, created, run, expires, pullRequest }: Living, now: Date): string {
  const age =
    created === undefined ? [] : [`${formatSpan(now.getTime() - Date.parse(created))} old`];
  const ofPullRequest =
    pullRequest === undefined ? 'no pull request' : `pull request ${pullRequest}`;
  return `${name}: ${[...age, ofPullRequest, endOf(expires, now), `made by run ${run || 'unknown'}`].join(', ')}`;
}

function endOf(expires: string | undefined, now: Date): string {
  const left = expires === undefined ? '' : lifeLeft(expires, now);
  if (left === '') return 'no ttl';
  return left.startsWith('expired') ? left : `${left} left`;
}

function listOf(lines: readonly string[]): string {
  const more = lines.length - MOST_LISTED;
  return [...lines.slice(0, MOST_LISTED), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function howToMakeRoom(driver: string, name: string): string {
  return `Nothing was made. Remove what nobody needs by a step with \`command: down\`, \`${driver}\` and its \`${name}\`, or by \`command: sweep\` what has expired. Or raise \`max-clusters\`.`;
}
