import type { ConnectedMachine } from '../../machines/connect.ts';
import { readTaskLogs } from '../../stack/logs.ts';
import type { ServiceVerdict } from '../verdict.ts';
import { type Diagnosis, diagnose, taskToRead } from './diagnose.ts';
import { readFullDisks } from './full-disks.ts';
import { type Probe, readProbe } from './probe.ts';
import { readPullProblem } from './pull-problem.ts';

const LOG_LINES = 30;
/** How long the logs of one task may take, in ms. */
const LOGS_MS = 10_000;
/** How long the nodes may take to tell of a healthcheck, in ms. */
const PROBE_MS = 5_000;
/** How long the nodes may take to tell of their disks, in ms. */
const DISK_MS = 5_000;
/** How long a registry may take to answer why it does not give an image, in ms. */
const PULL_MS = 5_000;

/** Why services have failed, and what the healthchecks of those that have one gave, by service. */
interface Diagnosed {
  readonly diagnoses: readonly Diagnosis[];
  readonly probes: ReadonlyMap<string, Probe>;
}

/**
 * Why each of these services has failed, with the last lines of its log, as far as these machines
 * can tell. Changes nothing; never throws.
 */
export async function diagnoseFailed(
  verdicts: readonly ServiceVerdict[],
  machines: readonly ConnectedMachine[],
  manager: Pick<ConnectedMachine, 'ssh' | 'api'> | undefined,
): Promise<Diagnosed> {
  const diagnoses: Diagnosis[] = [];
  const probes = new Map<string, Probe>();
  const failed = verdicts.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return { diagnoses, probes };
  const fullDisks = await readFullDisks(machines, AbortSignal.timeout(DISK_MS));
  for (const verdict of failed) {
    const task = taskToRead(verdict);
    const logs =
      manager && task
        ? await readTaskLogs(manager.ssh, task.id, LOG_LINES, AbortSignal.timeout(LOGS_MS))
        : undefined;
    const apis = machines.map(({ api }) => api);
    const probe = task && (await readProbe(apis, task.id, AbortSignal.timeout(PROBE_MS)));
    if (probe) probes.set(verdict.service, probe);
    const image = verdict.class === 'image' ? verdict.tasks[0]?.image : undefined;
    const pullProblem =
      manager && image
        ? await readPullProblem(manager.api, image, AbortSignal.timeout(PULL_MS))
        : undefined;
    diagnoses.push(diagnose(verdict, logs, probe, pullProblem, fullDisks));
  }
  return { diagnoses, probes };
}
