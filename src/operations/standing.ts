import { ActionError, describeError } from '../base/errors.ts';
import { inStage } from '../base/stages.ts';
import { ownOf } from '../down/find-cluster.ts';
import { type EnteredHosts, enterMachines } from '../down/leave-hosts.ts';
import type { DownContext } from '../down/remove-cluster.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { MachineDriver, OwnedCluster } from '../machines/driver.ts';
import { closeAll } from '../machines/open-machines.ts';
import type { Owner } from '../machines/ownership.ts';
import { refuseForeign } from '../machines/provision.ts';
import { hasIpvs } from '../swarm/commands.ts';
import type { Swarm } from '../swarm/form.ts';
import { managerOf } from '../swarm/manager-of.ts';
import { listNodes } from '../swarm/nodes.ts';
import type { Node } from '../swarm/objects.ts';
import { type FoundStack, findStack } from './find-stack.ts';

/** What a command for a stack that stays is given. */
export interface OperationContext extends DownContext {
  /** Of the step that runs. */
  readonly owner: Owner;
  /** Undefined where none is named: then the one of the cluster. */
  readonly stackName: string | undefined;
}

/** A swarm that an earlier run has made or joined, and the stack on it that is meant. */
export interface Standing extends FoundStack {
  readonly swarm: Swarm;
  /** Every node of the swarm, entered or not. */
  readonly nodes: readonly Node[];
  /** Of machines that were made for it; undefined for hosts. */
  readonly cluster: OwnedCluster | undefined;
}

/**
 * Enters what an earlier run has left, by its name alone, and closes each connection afterwards. A
 * machine that is not reached is a warning as long as a manager is. Throws `ActionError` where
 * there is no such cluster or stack, and where it is another repository's.
 */
export async function onStanding<T>(
  context: OperationContext,
  work: (standing: Standing) => Promise<T>,
): Promise<T> {
  const { driver, owner, reporter, signal } = context;
  const hosts: EnteredHosts = { opened: [], machines: [], unreached: [] };
  try {
    const standing = await inStage(reporter, titleOf(context), async () => {
      const cluster = driver.makesMachines ? await clusterOf(driver, context) : undefined;
      const manager = await enter(context, hosts);
      const { api } = manager;
      const nodes = await listNodes(api, signal);
      const members = await membersOf(hosts.machines, nodes, signal);
      const found = await findStack(context, api);
      return { swarm: { manager, api, members }, nodes, cluster, ...found };
    });
    return await work(standing);
  } finally {
    await closeAll(hosts.opened);
  }

  function titleOf({ stackName }: OperationContext): string {
    return driver.makesMachines || stackName === undefined
      ? `Finding cluster ${owner.cluster}`
      : `Finding stack ${stackName}`;
  }
}

async function clusterOf(
  driver: MachineDriver,
  { owner, signal }: OperationContext,
): Promise<OwnedCluster> {
  const found = ownOf(await driver.clusters(signal), owner);
  if (found) return found;
  const [message, as] = driver.onRunner
    ? [`There is no cluster ${owner.cluster} on this runner.`, 'on the same runner']
    : [
        `There is no cluster ${owner.cluster} at ${driver.name}.`,
        'with a token of the same account or project',
      ];
  throw new ActionError(message, {
    hint: `Give the \`cluster\` of the step that deployed it (its output \`cluster\`), ${as}. A cluster whose post step has run is gone, unless \`teardown: never\` kept it.`,
  });
}

async function enter(context: OperationContext, hosts: EnteredHosts): Promise<ConnectedMachine> {
  const { driver, owner, reporter, signal } = context;
  const found = await driver.list(owner, signal);
  if (driver.makesMachines) refuseForeign(found, owner);
  for (const { name } of found.filter(({ state }) => state !== 'running')) {
    hosts.unreached.push(name);
    reporter.log.warning(`${name} does not run.`);
  }
  const running = found.filter(({ state }) => state === 'running');
  let failure: unknown;
  await enterMachines(running, context, hosts).catch((error: unknown) => {
    failure = error;
  });
  signal.throwIfAborted();
  const manager = hosts.machines.length > 0 ? managerOf(hosts) : undefined;
  if (manager && failure !== undefined) reporter.log.warning(describeError(failure));
  if (manager) return manager;
  throw failure ?? noSwarm(context);
}

function noSwarm({ driver, owner }: OperationContext): ActionError {
  return driver.makesMachines
    ? new ActionError(`No manager of cluster ${owner.cluster} runs.`, {
        hint: 'The next `up` of this cluster makes its machines anew.',
      })
    : new ActionError('None of the hosts is in a swarm.', {
        hint: 'Nothing is deployed there. Name a manager of the swarm in `hosts`, or deploy with `command: up` first.',
      });
}

async function membersOf(
  machines: readonly ConnectedMachine[],
  nodes: readonly Node[],
  signal: AbortSignal,
): Promise<Swarm['members']> {
  const options = { anyExitCode: true, repeatable: true, signal };
  return await Promise.all(
    machines.flatMap((machine) => {
      const node = nodes.find(({ ID }) => ID === machine.engine.Swarm.NodeID);
      if (!node) return [];
      const asked = machine.ssh.run(hasIpvs(), options);
      return [asked.then(({ exitCode }) => ({ machine, node, ipvs: exitCode === 0 }))];
    }),
  );
}
