import { isIPv4 } from 'node:net';
import { ActionError } from '../../../base/errors.ts';
import { isCode, isUnclear } from '../../cloud/cloud-error.ts';
import { adoptOrCreate } from '../../cloud/create-or-adopt.ts';
import type { PortRange } from '../../cloud/network/port-ranges.ts';
import { objectName } from '../../cloud/object-name.ts';
import { type Owner, ownerLabels } from '../../ownership.ts';
import { VENDOR } from '../api/ec2-clients.ts';
import { ec2Refusal, isUnknownId } from '../api/ec2-refusal.ts';
import type { SecurityGroup } from '../api/objects.ts';
import { type PermissionWanted, permissionsOf, permissionText } from '../api/security-rules.ts';
import { consoleOf, type Work } from '../api/work.ts';
import { groupsBy, isGroupOf, NAME_TAG } from '../owned.ts';
import { encodeTags, filtersOf } from '../tag-codec.ts';
import { canonicalNetwork } from './canonical-network.ts';

const POLL_MS = 2_000;
/** How often a change may end in a way that leaves open what was done. */
const MOST_FAILURES = 15;

/** What the nodes of a swarm say to each other. ESP is what encrypts networks of containers. */
const SWARM: readonly Omit<PermissionWanted, 'source'>[] = [
  { protocol: 'tcp', ports: { from: 2377, to: 2377 } },
  { protocol: 'tcp', ports: { from: 7946, to: 7946 } },
  { protocol: 'udp', ports: { from: 7946, to: 7946 } },
  { protocol: 'udp', ports: { from: 4789, to: 4789 } },
  { protocol: '50', ports: undefined },
];
/** Of IPv4 and of IPv6 each; a rule of a group counts for both. */
const RULES = 60;

/** How many ranges of ports a security group takes from so many sources. */
export function mostRanges(sources: readonly string[]): number {
  const ofV4 = sources.filter(isV4).length;
  const each = Math.max(1, ofV4, sources.length - ofV4);
  return Math.floor((RULES - SWARM.length) / each);
}

export interface Rules {
  readonly ranges: readonly PortRange[];
  /** Networks, as `0.0.0.0/0`. */
  readonly sources: readonly string[];
}

/**
 * Makes the security group of a cluster in a VPC, or finds it made, and sets its rules to exactly
 * these and those of the swarm, so that a port that is not published any more is closed. Gives its
 * id. Throws `ActionError` if something else has its name, or if the cluster is in another VPC.
 */
export async function ensureSecurityGroup(
  work: Work,
  owner: Owner,
  vpc: string,
  rules: Rules,
): Promise<string> {
  const name = objectName(owner);
  try {
    const own = await groupsBy(work, filtersOf(owner));
    const elsewhere = own.find(({ group }) => group.vpcId !== vpc);
    if (elsewhere) throw inOtherVpc(owner, vpc, elsewhere.group);
    const id = await findOrMake(work, owner, name, vpc);
    await setRules(work, id, wantedRules(id, rules));
    return id;
  } catch (error) {
    throw ec2Refusal(error, `The security group ${name} could not be set up`);
  }
}

async function findOrMake(work: Work, owner: Owner, name: string, vpc: string): Promise<string> {
  const { api } = work;
  const tags = encodeTags({ ...ownerLabels(owner), [NAME_TAG]: name });
  const group = await adoptOrCreate<Pick<SecurityGroup, 'groupId' | 'tagSet'>>(
    {
      what: `security group ${name} at ${VENDOR}`,
      hint: `Remove it if nothing needs it (${consoleOf(work.region, 'SecurityGroups')}), or give this step another \`cluster\`.`,
      find: async () => (await api.securityGroups({ 'group-name': [name], 'vpc-id': [vpc] }))[0],
      create: async () => ({
        groupId: await api.createSecurityGroup(name, vpc, tags),
        tagSet: tags,
      }),
      isOurs: (found) => isGroupOf(found as SecurityGroup, owner),
      isTaken: (error) => isCode(error, 'InvalidGroup.Duplicate'),
    },
    work,
  );
  return group.groupId;
}

function wantedRules(group: string, { ranges, sources }: Rules): PermissionWanted[] {
  const outer = [...new Set(sources.map(canonicalNetwork))];
  return [
    ...ranges.flatMap(({ protocol, ...ports }) =>
      outer.map((source) => ({ protocol, ports, source })),
    ),
    ...SWARM.map((rule) => ({ ...rule, source: group })),
  ];
}

/**
 * Opens what is missing, then closes what is too much, until a look finds exactly what is wanted: a
 * call may have been done without an answer, and a new group is not known everywhere at once.
 */
async function setRules(work: Work, id: string, wanted: readonly PermissionWanted[]) {
  const { clock, bounds } = work;
  for (let failures = 0; ; ) {
    const { isDone, failure } = await change(work, id, wanted);
    if (isDone) return;
    failures += failure ? 1 : 0;
    if (failure && failures === MOST_FAILURES) throw failure;
    if (clock.now() + POLL_MS > bounds.deadline) throw failure ?? notSet(work, id);
    if (failure) await clock.sleep(POLL_MS, bounds.signal);
  }
}

interface Change {
  /** Whether there was nothing to do. */
  readonly isDone: boolean;
  /** Why nobody knows yet what the group has. */
  readonly failure?: Error;
}

async function change(
  work: Work,
  id: string,
  wanted: readonly PermissionWanted[],
): Promise<Change> {
  const { api } = work;
  const [group] = await api.securityGroups({ 'group-id': [id] });
  if (!group) return { isDone: false, failure: notSet(work, id) };
  const present = permissionsOf(group);
  const missing = without(wanted, present);
  const surplus = without(present, wanted);
  try {
    if (missing.length > 0) await api.authorizeIngress(id, missing);
    if (surplus.length > 0) await api.revokeIngress(id, surplus);
    return { isDone: missing.length + surplus.length === 0 };
  } catch (error) {
    const mayPass = isCode(error, 'InvalidPermission.Duplicate') || isUnknownId(error);
    if (mayPass || isUnclear(error)) return { isDone: false, failure: error };
    throw error;
  }
}

function without(all: readonly PermissionWanted[], others: readonly PermissionWanted[]) {
  const texts = new Set(others.map(permissionText));
  return all.filter((one) => !texts.has(permissionText(one)));
}

function isV4(network: string): boolean {
  return isIPv4(network.split('/')[0] ?? '');
}

function inOtherVpc({ cluster }: Owner, vpc: string, group: SecurityGroup): ActionError {
  return new ActionError(`The cluster ${cluster} is in ${group.vpcId}, and not in ${vpc}.`, {
    hint: 'Give the VPC and the subnets of the cluster, or remove the cluster first (`command: down`).',
  });
}

function notSet({ region }: Work, id: string): ActionError {
  return new ActionError(`The rules of the security group ${id} could not be set in time.`, {
    hint: `See what it has: ${consoleOf(region, 'SecurityGroups')}. Then run this again.`,
  });
}
