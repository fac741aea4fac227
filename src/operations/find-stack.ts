import { ActionError } from '../base/errors.ts';
import type { Reporter } from '../base/stages.ts';
import type { EngineApi } from '../engine/api.ts';
import type { Driver } from '../machines/driver.ts';
import { isSameRepository, type Owner } from '../machines/ownership.ts';
import {
  readStackRecords,
  refuseForeignStack,
  refuseForgedRecord,
  type StackRecord,
} from '../stack/ownership.ts';
import { readServices, STACK_LABEL } from '../stack/present.ts';

/** The stack that a step is about. */
export interface FoundStack {
  /** Undefined for a cluster without a stack. */
  readonly stack: string | undefined;
  /**
   * Whose it is; undefined where the machines say so, and where this action has not deployed it.
   */
  readonly record: StackRecord | undefined;
}

interface Asked {
  readonly driver: Pick<Driver, 'makesMachines'>;
  /** Of the step that asks. */
  readonly owner: Owner;
  readonly stackName: string | undefined;
  readonly reporter: Pick<Reporter, 'log'>;
  readonly signal: AbortSignal;
}

/**
 * The stack that is named, or else the only one of the cluster. Throws `ActionError` where there is
 * none, where there are several and none is named, and where it is another repository's.
 */
export async function findStack(asked: Asked, api: Pick<EngineApi, 'get'>): Promise<FoundStack> {
  const services = await readServices(api, asked.signal);
  const there = [...new Set(services.flatMap(({ Spec }) => Spec.Labels[STACK_LABEL] ?? []))];
  return asked.driver.makesMachines
    ? { stack: stackOfCluster(asked, there), record: undefined }
    : await stackOfHosts(asked, api, there);
}

function stackOfCluster(
  { stackName, owner: { cluster } }: Asked,
  there: readonly string[],
): string | undefined {
  if (stackName !== undefined && !there.includes(stackName)) throw noStack(stackName, there);
  if (stackName === undefined && there.length > 1) throw several(cluster, there);
  return stackName ?? there[0];
}

async function stackOfHosts(
  { stackName, owner, signal, reporter }: Asked,
  api: Pick<EngineApi, 'get'>,
  there: readonly string[],
): Promise<FoundStack> {
  const records = await readStackRecords(api, signal, reporter.log.warning);
  const own = records.filter((record) => isSameRepository(record.owner, owner));
  if (stackName === undefined) {
    const [record, ...more] = own.filter((one) => one.owner.cluster === owner.cluster);
    if (!record) throw noStackOf(owner.cluster, namesOf(own));
    if (more.length > 0) throw several(owner.cluster, namesOf([record, ...more]));
    return { stack: record.stack, record };
  }
  const record = records.find((one) => one.stack === stackName);
  if (record) refuseForeignStack(record, owner);
  else await refuseForgedRecord(api, stackName, signal);
  if (!record && !there.includes(stackName)) throw noStack(stackName, namesOf(own));
  return { stack: stackName, record };
}

/** For what needs a stack, where the cluster has none. */
export function noStackAt(cluster: string): ActionError {
  return new ActionError(`Cluster ${cluster} has no stack.`, {
    hint: 'Nothing is deployed there. `command: status` shows its nodes.',
  });
}

function namesOf(records: readonly StackRecord[]): readonly string[] {
  return records.map(({ stack }) => stack);
}

function noStack(stack: string, known: readonly string[]): ActionError {
  return new ActionError(`There is no stack ${stack} on the swarm.`, {
    details: describeKnown(known),
    hint: 'Nothing was changed. Give `stack-name` as the output `stack-name` of the step that deployed it.',
  });
}

function noStackOf(cluster: string, known: readonly string[]): ActionError {
  return new ActionError(`Cluster ${cluster} has no stack on these hosts.`, {
    details: describeKnown(known),
    hint: 'Nothing was changed. Give `stack-name`, or the `cluster` of the step that deployed it.',
  });
}

function several(cluster: string, known: readonly string[]): ActionError {
  return new ActionError(`Cluster ${cluster} has several stacks: ${known.join(', ')}.`, {
    hint: 'Nothing was changed. Say with `stack-name` which is meant.',
  });
}

/** Of this repository: those of others are nobody's business here. */
function describeKnown(known: readonly string[]): string {
  return `Stacks of this repository there: ${known.toSorted().join(', ') || 'none'}`;
}
