import type { ServiceVerdict } from '../verdict.ts';
import type { Cause } from './cause.ts';

/** What a task that has not failed waits for, by its state; the state nearest to running first. */
const WAITING: Readonly<Record<string, Cause>> = {
  starting: {
    cause: 'Its container has started, but its healthcheck has not succeeded yet.',
    hint: 'Look at `healthcheck`: a shorter `interval`, or `start_interval`, finds it healthy sooner.',
  },
  ready: {
    cause:
      'A task is prepared and waits for its start: for an earlier task to stop, or for the restart delay.',
    hint: 'Look at `stop_grace_period` and `restart_policy.delay`. A program that ignores SIGTERM takes the whole grace period to stop.',
  },
  preparing: {
    cause: 'A node still fetches the image or prepares networks and volumes.',
    hint: 'A large image over a slow line takes its time. With the input `images` it is loaded at the speed of the disk.',
  },
  assigned: {
    cause: 'A node was chosen, but its engine has not taken the task.',
    hint: 'Check that dockerd on that node is well (`docker node ls`, the log of dockerd).',
  },
  accepted: {
    cause: 'A node has taken the task, but not begun with it.',
    hint: 'Check that dockerd on that node is well (the log of dockerd).',
  },
  pending: {
    cause: 'A task waits for the scheduler to choose a node.',
    hint: 'See `docker service ps` for what it waits for, and `docker node ls` for the nodes.',
  },
  new: {
    cause: 'A task waits for an address in its network.',
    hint: 'The network may have run out of addresses; remove what is not used, or give it a larger subnet.',
  },
};

/** Why a service that has not failed is not there yet. */
export function causeOfDelay({ tasks, running, desired, summary }: ServiceVerdict): Cause {
  const raise = 'Raise `wait-timeout` if it only needs longer.';
  if (running > 0 && summary.includes('completed')) {
    return {
      cause: 'It is still at work: a job has converged when its tasks have ended.',
      hint: raise,
    };
  }
  const states = new Set(tasks.map(({ state }) => state));
  for (const [state, { cause, hint }] of Object.entries(WAITING)) {
    if (states.has(state)) return { cause, hint: `${hint} ${raise}` };
  }
  if (desired > 0 && running === desired) {
    return summary.includes('updating')
      ? {
          cause: 'All its tasks run, but the engine is still watching the update.',
          hint: `Look at \`update_config\` (\`delay\`, \`monitor\`, \`parallelism\`). ${raise}`,
        }
      : {
          cause: 'All its tasks run, but not for long enough yet.',
          hint: `${raise} A lower \`stable-for\` has it hold for less.`,
        };
  }
  return { cause: 'It was not complete when the time was up.', hint: raise };
}
