import type { DriverLog } from '../../base/log.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import type { Owner } from '../../machines/ownership.ts';
import { isManager, listNodes } from '../nodes.ts';
import type { Node } from '../objects.ts';
import { keepsMajority } from '../quorum.ts';
import { recordOf } from '../records/node-record.ts';
import { describeUser, isOf, type User } from '../records/users.ts';
import { drain, removeNode } from './leave.ts';

interface Asked {
  readonly manager: ConnectedMachine;
  readonly owner: Owner;
  readonly log: DriverLog;
  readonly signal: AbortSignal;
  /** As they were read a moment ago; else they are read. */
  readonly nodes?: readonly Node[] | undefined;
}

/** Nodes that joined, and that this cluster has had in its `hosts`. */
function ours(nodes: readonly Node[], owner: Owner): Node[] {
  return nodes.filter((node) => {
    const record = recordOf(node);
    return record?.joined && record.users.some((user) => isOf(user, owner) && user.labels);
  });
}

/** Other clusters that have a node in their `hosts`. */
function othersThatList(node: Node, owner: Owner): User[] {
  const users = recordOf(node)?.users ?? [];
  return users.filter((user) => !isOf(user, owner) && user.labels);
}

/**
 * Removes what a host left of itself in the swarm before it was set up anew: a node that joined for
 * this cluster, is not there any more, and has the host name of a node that is. Gives whether there
 * were some.
 */
export async function removeReplaced(members: readonly Node[], asked: Asked): Promise<boolean> {
  const { manager, owner, log, signal } = asked;
  const nodes = asked.nodes ?? (await listNodes(manager.api, signal));
  const replaced = ours(nodes, owner).filter(
    (node) =>
      node.Status.State !== 'ready' &&
      members.every(({ ID }) => ID !== node.ID) &&
      members.some(({ Description }) => Description.Hostname === node.Description.Hostname),
  );
  for (const node of replaced) {
    log.info(
      `${node.Description.Hostname}  joined anew; its old node ${node.ID}, which is ${node.Status.State}, is removed`,
    );
    await removeNode(manager, node, signal);
  }
  return replaced.length > 0;
}

/**
 * Removes nodes that joined, go by `isGoing`, and are down, or whose host is one of `machines` and
 * has left already, so that the rest does not wait for them. Those of `machines` that are nodes are
 * left alone. `leftEarlier` is called with such a host before its node goes, which is the last that
 * knows of it.
 */
export async function removeDown(
  machines: readonly ConnectedMachine[],
  isGoing: (node: Node) => boolean,
  {
    manager,
    log,
    signal,
    leftEarlier,
  }: Omit<Asked, 'owner' | 'nodes'> & {
    readonly leftEarlier: (machine: ConnectedMachine, node: Node) => Promise<void>;
  },
): Promise<void> {
  const known = new Set(machines.map(({ engine }) => engine.Swarm.NodeID));
  for (const node of await listNodes(manager.api, signal)) {
    if (known.has(node.ID) || !recordOf(node)?.joined || !isGoing(node)) continue;
    const { Hostname } = node.Description;
    // Whatever is there now, it is not this node any more.
    const host = machines.find(({ advertise }) => advertise === node.Status.Addr);
    const isOutside = host?.engine.Swarm.LocalNodeState === 'inactive';
    if (!isOutside && node.Status.State !== 'down') continue;
    if (host && isOutside) {
      await leftEarlier(host, node);
      log.info(`${Hostname} has left earlier; its node is removed`);
      await removeNode(manager, node, signal);
    } else if (host) {
      log.info(`${Hostname} is another node by now; its old one, ${node.ID}, is removed`);
      await removeNode(manager, node, signal);
    } else {
      await removeNode(manager, node, signal);
      log.warning(removed(node, 'is down'));
    }
  }
}

/**
 * Nodes that joined for this cluster and whose host is not listed any more: named, and with
 * `remove` drained, demoted and removed, but never where most managers could not be reached then.
 */
export async function treatUnlisted(
  members: readonly Node[],
  remove: boolean,
  asked: Asked,
): Promise<void> {
  const { manager, owner, log, signal } = asked;
  const known = new Set(members.map(({ ID }) => ID));
  // Dead managers first: the majority is that of the others then.
  const nodes = asked.nodes ?? (await listNodes(manager.api, signal));
  const unlisted = ours(nodes, owner)
    .filter(({ ID }) => !known.has(ID))
    .toSorted((a, b) => Number(a.Status.State === 'ready') - Number(b.Status.State === 'ready'));
  if (unlisted.length === 0) return;
  if (!remove) {
    const names = unlisted.map(({ Description }) => Description.Hostname).join(', ');
    log.info(
      `Not in \`hosts\`, but in the swarm since this cluster let it join: ${names}. It stays; \`driver-options: "remove-unlisted: true"\` would remove it.`,
    );
    return;
  }
  for (const node of unlisted) {
    const now = await listNodes(manager.api, signal);
    const name = node.Description.Hostname;
    const current = ours(now, owner).find(({ ID }) => ID === node.ID);
    if (!current) continue;
    const others = othersThatList(current, owner);
    if (others.length > 0) {
      const users = others.map((user) => describeUser(user, owner)).join(', ');
      log.info(`${name} is not in \`hosts\` any more, and stays: it is in those of ${users}`);
      continue;
    }
    if (isManager(node) && !keepsMajority(now, new Set([node.ID]))) {
      log.warning(
        `${name} is not in \`hosts\` any more and stays all the same: without it, most managers of the swarm could not be reached. Bring the others back (docker node ls), then run again.`,
      );
      continue;
    }
    log.info(`${name}  is not in \`hosts\` any more: its tasks move, then it is removed`);
    await drain(manager, node, signal);
    await removeNode(manager, node, signal);
    log.warning(removed(node, 'is not in `hosts` any more'));
  }
}

function removed({ Description: { Hostname }, Status }: Node, reason: string): string {
  const begin = `${Hostname} ${reason}, and was removed from the swarm.`;
  const command = 'docker swarm leave --force';
  // One that is down may have left by hand.
  return Status.State === 'down'
    ? `${begin} If its dockerd still takes itself for a node (\`docker info\` says \`Swarm: active\`), run on ${Hostname}: ${command}`
    : `${begin} Its own dockerd does not know that yet. On ${Hostname}, run: ${command}`;
}
