import type { ServiceVerdict, TaskView } from '../verdict.ts';
import type { Cause } from './cause.ts';

const LOGS_HINT = 'Read the last log lines of the task.';
const NO_LOGS_HINT =
  'It has written no log line. Run the image by hand with the same command (`docker run --rm`). Or have the program log to its standard output.';

/**
 * What an exit code means: 126 and 127 are the shell's, 128 and more stand for a signal
 * (https://docs.docker.com/engine/containers/run/#exit-status).
 */
const CODES: Readonly<Record<number, Cause>> = {
  126: {
    cause: 'its command was found, but may not be executed',
    hint: 'Make the file executable (`chmod +x`), and see that `command` names a program and no folder.',
  },
  127: {
    cause: 'a command was not found',
    hint: 'Check `command`, `entrypoint` and the scripts they call: the program may be missing in the image.',
  },
  134: { cause: 'it aborted itself (SIGABRT)', hint: LOGS_HINT },
  137: {
    cause: 'it was killed (SIGKILL), most often because it needed more memory than it may have',
    hint: 'Raise `deploy.resources.limits.memory`, give the nodes more memory, or let the program use less. `dmesg` on the node names what was killed.',
  },
  139: {
    cause: 'it crashed with a memory fault (SIGSEGV)',
    hint: 'Check that the image is built for the platform of the nodes and fits their kernel.',
  },
  143: {
    cause: 'it was told to stop (SIGTERM), not by the swarm',
    hint: 'Find out what stops it: a supervisor inside of the container, or a person on the node.',
  },
};

const SHORT_OF_TIME = 'If it waits for another service, have it try again instead of ending.';

/**
 * With it a container ends whose program is there and could not be run; runc writes why into its
 * log.
 */
const NOT_RUN = 255;
const EXEC_MISSING = /^exec (\S+): no such file or directory$/m;

/** What the exit code of a task says. `logs` decide where the code alone does not. */
export function causeByExit(task: TaskView, verdict: ServiceVerdict, logs?: string): Cause {
  const where = task.node === undefined ? '' : ` on ${task.node}`;
  if (task.exitCode === undefined) {
    return {
      cause: `A task of the service could not be started${where}.`,
      hint: "See the engine's own words, and the log of dockerd on that node.",
    };
  }
  if (task.exitCode === 0) return endedWithoutError(where);
  if (logs && /exec format error/i.test(logs)) {
    return {
      cause: `The program of ${task.image} is not built for the processor of the node${where}.`,
      hint: 'Build the image for the platform of the nodes (`docker buildx build --platform …`).',
    };
  }
  const [, missing] = (task.exitCode === NOT_RUN && EXEC_MISSING.exec(logs ?? '')) || [];
  if (missing !== undefined) {
    return {
      cause: `${missing} in ${task.image} cannot be run${where}: the interpreter or the library loader that it names is missing.`,
      hint: 'Look at its first line for a typing error or Windows line ends (CRLF). Or build the program for the C library of the image.',
    };
  }
  const known = CODES[task.exitCode];
  const kind = verdict.class === 'job-failed' ? 'The job' : 'The container';
  const again = verdict.class === 'crash-loop' ? ' and does so again whenever it is started' : '';
  const meaning = known ? `: ${known.cause}` : '';
  const ends = known?.hint ?? `${LOGS_HINT}${again && ` ${SHORT_OF_TIME}`}`;
  // An empty log is known to be empty; without one nobody has asked.
  const hint = logs === '' ? ends.replace(LOGS_HINT, NO_LOGS_HINT) : ends;
  return {
    cause: `${kind} ended with exit code ${task.exitCode}${where}${again}${meaning}.`,
    hint,
  };
}

function endedWithoutError(where: string): Cause {
  return {
    cause: `The container ends by itself with exit code 0${where}, but the service is meant to stay.`,
    hint: 'A server must stay in the foreground. If it has a healthcheck, that may have failed. The engine stops an unhealthy container, and a tidy end leaves exit code 0. For work that ends, set `restart_policy.condition: on-failure`, or `mode: replicated-job`.',
  };
}
