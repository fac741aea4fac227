import { count } from '../base/count.ts';
import { ActionError, describeError } from '../base/errors.ts';
import { inStage } from '../base/stages.ts';
import { UnreachableError } from '../base/unreachable.ts';
import { planOf } from '../deploy/plan.ts';
import { EngineToInstall } from '../engine/install.ts';
import { type ConnectedMachine, connect } from '../machines/connect.ts';
import type { Machine } from '../machines/driver.ts';
import { enterAll, type OpenMachines } from '../machines/open-machines.ts';
import { refuseHalfLeft } from '../swarm/leave/half-left.ts';
import { refuseTakenLabels, userOf } from '../swarm/records/register.ts';
import { unlocked } from '../swarm/unlock.ts';
import { buildLines } from './build-images.ts';
import type { Checked } from './check/check.ts';
import type { CheckedStack } from './check/checked-stack.ts';
import { limitStacks } from './check/limit-clusters.ts';
import { placePorts } from './deploy/choose-ports.ts';
import { compareStack, logPlan } from './deploy/compare.ts';
import { checkClaim } from './deploy/own-stack.ts';
import type { Tells } from './journal.ts';
import type { Run } from './run.ts';

/** How long connecting to one machine may take, in ms. */
const CONNECT_TIMEOUT_MS = 30_000;

type DryRunContext = Pick<Run, 'inputs' | 'owner' | 'driver' | 'runner' | 'reporter' | 'signal'> &
  Tells<'learned'>;

/**
 * Says what an `up` would change, and changes nothing: machines that run are asked, others are only
 * named. Throws what the checks of a deployment would throw.
 */
export async function dryRun(
  context: DryRunContext,
  { compose, existing }: Checked,
  opened: OpenMachines,
): Promise<void> {
  const { inputs, reporter } = context;
  const running = existing.filter(({ state }) => state === 'running');
  let machines: readonly string[] = [];
  const tell = (lines: readonly string[]) => {
    machines = [...machines, ...lines];
    context.journal.learned({ machines });
    for (const line of lines) reporter.log.info(line);
  };
  tell(machineLines(context, running));
  tell(buildLines(compose?.builds ?? []));
  if (running.length > 0) {
    await inStage(reporter, `Connecting to ${count(running.length, 'machine')}`, async () =>
      tell(await connectAll(context, running, opened)),
    );
  }
  if (!context.driver.makesMachines) refuseHalfLeft(opened.all);
  const manager = opened.all.find(({ engine }) => engine.Swarm.ControlAvailable);
  if (!manager) {
    for (const machine of opened.all) unlocked(machine);
    if (opened.all.some(({ engine }) => engine.Swarm.LocalNodeState === 'active')) {
      throw new ActionError('The machines are in a swarm, and none of them is a manager of it.', {
        hint: 'Nothing was changed. Name a manager of the swarm in `hosts`: only managers know what runs in it.',
      });
    }
    tell([`a swarm of ${count(inputs.nodes, 'node')} is formed`]);
  }
  if (manager && !context.driver.makesMachines) {
    const user = userOf(context.owner, compose?.stack.name);
    await refuseTakenLabels(manager.api, opened.all, user, context.signal);
  }
  if (!compose) return;
  if (!context.driver.makesMachines) await limitStacks(context, opened.all, compose.stack.name);
  await inStage(reporter, 'Comparing with the swarm', () =>
    compare(context, compose, manager, opened.all),
  );
}

function machineLines(
  { inputs, driver, owner }: Pick<Run, 'inputs' | 'driver' | 'owner'>,
  running: readonly Machine[],
): readonly string[] {
  if (!driver.makesMachines) return [];
  const wanted = Array.from({ length: inputs.nodes }, (_, at) => at + 1);
  const missing = wanted.filter((index) => !running.some((machine) => machine.index === index));
  const surplus = running.filter(({ index }) => index > inputs.nodes);
  return [
    ...(missing.length > 0
      ? [
          `${missing.map((index) => `${owner.cluster}-${index}`).join(', ')}: made by driver ${driver.name}`,
        ]
      : []),
    ...surplus.map(({ name }) => `${name}: leaves the swarm and is destroyed`),
  ];
}

/**
 * A host that is not reached may be missing where the run itself may go on without it. Gives a line
 * for each machine that would get Docker Engine first; such a one is not asked for more.
 */
async function connectAll(
  { driver, inputs, reporter, signal }: Pick<Run, 'driver' | 'inputs' | 'reporter' | 'signal'>,
  running: readonly Machine[],
  opened: OpenMachines,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const { failures } = await enterAll(running, async (machine) => {
    const role = inputs.roles[machine.index - 1] ?? 'worker';
    const options = { signal, timeoutMs: CONNECT_TIMEOUT_MS, log: reporter.log };
    const connected = await connect(driver, machine, role, options);
    opened.add(connected);
    return connected;
  });
  for (const { error } of failures) {
    if (error instanceof EngineToInstall) {
      lines.push(installationLine(error));
      continue;
    }
    const mayMiss =
      !driver.makesMachines && driver.adoption.allowUnreachable && opened.all.length > 0;
    if (!(mayMiss && error instanceof UnreachableError)) throw error;
    reporter.log.warning(describeError(error));
  }
  return lines;
}

function installationLine({ machine, source }: EngineToInstall): string {
  const from = {
    distribution: 'from the repositories of its distribution',
    docker: "from Docker's repository",
  };
  const where = source === 'distribution' || source === 'docker' ? ` ${from[source]}` : '';
  return `${machine}: Docker Engine is installed${where}`;
}

async function compare(
  context: DryRunContext,
  compose: CheckedStack,
  manager: ConnectedMachine | undefined,
  opened: readonly ConnectedMachine[],
): Promise<void> {
  const { inputs } = context;
  const api = manager?.api;
  const placed = await placePorts(context, api, compose);
  const { name, waves } = placed.compose.stack;
  if (api) await checkClaim(context, api, placed.compose.stack);
  const { wanted, present, recreatedNetworks } = await compareStack(
    context,
    api,
    opened,
    placed.compose,
  );
  const options = { stack: name, prune: inputs.prune, waves, recreatedNetworks };
  logPlan(context, planOf(wanted, present, options));
}
