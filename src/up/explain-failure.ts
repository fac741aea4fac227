import { existsSync } from 'node:fs';
import { describeError } from '../base/errors.ts';
import { unwritable } from '../base/unwritable.ts';
import type { RenderedStack } from '../compose/render/render.ts';
import { ConvergeError } from '../converge/converge.ts';
import { diagnoseFailed } from '../converge/diagnose/diagnose-failed.ts';
import { describeProbe } from '../converge/diagnose/probe.ts';
import { readWanted } from '../deploy/wanted.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { UpContext } from './context.ts';
import { collectDiagnostics } from './diagnostics.ts';
import { commandsInto } from './look-into.ts';
import { redactor } from './redact.ts';

/** Adds to what is known what a person needs to understand the failure. */
export async function explainFailure(
  { inputs, driver, diagnosticsFolder, reporter, learned }: UpContext,
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
    learned({ verdicts: error.verdicts, diagnoses });
  }
  if (stack) {
    const failed = error instanceof ConvergeError ? error.verdicts : [];
    const names = failed.filter(({ state }) => state === 'failed').map(({ service }) => service);
    learned({ commands: commandsInto({ driver }, machines, stack.name, names) });
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
    learned({ diagnostics: diagnosticsFolder });
    reporter.log.info(`Inspections and logs are in ${diagnosticsFolder}`);
  });
}

function environmentsOf(stack: RenderedStack | undefined) {
  if (!stack) return [];
  return Object.values(readWanted(stack).services).map(({ environment }) => environment);
}
