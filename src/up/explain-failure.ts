import { existsSync } from 'node:fs';
import { describeError } from '../base/errors.ts';
import { unwritable } from '../base/unwritable.ts';
import type { RenderedStack } from '../compose/render/render.ts';
import { ConvergeError } from '../converge/converge.ts';
import { diagnoseFailed } from '../converge/diagnose/diagnose-failed.ts';
import { describeProbe } from '../converge/diagnose/probe.ts';
import { readWanted } from '../deploy/wanted.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { Facts } from '../report/facts.ts';
import { Superseded } from '../stack/turn.ts';
import { collectDiagnostics } from './diagnostics.ts';
import type { Tells } from './journal.ts';
import { commandsInto } from './look-into.ts';
import { redactor } from './redact.ts';
import type { Run } from './run.ts';

type ExplainContext = Pick<Run, 'inputs' | 'driver' | 'diagnosticsFolder' | 'reporter' | 'signal'> &
  Tells<'learned'>;

/** What a stage is given that changes what it has failed at, so that nobody can look at it later. */
export interface Explains {
  /**
   * To be told of a failure while all is as it failed. The first one is looked into; nothing comes
   * of any other, nor of a dry run or a run that is cancelled or superseded.
   */
  readonly explainFailure: (error: unknown) => Promise<void>;
}

/** Looks into the first failure of a run. `known` is asked for the stack when there is one. */
export function explainer(
  context: ExplainContext,
  opened: readonly ConnectedMachine[],
  known: Pick<Partial<Facts>, 'stack'>,
): Explains['explainFailure'] {
  let isExplained = context.inputs.dryRun;
  return async (error) => {
    if (isExplained || context.signal.aborted || error instanceof Superseded) return;
    isExplained = true;
    await explain(context, error, opened, known.stack);
  };
}

/** Adds to what is known what a person needs to understand the failure. */
async function explain(
  { inputs, driver, diagnosticsFolder, reporter, journal }: ExplainContext,
  error: unknown,
  opened: readonly ConnectedMachine[],
  stack: RenderedStack | undefined,
): Promise<void> {
  // To ask a machine that is cut off takes as long as all the others together, and brings nothing.
  const machines = opened.filter(({ ssh }) => ssh.outage() === undefined);
  const healthchecks = new Map<string, string>();
  if (error instanceof ConvergeError) {
    const manager = machines.find(({ role }) => role === 'manager');
    // What was the matter when the swarm last answered need not be what is the matter now.
    const failed = error.cause === undefined ? error.verdicts : [];
    const { diagnoses, probes } = await diagnoseFailed(failed, machines, manager);
    for (const [service, probe] of probes) healthchecks.set(service, describeProbe(probe));
    journal.learned({ verdicts: error.verdicts, diagnoses });
  }
  if (stack) {
    const failed = error instanceof ConvergeError ? error.verdicts : [];
    const names = failed.filter(({ state }) => state === 'failed').map(({ service }) => service);
    journal.learned({ commands: commandsInto({ driver }, machines, stack.name, names) });
  }
  if (machines.length === 0) return;
  await reporter.log.group('Collecting diagnostics', async () => {
    const unwritten = await collectDiagnostics({
      folder: diagnosticsFolder,
      driver,
      machines,
      stackFile: stack?.text,
      redact: redactor([inputs.env, ...environmentsOf(stack)]),
      services: stack?.services.map(({ name }) => `${stack.name}_${name}`) ?? [],
      healthchecks,
    });
    if (unwritten !== undefined) {
      const error = unwritable('RUNNER_TEMP', diagnosticsFolder, unwritten);
      reporter.log.warning(describeError(error), { title: 'Swarm Up, diagnostics' });
    }
    if (!existsSync(diagnosticsFolder)) return;
    journal.learned({ diagnostics: diagnosticsFolder });
    reporter.log.info(`Inspections and logs are in ${diagnosticsFolder}`);
  });
}

function environmentsOf(stack: RenderedStack | undefined) {
  if (!stack) return [];
  return Object.values(readWanted(stack).services).map(({ environment }) => environment);
}
