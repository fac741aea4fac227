import { ActionError, describeError } from '../../base/errors.ts';
import { githubLog } from '../../report/log.ts';

/**
 * GitHub sends SIGINT, and SIGTERM 7.5 s later (on Windows Ctrl-C, and then Ctrl-Break); by then the
 * process has ended by itself. In ms.
 */
const EXIT_AFTER_MS = 4_000;

/** Ctrl-C, a wish to end, and Ctrl-Break, which only Windows has. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;

/**
 * A signal that aborts when the runner cancels the step. What still runs `EXIT_AFTER_MS` later is
 * left to the post step: the process ends with code 1 then, after `lastWords`. `hint` says what
 * becomes of what was begun, and is asked at that moment.
 */
export function cancellation(lastWords: () => void, hint: () => string): AbortSignal {
  const controller = new AbortController();
  const cancel = () => {
    if (controller.signal.aborted) return;
    controller.abort(
      new ActionError('The step was cancelled.', {
        status: 'cancelled',
        hint: hint(),
      }),
    );
    setTimeout(() => {
      try {
        lastWords();
      } catch (error) {
        githubLog.error(describeError(error), { title: 'Swarm Up' });
      }
      process.exit(1);
    }, EXIT_AFTER_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, cancel);
  return controller.signal;
}
