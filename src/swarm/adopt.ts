import type { Labels, Owner } from '../machines/labels.ts';
import type { Fleet } from '../machines/provision.ts';
import type { ConnectedMachine } from '../machines/ready.ts';
import * as commands from './commands.ts';
import { type FormOptions, formSwarm, type Member, type Swarm } from './form.ts';
import { announceJoining, forgetJoining } from './joining.ts';
import { isLeaving } from './leaving.ts';
import { labelNode } from './nodes.ts';
import { recordLabels, recordOf, swarmLabels } from './record.ts';
import { removeReplaced, treatUnlisted } from './unlisted.ts';

/** What a host was like before it was made a node: by its index, which is its place in `hosts`. */
export interface Outside {
  /** Was in no swarm. */
  readonly hosts: readonly number[];
  /** Had no bridge for overlay networks, which joining makes. */
  readonly withoutGateway: readonly number[];
}

type AdoptOptions = Omit<FormOptions, 'disposable' | 'labels' | 'joined'> & {
  /** Told right before the first host is changed. */
  readonly forming: (outside: Outside) => void;
  /** Whether nodes that joined for this cluster and are not listed any more are removed. */
  readonly removeUnlisted: boolean;
};

/**
 * Forms a swarm of hosts that were there before, and writes what was changed where it can be found by a run that remembers nothing: on a
 * swarm, as it is initialised, whose it is; on each node, as soon as it has joined, what was changed of its host. A host of which nothing was
 * changed gets no label of ours.
 */
export async function adoptHosts(
  fleet: Fleet,
  owner: Owner,
  options: AdoptOptions,
): Promise<Swarm> {
  const { signal } = options;
  const outside = await hostsOutside(fleet.machines, owner, signal);
  if (outside.hosts.length > 0) options.forming(outside);
  let announced = false;
  const swarm = await formSwarm(fleet, {
    ...options,
    disposable: false,
    labels: ({ index }) => swarmLabels(owner, outside.withoutGateway.includes(index)),
    joining: async (machines, api) => {
      announced = true;
      const bare = machines.filter(({ index }) => outside.withoutGateway.includes(index));
      const addresses = (some: readonly ConnectedMachine[]) =>
        some.map(({ advertise }) => advertise);
      const joining = { addresses: addresses(machines), withoutGateway: addresses(bare) };
      await announceJoining(api, owner, joining, signal);
    },
    joined: async ({ index, labels }, id, manager) => {
      const gatewayMade = outside.withoutGateway.includes(index);
      const record = recordLabels({ owner, joined: true, gatewayMade, labels });
      await labelNode(manager.ssh, id, { add: record }, signal);
    },
  });
  for (const member of swarm.members) {
    const add = missingLabels(member, owner);
    if (Object.keys(add).length === 0) continue;
    await labelNode(swarm.manager.ssh, member.node.ID, { add }, signal);
  }
  const { api, manager } = swarm;
  if (announced) await forgetJoining(api, owner, signal);
  const nodes = swarm.members.map(({ node }) => node);
  const asked = { manager, owner, log: options.log, signal };
  await removeReplaced(nodes, asked);
  // The node of a host that does not answer is not one of the members, and is listed all the same.
  if (fleet.unreachable.length === 0) await treatUnlisted(nodes, options.removeUnlisted, asked);
  return swarm;
}

/** Of a node that was there before: the labels of its line that it has not, and the record of them. */
function missingLabels({ machine, node }: Member, owner: Owner): Labels {
  const before = recordOf(node);
  if (!before && Object.keys(machine.labels).length === 0) return {};
  const wanted = recordLabels({
    owner: before ? renewed(before.owner, owner) : owner,
    joined: before?.joined ?? false,
    gatewayMade: before?.gatewayMade ?? false,
    labels: { ...before?.labels, ...machine.labels },
  });
  const has = node.Spec.Labels ?? {};
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => has[key] !== value));
}

/** Who changed it first stays; how long it may live says the latest run of the same cluster. */
function renewed(before: Owner, owner: Owner): Owner {
  const isOwn = before.cluster === owner.cluster && before.repository === owner.repository;
  return isOwn ? { ...before, expires: owner.expires ?? before.expires } : before;
}

async function hostsOutside(
  machines: readonly ConnectedMachine[],
  owner: Owner,
  signal: AbortSignal,
): Promise<Outside> {
  const outside = machines.filter(({ engine }) => engine.Swarm.LocalNodeState === 'inactive');
  const bare = await Promise.all(outside.map((machine) => isBare(machine, owner, signal)));
  const indexes = outside.map(({ index }) => index);
  return { hosts: indexes, withoutGateway: indexes.filter((_, at) => bare[at]) };
}

/** Whether a host has no bridge for overlay networks, or only one that an earlier run of this cluster has left there. */
async function isBare(
  machine: ConnectedMachine,
  owner: Owner,
  signal: AbortSignal,
): Promise<boolean> {
  const options = { anyExitCode: true, repeatable: true, signal };
  const { exitCode } = await machine.ssh.run(commands.inspectGateway(), options);
  return exitCode !== 0 || (await isLeaving(machine, owner, signal));
}
