import { describeError } from '../../base/errors.ts';
import { githubLog } from '../../report/log.ts';

/**
 * From here on an error that nobody awaits ends the step with code 1, told by the log: Node would
 * print it to stderr as it is, and the runner obeys what stands there, too.
 */
export function reportStrayErrors(): void {
  process.once('uncaughtException', (error) => {
    githubLog.error(describeError(error), { title: 'Swarm Up' });
    process.exit(1);
  });
}
