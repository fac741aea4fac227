import { describeError } from '../base/errors.ts';
import type { DriverLog } from '../base/log.ts';
import type { EngineApi } from '../engine/api.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { ClusterId, Owner } from '../machines/ownership.ts';
import { readStackRecords } from '../stack/ownership.ts';
import { halfLeft, isHalfLeft } from '../swarm/leave/half-left.ts';
import { readSwarmLabels } from '../swarm/membership.ts';
import { listNodes } from '../swarm/nodes.ts';
import type { Node } from '../swarm/objects.ts';
import { readLostOwner } from '../swarm/records/forming-lock.ts';
import {
  nameForged,
  nameForgedSwarm,
  recordOf,
  swarmRecordOf,
} from '../swarm/records/node-record.ts';

/**
 * What the swarm of a manager tells of one cluster: a stack that it has deployed, a node or a swarm
 * that it has changed.
 */
export interface Part {
  readonly owner: Owner;
  readonly manager: ConnectedMachine;
  /** Of a stack, its name; else for example `node web-1`. */
  readonly name: string;
  readonly isStack?: true | undefined;
  readonly created?: string | undefined;
}

/** A part, and which of the machines are in its swarm. */
export interface FoundPart extends Part {
  readonly machines: readonly ConnectedMachine[];
}

interface ReadOptions {
  readonly signal: AbortSignal;
  readonly log: DriverLog;
}

/** Asks one manager of each swarm. Throws where none answers; where some do not, it warns. */
export async function readParts(
  machines: readonly ConnectedMachine[],
  { signal, log }: ReadOptions,
): Promise<readonly FoundPart[]> {
  const parts: FoundPart[] = [];
  const known = new Set<string>();
  const failures: unknown[] = [];
  // Each is asked at once: of a hundred swarms one after the other would take minutes.
  const managers = machines.filter(({ engine }) => engine.Swarm.ControlAvailable);
  const lists = await Promise.allSettled(
    managers.map(async (manager) => {
      if (isHalfLeft(manager)) throw halfLeft([manager]);
      return await listNodes(manager.api, signal);
    }),
  );
  signal.throwIfAborted();
  const asked = managers.flatMap((manager, at) => {
    if (known.has(manager.engine.Swarm.NodeID)) return [];
    const list = lists[at];
    if (list?.status !== 'fulfilled') {
      failures.push(list?.reason);
      return [];
    }
    const ids = new Set(list.value.map(({ ID }) => ID));
    for (const id of ids) known.add(id);
    const peers = machines.filter(({ engine }) => ids.has(engine.Swarm.NodeID));
    return [{ manager, nodes: list.value, peers }];
  });
  const told = await Promise.allSettled(
    asked.map(({ manager, nodes }) => partsOf(manager.api, manager, nodes, { signal, log })),
  );
  signal.throwIfAborted();
  for (const [at, one] of told.entries()) {
    const peers = asked[at]?.peers ?? [];
    if (one.status === 'rejected') failures.push(one.reason);
    else parts.push(...one.value.map((part) => ({ ...part, machines: peers })));
  }
  if (known.size === 0 && failures.length > 0) throw failures[0];
  for (const failure of failures) log.warning(describeError(failure));
  return [...parts, ...(await lostLocks(machines, parts, signal))];
}

/**
 * What runs have left that were lost before there was a swarm. Where anything else is of the
 * cluster, that says when it goes.
 */
async function lostLocks(
  machines: readonly ConnectedMachine[],
  parts: readonly Part[],
  signal: AbortSignal,
): Promise<readonly FoundPart[]> {
  const found = new Set(parts.map(({ owner }) => idOf(owner)));
  const owners = await Promise.allSettled(
    machines.map((machine) => readLostOwner(machine, signal)),
  );
  return machines.flatMap((machine, at): FoundPart[] => {
    const one = owners[at];
    if (one?.status !== 'fulfilled') throw one?.reason;
    const owner = one.value;
    if (!owner || found.has(idOf(owner))) return [];
    const name = `lock of ${machine.name}`;
    return [{ owner, manager: machine, name, machines: [machine] }];
  });
}

async function partsOf(
  api: EngineApi,
  manager: ConnectedMachine,
  nodes: readonly Node[],
  { signal, log }: ReadOptions,
): Promise<Part[]> {
  nameForged(nodes, log.warning);
  const stacks = (await readStackRecords(api, signal, log.warning)).map(
    ({ stack, owner, created }): Part => ({ owner, manager, name: stack, created, isStack: true }),
  );
  const hosts = nodes.flatMap((node) => {
    const name = `node ${node.Description.Hostname}`;
    return (recordOf(node)?.users ?? []).map(({ owner }): Part => ({ owner, manager, name }));
  });
  const labels = await readSwarmLabels(api, signal);
  nameForgedSwarm(labels, log.warning);
  // Who uses a swarm uses a node of it, too, and only what an earlier version wrote on the swarm
  // was not renewed.
  const swarm = (swarmRecordOf(labels)?.users ?? [])
    .filter((user) => !hosts.some(({ owner }) => idOf(owner) === idOf(user.owner)))
    .map(({ owner }): Part => ({ owner, manager, name: 'swarm' }));
  return [...stacks, ...hosts, ...swarm];
}

/** Of a cluster, for comparison. */
export function idOf({ cluster, repository }: ClusterId): string {
  return `${cluster}/${repository}`;
}
