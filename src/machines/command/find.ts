import { USER } from '../cloud/first-login.ts';
import type { FoundAtCloud } from '../cloud/found/machine-of-cloud.ts';
import { objectName } from '../cloud/object-name.ts';
import type { OwnedCluster } from '../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL, PORT_LABEL, USER_LABEL } from '../machine-labels.ts';
import { type ClusterId, isSameCluster, type Labels, type Owner, ownerOf } from '../ownership.ts';
import { type ListAnswer, type ListedMachine, type ListedShared, listAnswer } from './answers.ts';
import { callProgram, type Work } from './call-program.ts';
import type { CommandOptions } from './options.ts';

/** A machine that the programs have made. */
export interface FoundMachine extends FoundAtCloud {
  /** What the programs call it. */
  readonly objectName: string;
  readonly created: string | undefined;
}

/** Something that machines of a cluster share. */
export interface FoundShared {
  readonly objectName: string;
  readonly owner: Owner;
  readonly created: string | undefined;
}

export interface Found {
  /** By index. */
  readonly machines: readonly FoundMachine[];
  readonly shared: readonly FoundShared[];
}

/** What finding needs. */
export interface Finding {
  readonly work: Work;
  readonly options: Pick<CommandOptions, 'list'>;
  /** Told of what carries labels of the action and is none of its own; each only once. */
  readonly ignored: (message: string) => void;
}

/**
 * What there is of a cluster of this name, of whatever repository; without a name, of all. One call
 * of `list`. Throws as `callProgram` does.
 */
export async function find(finding: Finding, asked: Partial<ClusterId> = {}): Promise<Found> {
  const { work, options } = finding;
  const { cluster, repository } = asked;
  const request = { action: 'list', cluster, repository } as const;
  const answer = await callProgram(work, { argv: options.list, request, answer: listAnswer });
  const isMeant = ({ owner }: { readonly owner: Owner }) =>
    (cluster === undefined || owner.cluster === cluster) &&
    (repository === undefined || owner.repository === repository);
  const { machines, shared } = foundOf(answer, finding.ignored);
  return {
    machines: machines.filter(isMeant).sort((a, b) => a.index - b.index),
    shared: shared.filter(isMeant),
  };
}

/** Every cluster of what was found, by name. */
export function clustersOf({ machines, shared }: Found): OwnedCluster[] {
  const parts = [
    ...machines.map((one) => ({ ...one, text: `machine ${one.objectName}` })),
    ...shared.map((one) => ({ ...one, text: one.objectName })),
  ];
  const groups: (typeof parts)[] = [];
  for (const part of parts) {
    const group = groups.find(([first]) => first && isSameCluster(first.owner, part.owner));
    if (group) group.push(part);
    else groups.push([part]);
  }
  return groups
    .flatMap((group) => clusterOf(group))
    .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}

function clusterOf(
  parts: readonly (Pick<FoundShared, 'owner' | 'created'> & { readonly text: string })[],
): OwnedCluster[] {
  const [first] = parts;
  if (!first) return [];
  const { expires: _, ...owner } = first.owner;
  const expires = latest(parts.map((part) => part.owner.expires));
  return [
    {
      owner: { ...owner, ...(expires !== undefined && { expires }) },
      created: parts.flatMap(({ created }) => created ?? []).sort()[0],
      parts: parts.map(({ text }) => text),
    },
  ];
}

/** The newest time, since a renewal that was killed has written it on some parts only. */
function latest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);
}

function foundOf({ machines, shared }: ListAnswer, ignored: Finding['ignored']): Found {
  return {
    machines: machines.flatMap((listed) => {
      const found = machineOf(listed);
      if (!found && ownerOf(listed.labels)) ignored(otherName('machine', listed.name));
      return found ?? [];
    }),
    shared: (shared ?? []).flatMap((listed) => {
      const found = sharedOf(listed);
      if (!found && ownerOf(listed.labels)) ignored(otherName('shared thing', listed.name));
      return found ?? [];
    }),
  };
}

function otherName(kind: string, name: string): string {
  return `The ${kind} ${name} of \`list\` has labels of Swarm Up, and not the name that Swarm Up gives a ${kind}: it is ignored, and stays.`;
}

/** Undefined for what is none of the driver's. */
function machineOf(listed: ListedMachine): FoundMachine | undefined {
  const { name, labels } = listed;
  const owner = ownerOf(labels);
  const index = indexOf(labels);
  if (!owner || index === undefined || name !== objectName(owner, index)) return undefined;
  const address = listed.address ?? '';
  return {
    ...{ objectName: name, name: `${owner.cluster}-${index}`, index, owner },
    ...{ labels: entryLabels(listed), created: timeOf(listed) },
    // One without an address was never finished.
    ...{ state: address === '' ? 'stopped' : listed.state },
    address: listed.state === 'running' ? address : '',
    privateAddress: listed.private_address || undefined,
  };
}

/** The labels, and how the machine is entered. */
function entryLabels({ labels, host_keys, port, user }: ListedMachine): Labels {
  return {
    ...labels,
    [PORT_LABEL]: String(port ?? 22),
    [USER_LABEL]: user ?? USER,
    ...(host_keys?.length && { [HOST_KEY_LABEL]: host_keys.join('\n') }),
  };
}

function sharedOf(listed: ListedShared): FoundShared | undefined {
  const { name, labels } = listed;
  const owner = ownerOf(labels);
  if (!owner || name !== objectName(owner)) return undefined;
  return { objectName: name, owner, created: timeOf(listed) };
}

function timeOf({ created }: Pick<ListedShared, 'created'>): string | undefined {
  return created ? new Date(created).toISOString() : undefined;
}

function indexOf(labels: Labels): number | undefined {
  const text = labels[INDEX_LABEL] ?? '';
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}
