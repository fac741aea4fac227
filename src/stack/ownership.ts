import { createHash } from 'node:crypto';
import { ActionError } from '../base/errors.ts';
import type { EngineApi } from '../engine/api.ts';
import { type ConfigRecord, changeConfigLabels, listConfigs } from '../engine/config-record.ts';
import {
  belongsToAnother,
  isSameRepository,
  type Labels,
  type Owner,
  ownerLabels,
  ownerOf,
} from '../machines/ownership.ts';
import { type Deployed, deployedIn, deployedNote } from './turn.ts';

const STACK_LABEL = 'swarm-up.stack';
/** What `port-offset: auto` has chosen for the stack. */
const OFFSET_LABEL = 'swarm-up.port-offset';
const PORTS_LABEL = 'swarm-up.ports';
/**
 * The step that has claimed it last, as `Owner.run` names one; that of the owner is the first one.
 */
const LATEST_LABEL = 'swarm-up.latest-run';
/** Which runs have deployed the stack. */
const DEPLOYED_LABEL = 'swarm-up.deployed';
/** What its services were before its last deployment. */
const BEFORE_LABEL = 'swarm-up.before';
/**
 * With it, the record goes with the stack whoever removes it: `docker stack rm` takes the configs
 * of its namespace along.
 */
const NAMESPACE_LABEL = 'com.docker.stack.namespace';
/**
 * A part of the form by which a record is known: where it is changed, the former one still counts.
 */
const TEXT = 'Written by Swarm Up. The labels of this config say who the stack belongs to.\n';
const DATA = Buffer.from(TEXT).toString('base64');
/** Of the name of a config. */
const NAME_LENGTH = 64;

/**
 * The ports that were chosen for a stack, so that no other one gets them before its services have
 * them.
 */
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
  /** The step that has claimed it last; undefined if an earlier version did. */
  readonly latest: string | undefined;
  /** The newest run of each line that has deployed it. */
  readonly deployed: readonly Deployed[];
  /**
   * The note of what its services were before the last deployment; undefined where there were none,
   * and where an earlier version has deployed it.
   */
  readonly before: string | undefined;
}

interface StoredRecord extends StackRecord {
  readonly config: ConfigRecord;
}

/** Told of each config that only looks like a record, as a sentence. */
type Ignored = (message: string) => void;

/**
 * The records of every stack of the swarm that this action has deployed. `api` is that of a
 * manager. A record is a config with the name and the form that `claimStack` gives: labels alone
 * anybody can write, with `docker config create --label`.
 */
export async function readStackRecords(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
  ignored: Ignored,
): Promise<readonly StackRecord[]> {
  const { records, forged } = await storedRecords(api, signal);
  for (const name of forged) ignored(describeForged(name));
  return records;
}

/**
 * Throws `ActionError` where the place of a stack's record is taken by what only looks like one:
 * whose the stack is cannot be told then, so nothing of it may be changed.
 */
export async function refuseForgedRecord(
  api: Pick<EngineApi, 'get'>,
  stack: string,
  signal: AbortSignal,
): Promise<void> {
  const { forged } = await storedRecords(api, signal);
  if (forged.includes(recordName(stack))) throw forgedRecord(stack);
}

function forgedRecord(stack: string): ActionError {
  const name = recordName(stack);
  return new ActionError(
    `Whose stack ${stack} is cannot be told: the config ${name} has the name of its record, and not the form.`,
    {
      hint: `Nothing of the stack was changed. See what it is on a manager (docker config inspect ${name}). Remove it if nothing needs it (docker config rm ${name}), then run again.`,
    },
  );
}

function describeForged(name: string): string {
  return `The config ${name} has the label ${STACK_LABEL}, and not the name and form of a record: it is ignored, and says nothing of any stack. If nothing needs it, remove it on a manager: docker config rm ${name}`;
}

/**
 * Writes who the stack belongs to, or renews it: who made it first stays, and so does an expiry
 * that is not given anew. Where it is another cluster's, `takeOver` is asked, which refuses it by
 * throwing; nothing of that cluster stays then. Gives the expiry. Throws `ActionError`, before
 * anything is changed, where it is another repository's, and where something else has the record's
 * name.
 */
export async function claimStack(
  api: Pick<EngineApi, 'get' | 'post'>,
  stack: string,
  owner: Owner,
  signal: AbortSignal,
  {
    ports,
    deployed,
    before,
    claiming,
    takeOver = (stored) => refuseOtherCluster(stored, owner),
  }: {
    readonly ports?: ChosenPorts | undefined;
    /** The run that deploys it now; undefined where none can be told to be older or newer. */
    readonly deployed?: Deployed | undefined;
    /** A note of what its services are before this deployment. */
    readonly before?: string | undefined;
    /** Called right before it is written, once nothing speaks against it. */
    readonly claiming?: (() => void) | undefined;
    readonly takeOver?: ((stored: StackRecord) => void) | undefined;
  } = {},
): Promise<string | undefined> {
  const stored = await findRecord(api, stack, signal);
  if (!stored) {
    claiming?.();
    try {
      const body = {
        Name: recordName(stack),
        Labels: labelsOf(stack, owner, owner.run, { ports, before, note: noteOf([], deployed) }),
        Data: DATA,
      };
      await api.post('/configs/create', {}, body, { signal });
    } catch (error) {
      // Another run may have written it at the same moment; then it is that run's to say whose it
      // is.
      if (!(await findRecord(api, stack, signal))) {
        await refuseForgedRecord(api, stack, signal);
        throw error;
      }
      const options = { ports, deployed, before, takeOver, claiming };
      return claimStack(api, stack, owner, signal, options);
    }
    return owner.expires;
  }
  refuseForeignStack(stored, owner);
  const isSameCluster = stored.owner.cluster === owner.cluster;
  if (!isSameCluster) takeOver(stored);
  // What another cluster has set holds for that one.
  const kept = isSameCluster ? stored.owner : owner;
  claiming?.();
  const expires = owner.expires ?? kept.expires;
  const note = noteOf(stored.deployed, deployed);
  const whose = { ...owner, run: kept.run, expires };
  const labels = labelsOf(stack, whose, owner.run, { ports, before, note });
  if (isSame(stored.config.Spec.Labels, labels)) return expires;
  await changeConfigLabels(api, stored.config, labels, signal);
  return expires;
}

/**
 * The stack that has one of the ports which were chosen for this one, by a record that was written
 * before that of this one; undefined where there is none. The swarm takes one record after the
 * other: if two are written at the same moment, exactly one of both runs finds the other here. To
 * be asked after `claimStack`.
 */
export async function firstWithPort(
  api: Pick<EngineApi, 'get'>,
  stack: string,
  { published }: ChosenPorts,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { records } = await storedRecords(api, signal);
  const own = records.find((record) => record.stack === stack);
  if (!own) return undefined;
  return records
    .filter((record) => record.config.Version.Index < own.config.Version.Index)
    .find(({ ports }) => ports?.published.some((port) => published.includes(port)))?.stack;
}

/** Throws `ActionError` where the stack is another repository's. */
export function refuseForeignStack({ stack, owner }: StackRecord, own: Owner): void {
  if (isSameRepository(owner, own)) return;
  const hint = 'Nothing of it was changed. Give this step another `stack-name`.';
  throw belongsToAnother('stack', stack, owner, hint);
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
  return (await storedRecords(api, signal)).records.find((one) => one.stack === stack);
}

async function storedRecords(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
): Promise<{ readonly records: readonly StoredRecord[]; readonly forged: readonly string[] }> {
  const found = await listConfigs(api, { label: [STACK_LABEL] }, signal);
  const records: StoredRecord[] = [];
  const forged: string[] = [];
  for (const config of found) {
    const record = recordIn(config);
    if (record) records.push(record);
    else forged.push(config.Spec.Name);
  }
  return { records, forged };
}

/** Undefined where the config has another name or form than this action gives a record. */
function recordIn(config: StoredRecord['config']): StoredRecord | undefined {
  const { Name, Data } = config.Spec;
  const labels = config.Spec.Labels;
  const owner = ownerOf(labels);
  const stack = labels[STACK_LABEL];
  if (!owner?.run || !stack || Name !== recordName(stack)) return undefined;
  if (labels[NAMESPACE_LABEL] !== stack || Data !== DATA) return undefined;
  const ports = portsOf(labels);
  return {
    stack,
    owner,
    created: config.CreatedAt,
    ports,
    latest: labels[LATEST_LABEL],
    deployed: deployedIn(labels[DEPLOYED_LABEL]),
    before: labels[BEFORE_LABEL],
    config,
  };
}

function noteOf(before: readonly Deployed[], own: Deployed | undefined): string | undefined {
  if (own) return deployedNote(before, own);
  return before.length === 0 ? undefined : JSON.stringify(before);
}

function labelsOf(
  stack: string,
  owner: Owner,
  latest: string,
  {
    ports,
    before,
    note,
  }: {
    readonly ports: ChosenPorts | undefined;
    readonly before: string | undefined;
    readonly note: string | undefined;
  },
): Labels {
  return {
    [NAMESPACE_LABEL]: stack,
    [STACK_LABEL]: stack,
    ...ownerLabels(owner),
    [LATEST_LABEL]: latest,
    ...(ports && {
      [OFFSET_LABEL]: String(ports.offset),
      [PORTS_LABEL]: ports.published.join(','),
    }),
    ...(note !== undefined && { [DEPLOYED_LABEL]: note }),
    ...(before !== undefined && { [BEFORE_LABEL]: before }),
  };
}

function portsOf(labels: Labels): ChosenPorts | undefined {
  const offset = Number(labels[OFFSET_LABEL] ?? Number.NaN);
  if (!Number.isInteger(offset)) return undefined;
  return { offset, published: (labels[PORTS_LABEL] ?? '').split(',').filter(Boolean) };
}

/** Name of the config: what Swarm takes, also where the stack's name is long. */
export function recordName(stack: string): string {
  const name = `${stack}_swarm-up`;
  if (name.length <= NAME_LENGTH) return name;
  const hash = createHash('sha256').update(stack).digest('hex').slice(0, 7);
  return `${stack.slice(0, NAME_LENGTH - 17)}-${hash}_swarm-up`;
}

function isSame(a: Labels, b: Labels): boolean {
  const keys = Object.keys({ ...a, ...b });
  return keys.every((key) => a[key] === b[key]);
}
