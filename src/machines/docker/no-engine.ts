import { ActionError } from '../../base/errors.ts';
import type { RunResult } from '../../exec/executor.ts';

const STARTS = 'The docker driver starts its nodes on the engine of the runner.';

/**
 * The error for a question to the engine of the runner that failed with this. `user` is who runs
 * the step.
 */
export function noEngine(
  { stderr, stdout }: Pick<RunResult, 'stderr' | 'stdout'>,
  user: string,
): ActionError {
  // Beside its reason on stderr the client prints `null`, for an engine that it does not know.
  const details = stderr.trim() || stdout.trim();
  if (/permission denied/i.test(details)) {
    return new ActionError(`User ${user} may not use the Docker Engine of the runner.`, {
      details,
      hint: `${STARTS} A group counts from the next login on. Put ${user} into the group of the socket, then start the runner's service anew:\n  sudo usermod -aG docker ${user}`,
    });
  }
  return new ActionError('No Docker Engine answers on the runner.', {
    details,
    hint: `${STARTS} Start dockerd (sudo systemctl start docker), or use a runner that has it, such as ubuntu-latest.`,
  });
}
