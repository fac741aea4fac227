import { count } from '../base/count.ts';
import type { RenderedStack } from '../compose/render/render.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { type ConnectedMachine, connect } from '../machines/connect.ts';
import type { Machine, MachineDriver } from '../machines/driver.ts';
import {
  connectEarly,
  type EarlyConnections,
  mayConnectEarly,
  NOTHING_EARLY,
} from '../machines/early-connections.ts';
import { LOCAL } from '../machines/local-ports.ts';
import type { OpenMachines } from '../machines/open-machines.ts';
import { type ClusterId, isSameCluster } from '../machines/ownership.ts';
import { type Fleet, provision, READY_TIMEOUT_MS } from '../machines/provision.ts';
import { refuseSameHost } from '../machines/same-host.ts';
import { refuseHalfLeft } from '../swarm/leave/half-left.ts';
import type { Tells } from './journal.ts';
import { publishedPortsOf } from './published-ports.ts';
import type { Run } from './run.ts';

/** Heading of the stage. */
export function machinesTitle({ nodes }: Inputs, existing: readonly Machine[]): string {
  const missing =
    nodes - existing.filter(({ index, state }) => index <= nodes && state === 'running').length;
  if (missing === 0) return `Connecting to ${count(nodes, 'machine')}`;
  return missing === nodes
    ? `Starting ${count(nodes, 'machine')}`
    : `Starting ${missing} of ${count(nodes, 'machine')}`;
}

/**
 * Begins to connect to hosts that were there before, while it is still checked what is to be
 * deployed to them: nothing is changed there, and nothing of it is told before its stage. A build
 * takes so long that what the hosts say of themselves would be old by then.
 */
export async function beginConnecting({
  owner,
  driver,
  inputs,
  reporter,
  signal,
}: Pick<Run, 'owner' | 'driver' | 'inputs' | 'reporter' | 'signal'>): Promise<EarlyConnections> {
  if (inputs.dryRun || inputs.build || driver.makesMachines) return NOTHING_EARLY;
  const hosts = await driver.list(owner, signal);
  if (!(await mayConnectEarly(driver, hosts, signal))) return NOTHING_EARLY;
  return connectEarly(
    hosts,
    (machine, options) =>
      connect(driver, machine, roleIn(inputs)(machine.index), {
        ...options,
        timeoutMs: READY_TIMEOUT_MS,
      }),
    { signal, log: reporter.log },
  );
}

function roleIn({ roles }: Pick<Inputs, 'roles'>) {
  return (index: number): ConnectedMachine['role'] => roles[index - 1] ?? 'worker';
}

/**
 * Finds and makes the machines, and connects to each; `opened` takes every connection as soon as
 * there is one.
 */
export async function startMachines(
  context: Pick<Run, 'owner' | 'driver' | 'inputs' | 'reporter' | 'signal'> &
    Tells<'beginning' | 'learned'>,
  stack: RenderedStack | undefined,
  existing: readonly Machine[],
  { opened, early }: { readonly opened: OpenMachines; readonly early: EarlyConnections },
  note: (text: string) => void,
): Promise<Fleet> {
  const { owner, driver, inputs, reporter, signal } = context;
  signal.throwIfAborted();
  context.journal.beginning(
    driver.makesMachines &&
      existing.every(
        (machine) =>
          machine.owner.run === owner.run && machine.owner.repository === owner.repository,
      ),
  );
  await renew(context, existing);
  const spec = { owner, publishedPorts: publishedPortsOf(stack), machines: inputs.nodes };
  const fleet = await provision(driver, spec, existing, inputs.nodes, {
    signal,
    log: reporter.log,
    roleOf: roleIn(inputs),
    opened: opened.add,
    early: early.take,
  });
  if (!driver.makesMachines) {
    refuseSameHost(fleet.machines);
    refuseHalfLeft(fleet.machines);
  }
  for (const machine of fleet.machines) {
    const isFound = driver.makesMachines && !fleet.created.includes(machine.name);
    const made = isFound ? ', found running' : '';
    reporter.log.info(
      `${machine.name}  ${machine.address}  Docker ${machine.engine.ServerVersion}${made}`,
    );
  }
  tellCosts(context, fleet);
  const unbound = spec.publishedPorts.filter(
    ({ port, protocol }) => !fleet.machines[0]?.localPorts.has(`${port}/${protocol}`),
  );
  // A machine that is reached there is led to once the stack runs.
  const isThere = fleet.machines[0]?.address === LOCAL;
  if (driver.makesMachines && driver.onRunner && !isThere && unbound.length > 0) {
    reporter.log.info(
      `127.0.0.1 of the runner does not lead to port ${unbound.map(({ port }) => port).join(', ')}: ${fleet.machines[0]?.name} was made before the stack published it. The addresses of the nodes do.`,
    );
  }
  if (fleet.unreachable.length > 0) note(`${fleet.unreachable.join(', ')} did not answer`);
  else note(fleet.created.length === 0 ? 'all were there' : `${fleet.created.length} made`);
  return fleet;
}

/** Once it is known where the machines really are: a place that was planned may have had no room. */
function tellCosts(
  { driver, reporter, journal }: Pick<Run, 'driver' | 'reporter'> & Tells<'learned'>,
  { machines, surplus }: Fleet,
): void {
  const costs = driver.makesMachines ? (driver.costs?.([...machines, ...surplus]) ?? []) : [];
  if (costs.length > 0) journal.learned({ costs });
  for (const line of costs) reporter.log.info(line);
}

/** Before anything else: the cluster must not be swept while it is updated. */
async function renew(
  { driver, owner, signal, journal }: Pick<Run, 'driver' | 'owner' | 'signal'> & Tells<'learned'>,
  existing: readonly Machine[],
): Promise<void> {
  if (driver.makesMachines && existing.length > 0) {
    if (owner.expires !== undefined) await driver.renew(owner, signal);
    else journal.learned({ expires: await expiryOf(driver, owner, signal) });
  }
  if (owner.expires !== undefined) journal.learned({ expires: owner.expires });
}

async function expiryOf(
  driver: MachineDriver,
  id: ClusterId,
  signal: AbortSignal,
): Promise<string | undefined> {
  const own = (await driver.clusters(signal)).find(({ owner }) => isSameCluster(owner, id));
  return own?.owner.expires;
}
