import { formatDuration } from '../base/duration.ts';
import { ActionError } from '../base/errors.ts';
import { CommandError, CommandTimeout, type Executor, type RunResult } from '../exec/executor.ts';
import { taskLogs } from './log-commands.ts';

/** Logs come from the node that ran the task; one that is down never answers. In ms. */
const TIMEOUT_MS = 5_000;

/**
 * The last lines that a task wrote, its errors last. Empty where it wrote nothing. A failure gives
 * a sentence, no exception: logs are asked for when something has failed already, and must not hide
 * that. Lines that came before it stay, with the sentence below them.
 */
export async function readTaskLogs(
  executor: Executor,
  taskId: string,
  lines: number,
  signal: AbortSignal,
): Promise<string> {
  try {
    const options = { signal, repeatable: true, timeoutMs: TIMEOUT_MS };
    return linesOf(await executor.run(taskLogs(taskId, lines), options));
  } catch (error) {
    return cutShort(error) ?? `The logs of task ${taskId} could not be read: ${reasonOf(error)}`;
  }
}

function linesOf({ stdout, stderr }: Pick<RunResult, 'stdout' | 'stderr'>): string {
  return [stdout, stderr]
    .map((text) => text.trim())
    .filter(Boolean)
    .join('\n');
}

/**
 * What came before the end of a command that failed; undefined where that was nothing but its
 * reason.
 */
function cutShort(error: unknown): string | undefined {
  if (error instanceof CommandTimeout) {
    const lines = linesOf(error.output);
    return lines === '' ? undefined : `${lines}\n(${slow()} That is what it had given by then.)`;
  }
  if (error instanceof CommandError && error.result.stdout.trim() !== '') {
    const { exitCode } = error.result;
    return `${linesOf(error.result)}\n(docker service logs failed with exit code ${exitCode}. The log may not be whole.)`;
  }
  return undefined;
}

function reasonOf(error: unknown): string {
  if (error instanceof CommandTimeout) return slow();
  return error instanceof ActionError ? (error.details ?? error.message) : String(error);
}

function slow(): string {
  return `docker service logs did not end within ${formatDuration(TIMEOUT_MS)}.`;
}
