import type { ConnectedMachine } from '../machines/connect.ts';
import type { Owner } from '../machines/ownership.ts';
import type { Fleet } from '../machines/provision.ts';
import * as commands from './commands.ts';
import { type FormOptions, formSwarm, type Swarm } from './form.ts';
import { isLeaving } from './leave/leaving.ts';
import { removeReplaced, treatUnlisted } from './leave/unlisted.ts';
import { labelNode } from './nodes.ts';
import { announceJoining, forgetJoining } from './records/join-intent.ts';
import { joinedLabels, swarmLabels } from './records/node-record.ts';
import { refuseTakenLabels, register, userOf } from './records/register.ts';

/** What a host was like before it was made a node: by its index, which is its place in `hosts`. */
export interface Outside {
  /** Was in no swarm. */
  readonly hosts: readonly number[];
  /** Had no bridge for overlay networks, which joining makes. */
  readonly withoutGateway: readonly number[];
}

type AdoptOptions = Omit<FormOptions, 'disposable' | 'labels' | 'found' | 'joined' | 'complete'> & {
  /** The stack that is deployed there, if any. */
  readonly stack: string | undefined;
  /** Told right before the first host is changed. */
  readonly forming: (outside: Outside) => void;
  /** Whether nodes that joined for this cluster and are not listed any more are removed. */
  readonly removeUnlisted: boolean;
};

/**
 * Forms a swarm of hosts that were there before, and writes what was changed, and who uses it,
 * where it can be found by a run that remembers nothing: on a swarm, as it is initialised; on each
 * node, as soon as it has joined. A host of which nothing was changed gets no label of ours. Throws
 * `ActionError`, before anything is changed, where a label of `hosts` has another value that is in
 * use.
 */
export async function adoptHosts(
  fleet: Fleet,
  owner: Owner,
  options: AdoptOptions,
): Promise<Swarm> {
  const { signal } = options;
  const outside = await hostsOutside(fleet.machines, signal);
  if (outside.hosts.length > 0) options.forming(outside);
  let announced = false;
  const user = userOf(owner, options.stack);
  return await formSwarm(fleet, {
    ...options,
    disposable: false,
    found: (api) => refuseTakenLabels(api, fleet.machines, user, signal),
    labels: ({ index }) =>
      swarmLabels({ users: [user], gatewayMade: outside.withoutGateway.includes(index) }),
    joining: async (machines, api) => {
      announced = true;
      const bare = machines.filter(({ index }) => outside.withoutGateway.includes(index));
      const addresses = (some: readonly ConnectedMachine[]) =>
        some.map(({ advertise }) => advertise);
      const joining = { addresses: addresses(machines), withoutGateway: addresses(bare) };
      await announceJoining(api, owner, joining, signal);
    },
    joined: async ({ index, labels }, id, manager) => {
      const record = joinedLabels({ ...user, labels }, outside.withoutGateway.includes(index));
      await labelNode(manager.ssh, id, record, signal);
    },
    complete: async (swarm) => {
      const registered = await register(swarm, user, signal);
      const { api, manager } = swarm;
      if (announced) await forgetJoining(api, owner, signal);
      const nodes = swarm.members.map(({ node }) => node);
      const asked = { manager, owner, log: options.log, signal };
      const isChanged = await removeReplaced(nodes, { ...asked, nodes: registered });
      // The node of a host that does not answer is not one of the members, and is listed all the
      // same.
      if (fleet.unreachable.length > 0) return;
      const seen = isChanged ? undefined : registered;
      await treatUnlisted(nodes, options.removeUnlisted, { ...asked, nodes: seen });
    },
  });
}

async function hostsOutside(
  machines: readonly ConnectedMachine[],
  signal: AbortSignal,
): Promise<Outside> {
  const outside = machines.filter(({ engine }) => engine.Swarm.LocalNodeState === 'inactive');
  const bare = await Promise.all(outside.map((machine) => isBare(machine, signal)));
  const indexes = outside.map(({ index }) => index);
  return { hosts: indexes, withoutGateway: indexes.filter((_, at) => bare[at]) };
}

/**
 * Whether a host has no bridge for overlay networks, or only one that an earlier run, of whichever
 * cluster, has made and left there.
 */
async function isBare(machine: ConnectedMachine, signal: AbortSignal): Promise<boolean> {
  const options = { anyExitCode: true, repeatable: true, signal };
  const { exitCode } = await machine.ssh.run(commands.inspectGateway(), options);
  return exitCode !== 0 || (await isLeaving(machine, undefined, signal));
}
