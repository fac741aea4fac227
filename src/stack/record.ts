import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ActionError } from '../errors.ts';
import type { EngineApi } from '../exec/engine-api.ts';
import { type Labels, type Owner, ownerLabels, ownerOf } from '../machines/labels.ts';

const STACK_LABEL = 'swarm-up.stack';
/** What `port-offset: auto` has chosen for the stack. */
const OFFSET_LABEL = 'swarm-up.port-offset';
const PORTS_LABEL = 'swarm-up.ports';
/** With it, the record goes with the stack whoever removes it: `docker stack rm` takes the configs of its namespace along. */
const NAMESPACE_LABEL = 'com.docker.stack.namespace';
const TEXT = 'Written by Swarm Up. The labels of this config say who the stack belongs to.\n';
/** Of the name of a config. */
const NAME_LENGTH = 64;

const configs = z.array(
  z.object({
    ID: z.string(),
    Version: z.object({ Index: z.number() }),
    CreatedAt: z.string(),
    // Handed back whole by an update: the engine takes changed labels only.
    Spec: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }),
  }),
);

/** The ports that were chosen for a stack, so that no other one gets them before its services have them. */
export interface ChosenPorts {
  readonly offset: number;
  /** For example `18080/tcp`. */
  readonly published: readonly string[];
}

/** Who a stack belongs to, as it stands in the swarm. */
export interface StackRecord {
  readonly stack: string;
  readonly owner: Owner;
  /** RFC 3339 time of the first deployment. */
  readonly created: string;
  readonly ports: ChosenPorts | undefined;
}

interface StoredRecord extends StackRecord {
  readonly config: z.infer<typeof configs>[number];
}

/** The records of every stack of the swarm that this action has deployed. `api` is that of a manager. */
export async function readStackRecords(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
): Promise<readonly StackRecord[]> {
  return storedRecords(api, signal);
}

/**
 * Writes who the stack belongs to, or renews it: who made it first stays, and so does an expiry that is not given anew. Where it is another
 * cluster's, `takeOver` is asked, which refuses it by throwing; nothing of that cluster stays then. Gives the expiry.
 * Throws `ActionError`, before anything is changed, where it is another repository's.
 */
export async function claimStack(
  api: Pick<EngineApi, 'get' | 'post'>,
  stack: string,
  owner: Owner,
  signal: AbortSignal,
  ports?: ChosenPorts,
  takeOver: (stored: StackRecord) => void = (stored) => refuseOtherCluster(stored, owner),
): Promise<string | undefined> {
  const stored = await findRecord(api, stack, signal);
  if (!stored) {
    try {
      const body = {
        Name: recordName(stack),
        Labels: labelsOf(stack, owner, ports),
        Data: Buffer.from(TEXT).toString('base64'),
      };
      await api.post('/configs/create', {}, body, { signal });
    } catch (error) {
      // Another run may have written it at the same moment; then it is that run's to say whose it is.
      if (!(await findRecord(api, stack, signal))) throw error;
      return claimStack(api, stack, owner, signal, ports, takeOver);
    }
    return owner.expires;
  }
  refuseForeignStack(stored, owner);
  const isSameCluster = stored.owner.cluster === owner.cluster;
  if (!isSameCluster) takeOver(stored);
  // What another cluster has set holds for that one.
  const kept = isSameCluster ? stored.owner : owner;
  const expires = owner.expires ?? kept.expires;
  const labels = labelsOf(stack, { ...owner, run: kept.run, expires }, ports);
  const { ID, Version, Spec } = stored.config;
  if (isSame(Spec.Labels ?? {}, labels)) return expires;
  await api.post(
    `/configs/${ID}/update`,
    { version: String(Version.Index) },
    { ...Spec, Labels: labels },
    { signal },
  );
  return expires;
}

/** Throws `ActionError` where the stack is another repository's. */
export function refuseForeignStack({ stack, owner }: StackRecord, own: Owner): void {
  if (owner.repository === own.repository) return;
  throw new ActionError(
    `Stack ${stack} belongs to another repository (id ${owner.repository || 'unknown'}).`,
    { hint: 'Nothing of it was changed. Give this step another `stack-name`.' },
  );
}

/** Throws `ActionError`: the stack is another cluster's. */
export function refuseOtherCluster({ stack, owner }: StackRecord, own: Owner): never {
  throw new ActionError(
    `Stack ${stack} belongs to cluster ${owner.cluster}, and this step is of cluster ${own.cluster}.`,
    {
      hint: `Nothing of it was changed. The name of the stack was derived: give ${owner.isOfRun ? '' : `\`cluster: ${owner.cluster}\` to deploy to that one, or `}\`stack-name\` to say which is meant.`,
    },
  );
}

async function findRecord(api: Pick<EngineApi, 'get'>, stack: string, signal: AbortSignal) {
  return (await storedRecords(api, signal)).find((one) => one.stack === stack);
}

async function storedRecords(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
): Promise<StoredRecord[]> {
  const filters = JSON.stringify({ label: [STACK_LABEL] });
  const found = await api.get('/configs', { filters }, configs, { signal });
  return found.flatMap((config) => {
    const labels = config.Spec.Labels ?? {};
    const stack = labels[STACK_LABEL];
    const owner = ownerOf(labels);
    return stack !== undefined && owner
      ? [{ stack, owner, created: config.CreatedAt, ports: portsOf(labels), config }]
      : [];
  });
}

function labelsOf(stack: string, owner: Owner, ports: ChosenPorts | undefined): Labels {
  return {
    [NAMESPACE_LABEL]: stack,
    [STACK_LABEL]: stack,
    ...ownerLabels(owner),
    ...(ports && {
      [OFFSET_LABEL]: String(ports.offset),
      [PORTS_LABEL]: ports.published.join(','),
    }),
  };
}

function portsOf(labels: Labels): ChosenPorts | undefined {
  const offset = Number(labels[OFFSET_LABEL] ?? Number.NaN);
  if (!Number.isInteger(offset)) return undefined;
  return { offset, published: (labels[PORTS_LABEL] ?? '').split(',').filter(Boolean) };
}

function recordName(stack: string): string {
  const name = `${stack}_swarm-up`;
  if (name.length <= NAME_LENGTH) return name;
  const hash = createHash('sha256').update(stack).digest('hex').slice(0, 7);
  return `${stack.slice(0, NAME_LENGTH - 17)}-${hash}_swarm-up`;
}

function isSame(a: Labels, b: Labels): boolean {
  const keys = Object.keys({ ...a, ...b });
  return keys.every((key) => a[key] === b[key]);
}
