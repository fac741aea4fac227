import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type EngineApi, EngineRefusal } from '../exec/engine-api.ts';
import { deleteIfThere } from '../exec/engine-delete.ts';
import { type ClusterId, type Labels, type Owner, ownerLabels } from '../machines/labels.ts';
import { isOwnedBy } from './record.ts';

// A host that joins has no label until it is a node. So the swarm is told before: a run that is lost between the two leaves a host that any
// later run can let go, though it remembers nothing.

const JOINING = 'swarm-up.joining';
const WITHOUT_GATEWAY = 'swarm-up.joining.without-gateway';

/** Hosts that are about to join, by the address at which the other nodes reach them. */
export interface Joining {
  readonly addresses: readonly string[];
  /** Those that had no bridge for overlay networks before. */
  readonly withoutGateway: readonly string[];
}

const configs = z.array(
  z.object({
    ID: z.string(),
    Spec: z.object({
      Labels: z
        .record(z.string(), z.string())
        .nullish()
        .transform((labels) => labels ?? {}),
    }),
  }),
);

/** Writes into the swarm of a manager which hosts join it now. What an earlier run has written stays beside it. */
export async function announceJoining(
  api: Pick<EngineApi, 'post'>,
  owner: Owner,
  { addresses, withoutGateway }: Joining,
  signal: AbortSignal,
): Promise<void> {
  const labels: Labels = {
    ...ownerLabels(owner),
    [JOINING]: addresses.join(','),
    [WITHOUT_GATEWAY]: withoutGateway.join(','),
  };
  const Data = Buffer.from('Hosts are joining.\n').toString('base64');
  try {
    const body = { Name: nameOf(labels), Labels: labels, Data };
    await api.post('/configs/create', {}, body, { signal });
  } catch (error) {
    // The same is written there already.
    if (!(error instanceof EngineRefusal && error.httpStatus === 409)) throw error;
  }
}

/** What runs of this cluster that did not come to an end have written. */
export async function readJoining(
  api: Pick<EngineApi, 'get'>,
  cluster: ClusterId,
  signal: AbortSignal,
): Promise<Joining> {
  const found = await find(api, cluster, signal);
  const listed = (label: string) =>
    found.flatMap(({ Spec }) => (Spec.Labels[label] ?? '').split(',')).filter(Boolean);
  return { addresses: listed(JOINING), withoutGateway: listed(WITHOUT_GATEWAY) };
}

/** To be called once each host has its labels, or has left. Gone already is success. */
export async function forgetJoining(
  api: Pick<EngineApi, 'get' | 'delete'>,
  cluster: ClusterId,
  signal: AbortSignal,
): Promise<void> {
  for (const { ID } of await find(api, cluster, signal)) {
    await deleteIfThere(api, `/configs/${ID}`, signal);
  }
}

async function find(api: Pick<EngineApi, 'get'>, cluster: ClusterId, signal: AbortSignal) {
  const filters = JSON.stringify({ label: [JOINING] });
  const found = await api.get('/configs', { filters }, configs, { signal });
  return found.filter(({ Spec }) => isOwnedBy(Spec.Labels, cluster));
}

function nameOf(labels: Labels): string {
  const hash = createHash('sha256').update(JSON.stringify(labels));
  return `swarm-up-joining-${hash.digest('hex').slice(0, 16)}`;
}
