import { inStage } from '../base/stages.ts';
import { type OpenMachines, openMachines } from '../machines/open-machines.ts';
import { checkHosts, needsHostCheck } from '../preflight/check-hosts.ts';
import type { Facts } from '../report/facts.ts';
import { Superseded } from '../stack/turn.ts';
import { buildIfAsked } from './build-images.ts';
import { check } from './check/check.ts';
import { runDeployment } from './deploy/deploy-stack.ts';
import { loadImagesIfAsked } from './deploy/load-images.ts';
import { withDeployLock } from './deploy/with-lock.ts';
import { dryRun } from './dry-run.ts';
import { dryRunGuard } from './dry-run-guard.ts';
import { type Explains, explainer } from './explain-failure.ts';
import { form, handOver } from './form-swarm.ts';
import type { Journal, Tells } from './journal.ts';
import { learnServing } from './learn-serving.ts';
import { learnPreviews } from './previews.ts';
import type { Run } from './run.ts';
import { beginConnecting, machinesTitle, startMachines } from './start-machines.ts';
import { withFleetLock } from './with-hosts.ts';

/**
 * The way up: check, machines, swarm, images, stack, convergence, verification. Running it again on
 * the same cluster completes what is missing and changes nothing else. With `dry-run: true` the
 * driver has to be one that only reads, and nothing is changed at all.
 */
export async function up(given: Run, told: Journal): Promise<void> {
  const run = given.inputs.dryRun ? changingNothing(given) : given;
  await using opened = openMachines();
  const known: Partial<Facts> = {};
  const journal = remembering(known, told);
  const explainFailure = explainer({ ...run, journal }, opened.all, known);
  try {
    await runStages({ ...run, journal, explainFailure }, opened);
  } catch (error) {
    await explainFailure(error);
    const isMeant = run.inputs.dryRun || error instanceof Superseded;
    if (!isMeant) await learnServing({ ...run, journal }, opened.all, known);
    throw error;
  }
}

/** A journal whose facts are known to the stages after it, too. */
function remembering(known: Partial<Facts>, journal: Journal): Journal {
  return {
    ...journal,
    learned: (facts) => {
      Object.assign(known, facts);
      journal.learned(facts);
    },
  };
}

/**
 * A dry run shares its checks with a deployment, so whatever they run is asked whether it only
 * reads.
 */
function changingNothing(run: Run): Run {
  if (!run.driver.guard) throw new Error('A dry run has a driver that only reads.');
  return { ...run, runner: dryRunGuard(run.runner) };
}

async function runStages(
  context: Run & Tells<keyof Journal> & Explains,
  opened: OpenMachines,
): Promise<void> {
  const { inputs, reporter, journal, signal } = context;
  await using early = await beginConnecting(context);
  const checked = await inStage(reporter, 'Checking', () => check(context));
  journal.learned({ stack: checked.compose?.stack });
  if (inputs.dryRun) {
    await dryRun(context, checked, opened);
    return;
  }
  journal.checked();
  const { compose, existing, images } = await buildIfAsked(context, checked);
  const stack = compose?.stack;
  journal.learned({ stack });
  const fleet = await inStage(reporter, machinesTitle(inputs, existing), (stage) =>
    startMachines(context, stack, existing, { opened, early }, stage.note),
  );
  const swarm = await withFleetLock(context, fleet, async (held) => {
    if (!context.driver.makesMachines && needsHostCheck(held.machines)) {
      await inStage(reporter, 'Asking the hosts what a swarm needs', () =>
        checkHosts(held.machines, { signal, clock: context.clock, log: reporter.log }),
      );
    }
    return await inStage(reporter, 'Forming the swarm', () => form(context, held, stack?.name));
  });
  journal.learned({ members: swarm.members });
  await handOver(context, swarm);
  if (!compose) {
    await loadImagesIfAsked(context, swarm, images);
  } else {
    await withDeployLock(context, swarm, compose.stack.name, () =>
      runDeployment(context, swarm, compose),
    );
  }
  await learnPreviews(context, swarm);
}
