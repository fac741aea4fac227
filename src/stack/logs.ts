import { ActionError } from '../errors.ts';
import type { Executor } from '../exec/executor.ts';
import { taskLogs } from './commands.ts';

/** Logs come from the node that ran the task; one that is down never answers. */
const TIMEOUT_MS = 5_000;

/**
 * The last lines that a task wrote, its errors last. Empty where it wrote nothing. A failure gives a sentence, no exception: logs are asked
 * for when something has failed already, and must not hide that.
 */
export async function readTaskLogs(
  executor: Executor,
  taskId: string,
  lines: number,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { stdout, stderr } = await executor.run(taskLogs(taskId, lines), {
      signal,
      repeatable: true,
      timeoutMs: TIMEOUT_MS,
    });
    return [stdout, stderr]
      .map((text) => text.trim())
      .filter(Boolean)
      .join('\n');
  } catch (error) {
    const why = error instanceof ActionError ? (error.details ?? error.message) : String(error);
    return `The logs of task ${taskId} could not be read: ${why}`;
  }
}
