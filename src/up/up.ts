import { inStage } from '../base/stages.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import { checkHosts, needsHostCheck } from '../preflight/check-hosts.ts';
import type { Facts } from '../report/facts.ts';
import { Superseded } from '../stack/turn.ts';
import { buildIfAsked } from './build-images.ts';
import { check } from './check/check.ts';
import type { UpContext } from './context.ts';
import { runDeployment } from './deploy/deploy-stack.ts';
import { loadIfAsked } from './deploy/deploy-wave.ts';
import { withDeployLock } from './deploy/with-lock.ts';
import { dryRun } from './dry-run.ts';
import { explainFailure } from './explain-failure.ts';
import { form, handOver } from './form-swarm.ts';
import { learnServing } from './learn-serving.ts';
import { learnPreviews } from './previews.ts';
import { onlyReads } from './reads.ts';
import { machinesTitle, startMachines } from './start-machines.ts';
import { withFleetLock } from './with-hosts.ts';

/**
 * The way up: check, machines, swarm, images, stack, convergence, verification. Running it again on
 * the same cluster completes what is missing and changes nothing else. With `dry-run: true` the
 * driver has to be one that only reads, and nothing is changed at all.
 */
export async function up(given: UpContext): Promise<void> {
  const context = given.inputs.dryRun ? changingNothing(given) : given;
  const opened: ConnectedMachine[] = [];
  const known: Partial<Facts> = {};
  const learned = (facts: Partial<Facts>) => {
    Object.assign(known, facts);
    context.learned(facts);
  };
  let isExplained = context.inputs.dryRun;
  const explainFailureOnce = async (error: unknown) => {
    if (isExplained || context.signal.aborted || error instanceof Superseded) return;
    isExplained = true;
    await explainFailure(context, error, opened, known.stack);
  };
  try {
    await runStages({ ...context, learned }, opened, explainFailureOnce);
  } catch (error) {
    await explainFailureOnce(error);
    const isMeant = context.inputs.dryRun || error instanceof Superseded;
    if (!isMeant) await learnServing({ ...context, learned }, opened, known);
    throw error;
  } finally {
    await Promise.allSettled(opened.map((machine) => machine.ssh.close()));
  }
}

/**
 * A dry run shares its checks with a deployment, so whatever they run is asked whether it only
 * reads.
 */
function changingNothing(context: UpContext): UpContext {
  if (!context.driver.guard) throw new Error('A dry run has a driver that only reads.');
  return { ...context, runner: onlyReads(context.runner) };
}

async function runStages(
  context: UpContext,
  opened: ConnectedMachine[],
  explainFailureOnce: (error: unknown) => Promise<void>,
): Promise<void> {
  const { inputs, reporter, signal } = context;
  const checked = await inStage(reporter, 'Checking', () => check(context));
  context.learned({ stack: checked.compose?.stack });
  if (inputs.dryRun) {
    await dryRun(context, checked, opened);
    return;
  }
  context.checked();
  const { compose, existing, images } = await buildIfAsked(context, checked);
  const stack = compose?.stack;
  context.learned({ stack });
  const fleet = await inStage(reporter, machinesTitle(inputs, existing), (stage) =>
    startMachines(context, stack, existing, opened, stage.note),
  );
  const swarm = await withFleetLock(context, fleet, async (held) => {
    if (!context.driver.makesMachines && needsHostCheck(held.machines)) {
      await inStage(reporter, 'Asking the hosts what a swarm needs', () =>
        checkHosts(held.machines, { signal, clock: context.clock, log: reporter.log }),
      );
    }
    return await inStage(reporter, 'Forming the swarm', () => form(context, held, stack?.name));
  });
  context.learned({ members: swarm.members });
  await handOver(context, swarm);
  if (!compose) {
    await loadIfAsked(context, swarm, images);
  } else {
    await withDeployLock(context, swarm, compose.stack.name, () =>
      runDeployment(context, swarm, compose, explainFailureOnce),
    );
  }
  await learnPreviews(context, swarm);
}
