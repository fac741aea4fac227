import { createHash } from 'node:crypto';
import type { EngineApi } from '../../engine/api.ts';
import {
  type ConfigRecord,
  createConfig,
  listConfigs,
  removeConfig,
} from '../../engine/config-record.ts';
import {
  type ClusterId,
  type Labels,
  type Owner,
  ownerLabels,
  ownerOf,
} from '../../machines/ownership.ts';
import { isOwnedBy } from './node-record.ts';

// A host that joins has no label until it is a node. So the swarm is told before: a run that is
// lost between the two leaves a host that any later run can let go, though it remembers nothing.

const JOINING = 'swarm-up.joining';
const WITHOUT_GATEWAY = 'swarm-up.joining.without-gateway';

/** Hosts that are about to join, by the address at which the other nodes reach them. */
export interface Joining {
  readonly addresses: readonly string[];
  /** Those that had no bridge for overlay networks before. */
  readonly withoutGateway: readonly string[];
}

/**
 * Writes into the swarm of a manager which hosts join it now. What an earlier run has written stays
 * beside it.
 */
export async function announceJoining(
  api: Pick<EngineApi, 'post'>,
  owner: Owner,
  joining: Joining,
  signal: AbortSignal,
): Promise<void> {
  const labels = labelsOf(owner, joining);
  const Data = Buffer.from('Hosts are joining.\n').toString('base64');
  // If the name is taken, the same is written there already.
  await createConfig(api, { Name: nameOf(labels), Labels: labels, Data }, signal);
}

/**
 * What runs of this cluster that did not come to an end have written. `ignored` is told of each
 * config that only looks like that.
 */
export async function readJoining(
  api: Pick<EngineApi, 'get'>,
  cluster: ClusterId,
  signal: AbortSignal,
  ignored: (message: string) => void,
): Promise<Joining> {
  const found = await readAll(api, signal);
  for (const { Spec } of found.filter((one) => announced(one) === undefined)) {
    ignored(
      `The config ${Spec.Name} has the label ${JOINING}, and not the name and form with which hosts are announced: it is ignored. If nothing needs it, remove it on a manager: docker config rm ${Spec.Name}`,
    );
  }
  const own = found.filter((one) => isOf(one, cluster)).flatMap((one) => announced(one) ?? []);
  return {
    addresses: own.flatMap(({ addresses }) => addresses),
    withoutGateway: own.flatMap(({ withoutGateway }) => withoutGateway),
  };
}

/** What runs of any cluster have written. */
export async function readAllJoining(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
): Promise<readonly (Joining & { readonly owner: Owner })[]> {
  return (await readAll(api, signal)).flatMap((one) => {
    const owner = ownerOf(one.Spec.Labels);
    const joining = announced(one);
    return owner && joining ? [{ owner, ...joining }] : [];
  });
}

/** To be called once each host has its labels, or has left. Gone already is success. */
export async function forgetJoining(
  api: Pick<EngineApi, 'get' | 'delete'>,
  cluster: ClusterId,
  signal: AbortSignal,
): Promise<void> {
  for (const one of await readAll(api, signal)) {
    if (isOf(one, cluster)) await removeConfig(api, one, signal);
  }
}

async function readAll(api: Pick<EngineApi, 'get'>, signal: AbortSignal) {
  return await listConfigs(api, { label: [JOINING] }, signal);
}

function isOf(config: ConfigRecord, cluster: ClusterId): boolean {
  return announced(config) !== undefined && isOwnedBy(config.Spec.Labels, cluster);
}

/**
 * What a config announces; undefined where it has not the name that `announceJoining` gives one
 * with these labels.
 */
function announced({ Spec: { Name, Labels } }: ConfigRecord): Joining | undefined {
  const owner = ownerOf(Labels);
  const listed = (label: string) => (Labels[label] ?? '').split(',').filter(Boolean);
  const joining = { addresses: listed(JOINING), withoutGateway: listed(WITHOUT_GATEWAY) };
  return owner && Name === nameOf(labelsOf(owner, joining)) ? joining : undefined;
}

function labelsOf(owner: Owner, { addresses, withoutGateway }: Joining): Labels {
  return {
    ...ownerLabels(owner),
    [JOINING]: addresses.join(','),
    [WITHOUT_GATEWAY]: withoutGateway.join(','),
  };
}

function nameOf(labels: Labels): string {
  const hash = createHash('sha256').update(JSON.stringify(labels));
  return `swarm-up-joining-${hash.digest('hex').slice(0, 16)}`;
}
