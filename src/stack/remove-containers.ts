import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { count } from '../count.ts';
import { ActionError } from '../errors.ts';
import { tryToDelete } from '../exec/engine-delete.ts';
import { STACK_LABEL } from './present.ts';
import type { StackMachine } from './remove.ts';

const POLL_MS = 250;
/** How long an engine may take to remove a container whose task has ended, in ms, before it is done for it. */
const PATIENCE_MS = 5_000;
/** Words of the engine for a container that runs no more. */
const ENDED = ['created', 'exited', 'dead'];

const containers = z.array(z.object({ Id: z.string(), State: z.string() }));

interface Wait {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** On the clock, in ms. */
  readonly until: number;
}

/**
 * Waits until the machines have no container of the stack any more. The swarm forgets a task before its node removes the container, and the
 * node tries that once: one that has ended and stays is removed. Those that still end have their grace period.
 * Throws `ActionError` naming what is left after `until`.
 */
export async function untilContainersGone(
  machines: readonly StackMachine[],
  stack: string,
  wait: Wait,
): Promise<void> {
  const results = await Promise.allSettled(machines.map((one) => untilGone(one, stack, wait)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function untilGone(
  { ssh: { where }, api }: StackMachine,
  stack: string,
  { signal, clock, until }: Wait,
): Promise<void> {
  const started = clock.now();
  const query = {
    all: 'true',
    filters: JSON.stringify({ label: [`${STACK_LABEL}=${stack}`] }),
  };
  for (;;) {
    const left = await api.get('/containers/json', query, containers, { signal });
    if (left.length === 0) return;
    if (clock.now() > until) {
      throw stillThere(
        where,
        stack,
        left.map(({ Id }) => Id.slice(0, 12)),
      );
    }
    if (clock.now() - started > PATIENCE_MS) {
      // With its anonymous volumes. Where it is refused, the next look tells.
      for (const { Id } of left.filter(({ State }) => ENDED.includes(State))) {
        await tryToDelete(api, `/containers/${Id}?force=true&v=true`, signal);
      }
    }
    await clock.sleep(POLL_MS, signal);
  }
}

function stillThere(where: string, stack: string, ids: readonly string[]): ActionError {
  return new ActionError(
    `Stack ${stack} is not wholly removed: ${count(ids.length, 'container')} left on ${where}.`,
    { hint: `On ${where}: docker rm --force --volumes ${ids.join(' ')}` },
  );
}
