import { existsSync } from 'node:fs';
import { collectDiagnostics } from '../diagnostics.ts';
import { describeError } from '../errors.ts';
import type { ConnectedMachine } from '../machines/ready.ts';
import { ConvergeError } from '../stack/converge.ts';
import { type Diagnosis, diagnose, taskToRead } from '../stack/diagnose.ts';
import { readFullDisks } from '../stack/full-disks.ts';
import { readTaskLogs } from '../stack/logs.ts';
import { readProbe } from '../stack/probe.ts';
import type { RenderedStack } from '../stack/render.ts';
import { unwritable } from '../unwritable.ts';
import type { UpContext } from './context.ts';

const LOG_LINES = 30;
/** How long the nodes may take to tell of a healthcheck, in ms. */
const PROBE_MS = 5_000;
/** How long they may take to tell of their disks, in ms. */
const DISK_MS = 5_000;

/** Adds to what is known what a person needs to understand the failure. */
export async function explain(
  { driver, diagnosticsFolder, reporter, learned }: UpContext,
  error: unknown,
  opened: readonly ConnectedMachine[],
  stack: RenderedStack | undefined,
): Promise<void> {
  // To ask a machine that is cut off takes as long as all the others together, and brings nothing.
  const machines = opened.filter(({ ssh }) => ssh.outage() === undefined);
  if (error instanceof ConvergeError) {
    const manager = machines.find(({ role }) => role === 'manager');
    const diagnoses: Diagnosis[] = [];
    const fullDisks = await readFullDisks(machines, AbortSignal.timeout(DISK_MS));
    // What was the matter when the swarm last answered need not be what is the matter now.
    const failed = error.cause === undefined ? error.verdicts : [];
    for (const verdict of failed.filter(({ state }) => state === 'failed')) {
      const task = taskToRead(verdict);
      const logs =
        manager && task
          ? await readTaskLogs(manager.ssh, task.id, LOG_LINES, AbortSignal.timeout(10_000))
          : undefined;
      const apis = machines.map(({ api }) => api);
      const probe = task && (await readProbe(apis, task.id, AbortSignal.timeout(PROBE_MS)));
      diagnoses.push(diagnose(verdict, logs, probe, fullDisks));
    }
    learned({ verdicts: error.verdicts, diagnoses });
  }
  if (machines.length === 0) return;
  await reporter.log.group('Collecting diagnostics', async () => {
    const unwritten = await collectDiagnostics({
      folder: diagnosticsFolder,
      driver,
      machines,
      stackFile: stack?.text,
      services: stack?.services.map(({ name }) => `${stack.name}_${name}`) ?? [],
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
