import { ActionError } from '../../base/errors.ts';
import type { EngineApi } from '../../engine/api.ts';
import { readTime } from '../../engine/wall-clock.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import { isSameRepository, type Labels, type Owner } from '../../machines/ownership.ts';
import type { Member } from '../form.ts';
import { listNodes } from '../nodes.ts';
import type { Node } from '../objects.ts';
import { changeNodeLabels, changeSwarmLabels, isSameLabels } from './change-labels.ts';
import { readAllJoining } from './join-intent.ts';
import {
  type Change,
  nodeUsedBy,
  recordOf,
  swarmRecordOf,
  swarmUsedBy,
  type TakenLabel,
  takenLabels,
} from './node-record.ts';
import { describeUser, isOver, type User } from './users.ts';

type Asked = Pick<EngineApi, 'get'>;

/** A cluster as a user of hosts: runs without a name are one by the stack that they deploy. */
export function userOf(owner: Owner, stack: string | undefined): User {
  return { owner, stack: owner.isOfRun ? stack : undefined };
}

/**
 * Throws `ActionError`, before anything is changed, where a node has a label of its line with
 * another value that others gave it: it would be theirs no more. `api` is that of a manager.
 */
export async function refuseTakenLabels(
  api: Asked,
  machines: readonly Pick<ConnectedMachine, 'labels' | 'engine'>[],
  user: User,
  signal: AbortSignal,
): Promise<void> {
  if (!wantLabels(machines)) return;
  const now = await readTime(api, signal);
  const nodes = await listNodes(api, signal);
  const taken = machines.flatMap(({ labels, engine }) => {
    const node = nodes.find(({ ID }) => ID === engine.Swarm.NodeID);
    return node ? takenOn(node, node.Spec.Labels ?? {}, { ...user, labels }, now) : [];
  });
  if (taken.length > 0) throw refusal(taken, user);
}

function wantLabels(machines: readonly Pick<ConnectedMachine, 'labels'>[]): boolean {
  return machines.some(({ labels }) => Object.keys(labels).length > 0);
}

/**
 * Writes a cluster as a user on a swarm that this action has initialised, on the nodes of its hosts
 * of which something was changed, and gives them the labels of their lines. What one has changed
 * stays until the last user goes. Gives the nodes of the swarm; undefined if labels were changed,
 * so that they have to be read again. Throws as `refuseTakenLabels` where somebody has given a label
 * meanwhile.
 */
export async function register(
  { api, members }: { readonly api: EngineApi; readonly members: readonly Omit<Member, 'ipvs'>[] },
  user: User,
  signal: AbortSignal,
): Promise<readonly Node[] | undefined> {
  let isInitialised = false;
  // First, because with it the swarm stays whole.
  await changeSwarmLabels(
    api,
    (labels) => {
      isInitialised = swarmRecordOf(labels) !== undefined;
      return swarmUsedBy(labels, user);
    },
    { signal },
  );
  const isWanted = wantLabels(members.map(({ machine }) => machine));
  const now = isWanted ? await readTime(api, signal) : undefined;
  const unrecorded = await unrecordedHosts(api, signal);
  const machines = new Map(members.map(({ node, machine }) => [node.ID, machine]));
  const nodes = await listNodes(api, signal);
  let isChanged = false;
  for (const node of nodes) {
    const machine = machines.get(node.ID);
    // The tasks of a stack may come to any node of a swarm.
    if (!machine && !(isInitialised && recordOf(node))) continue;
    const own = machine ? { ...user, labels: machine.labels } : user;
    const known = machine && unrecorded(machine.advertise);
    const change = (labels: Labels) => {
      const taken = now ? takenOn(node, labels, own, now) : [];
      if (taken.length > 0) throw refusal(taken, user);
      return nodeUsedBy(labels, own, known);
    };
    // Most have joined for this cluster, and were given their labels then: they need no question.
    if (isSameLabels(labelsOf(node), change(labelsOf(node)))) continue;
    isChanged = true;
    await changeNodeLabels(api, node.ID, change, { signal });
  }
  return isChanged ? undefined : nodes;
}

function labelsOf({ Spec }: Node): Labels {
  return Spec.Labels ?? {};
}

/** What runs that were lost between a join and its label have told of hosts, by their address. */
async function unrecordedHosts(api: Asked, signal: AbortSignal) {
  const announced = await readAllJoining(api, signal);
  return (address: string): (Change & { readonly users: readonly User[] }) | undefined => {
    const found = announced.filter(({ addresses }) => addresses.includes(address));
    if (found.length === 0) return undefined;
    return {
      joined: true,
      gatewayMade: found.some(({ withoutGateway }) => withoutGateway.includes(address)),
      // Runs without a name do not come back to it.
      users: found.flatMap(({ owner }) => (owner.isOfRun ? [] : [{ owner, labels: {} }])),
    };
  };
}

type TakenOn = TakenLabel & { readonly node: Node };

function takenOn(node: Node, labels: Labels, user: User, now: Date): TakenOn[] {
  return takenLabels(labels, user, (one) => isOver(one, now)).map((one) => ({ ...one, node }));
}

function refusal(taken: readonly TakenOn[], { owner }: User): ActionError {
  const lines = taken.map(({ node, key, has, wanted, users }) => {
    const whose =
      users.length === 0
        ? 'which was not given by Swarm Up'
        : `which ${users.map((user) => describeUser(user, owner)).join(', ')} ${users.length === 1 ? 'uses' : 'use'}`;
    return `Node ${node.Description.Hostname} has the label ${key}=${has}, ${whose}, and \`hosts\` gives it ${key}=${wanted}.`;
  });
  const clusters = taken
    .flatMap(({ users }) => users.map((user) => user.owner))
    .filter((one) => isSameRepository(one, owner))
    .map(({ cluster }) => `\`cluster: ${cluster}\``);
  const end =
    clusters.length === 0
      ? ''
      : ` If it is not needed any more, end what uses it: \`command: down\` with ${[...new Set(clusters)].join(', ')}.`;
  return new ActionError(lines[0] ?? '', {
    details: lines.slice(1).join('\n') || undefined,
    hint: `The label was not changed. Give the line the same value, or another key.${end}`,
  });
}
