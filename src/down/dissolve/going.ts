import type { ConnectedMachine } from '../../machines/connect.ts';
import type { Outside } from '../../swarm/adopt.ts';
import type { Node } from '../../swarm/objects.ts';
import { type Change, recordOf } from '../../swarm/records/node-record.ts';
import { isMine, type Leaver, type Outcome, othersOn, type View } from './outcome.ts';

/** A node of which something was changed for who leaves. */
export interface Going {
  readonly node: Node;
  /** Undefined where its host is not connected. */
  readonly machine: ConnectedMachine | undefined;
  readonly change: Change;
  /** Whether the host leaves; else no more than labels go. */
  readonly leaves: boolean;
}

/** One whose host is at hand. */
export type Connected = Going & { readonly machine: ConnectedMachine };

/**
 * The nodes that `up` changed for who leaves. A node without a label is one where the swarm itself
 * was made by us, or its host was in none before: then `up` was ended between the two.
 */
export function goingIn(
  view: View,
  {
    machines,
    leaver,
    outcome,
    outside,
  }: {
    readonly machines: readonly ConnectedMachine[];
    readonly leaver: Leaver;
    readonly outcome: Outcome;
    readonly outside: Outside;
  },
): Going[] {
  const isEnd = outcome.kind === 'ends';
  return view.nodes.flatMap((node): Going[] => {
    const machine = machines.find(({ engine }) => engine.Swarm.NodeID === node.ID);
    const record = recordOf(node);
    if (record) {
      if (!isEnd && !record.users.some((user) => isMine(user, leaver))) return [];
      const leaves = record.joined && othersOn(node, view, leaver, outcome).length === 0;
      return [{ node, machine, change: record, leaves }];
    }
    if (!machine) return [];
    const wasOutside = outside.hosts.includes(machine.index);
    if (!isEnd && !wasOutside) return [];
    // Of those that joined it is known; else it is the one that the swarm began on.
    const gatewayMade = wasOutside
      ? outside.withoutGateway.includes(machine.index)
      : (view.swarm?.gatewayMade ?? false);
    return [{ node, machine, change: { joined: true, gatewayMade }, leaves: true }];
  });
}

/** Whether a node joined for who leaves, and leaves with it. */
export function goesWith(node: Node, view: View, leaver: Leaver, outcome: Outcome): boolean {
  const record = recordOf(node);
  if (!record?.joined) return false;
  const isMineToo = outcome.kind === 'ends' || record.users.some((user) => isMine(user, leaver));
  return isMineToo && othersOn(node, view, leaver, outcome).length === 0;
}

/**
 * The manager that is told: in a swarm that stays, one that stays itself, where there is one. The
 * first of `machines` is a manager in any case.
 */
export function managerFor(
  { nodes }: View,
  going: readonly Going[],
  outcome: Outcome,
  machines: readonly [ConnectedMachine, ...ConnectedMachine[]],
): ConnectedMachine {
  const [entrance] = machines;
  if (outcome.kind === 'ends') return entrance;
  const leaving = new Set(going.filter(({ leaves }) => leaves).map(({ node }) => node.ID));
  const isFit = ({ engine }: ConnectedMachine) => {
    const node = nodes.find(({ ID }) => ID === engine.Swarm.NodeID);
    return node?.ManagerStatus?.Reachability === 'reachable' && !leaving.has(node.ID);
  };
  return machines.find(isFit) ?? entrance;
}
