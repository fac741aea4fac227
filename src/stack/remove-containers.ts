import * as z from 'zod';
import type { Clock } from '../base/clock.ts';
import { count } from '../base/count.ts';
import { ActionError } from '../base/errors.ts';
import type { EngineApi } from '../engine/api.ts';
import { tryToDelete } from '../engine/delete.ts';
import type { Executor } from '../exec/executor.ts';
import { STOP_TIMEOUT_MS } from '../swarm/leave/end-containers.ts';
import { STACK_LABEL } from './present.ts';

const POLL_MS = 250;
/**
 * How long an engine may take to remove a container whose task has ended, in ms, before it is done
 * for it.
 */
const PATIENCE_MS = 5_000;
/** Words of the engine for a container that runs no more. */
const ENDED = ['created', 'exited', 'dead'];
/** The engine gives it to the containers of tasks. */
const TASK_LABEL = 'com.docker.swarm.task.id';

const containers = z.array(
  z.object({ Id: z.string(), Names: z.array(z.string()).default([]), State: z.string() }),
);
type Container = z.infer<typeof containers>[number];

export interface Wait {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** On the clock, in ms. */
  readonly until: number;
  /** Told of each container that is killed. */
  readonly warn: (message: string) => void;
}

/**
 * Waits until the machines have no container of the stack's tasks any more. The swarm forgets a
 * task before its node removes the container, and the node tries that once: one that has ended and
 * stays is removed. Those that still end have their grace period, but no longer than
 * `STOP_TIMEOUT_MS`: then they are killed. Gives how many were there. Throws `ActionError` naming
 * what is left after `until`.
 */
export async function untilContainersGone(
  machines: readonly StackMachine[],
  stack: string,
  wait: Wait,
): Promise<number> {
  const results = await Promise.allSettled(machines.map((one) => untilGone(one, stack, wait)));
  return results.reduce((sum, result) => {
    if (result.status === 'rejected') throw result.reason;
    return sum + result.value;
  }, 0);
}

async function untilGone(machine: StackMachine, stack: string, wait: Wait): Promise<number> {
  const { signal, clock, until, warn } = wait;
  const started = clock.now();
  const seen = new Set<string>();
  let said: readonly string[] = [];
  for (let isKilling = false; ; ) {
    const left = await listContainers(machine, stack, signal);
    for (const { Id } of left) seen.add(Id);
    if (left.length === 0) return seen.size;
    if (clock.now() > until) throw stillThere(machine, stack, left, said);
    const waited = clock.now() - started;
    if (!isKilling && waited > STOP_TIMEOUT_MS) {
      isKilling = true;
      const running = left.filter(hasNotEnded);
      if (running.length > 0) warn(describeKilled(machine, running));
    }
    const due = left.filter((one) => isKilling || (waited > PATIENCE_MS && !hasNotEnded(one)));
    said = await removeContainers(machine, due, signal);
    await clock.sleep(POLL_MS, signal);
  }
}

function hasNotEnded({ State }: Container): boolean {
  return !ENDED.includes(State);
}

async function listContainers(
  { api }: StackMachine,
  stack: string,
  signal: AbortSignal,
): Promise<readonly Container[]> {
  const label = [`${STACK_LABEL}=${stack}`, TASK_LABEL];
  const query = { all: 'true', filters: JSON.stringify({ label }) };
  return await api.get('/containers/json', query, containers, { signal });
}

/**
 * With their anonymous volumes. What the engine said where it refused; the next look tells what has
 * gone.
 */
async function removeContainers(
  { api }: StackMachine,
  due: readonly Container[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const said: string[] = [];
  for (const { Id } of due) {
    const refusal = await tryToDelete(api, `/containers/${Id}?force=true&v=true`, signal);
    if (refusal !== undefined) said.push(refusal);
  }
  return said;
}

function describeKilled({ ssh: { where } }: StackMachine, running: readonly Container[]): string {
  const names = running.map(({ Id, Names }) => Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12));
  return `On ${where}, ${count(running.length, 'container')} did not end within ${STOP_TIMEOUT_MS / 1_000} s, and ${running.length === 1 ? 'is' : 'are'} killed: ${names.join(', ')}. A program that ignores SIGTERM takes the whole \`stop_grace_period\`.`;
}

function stillThere(
  { ssh: { where } }: StackMachine,
  stack: string,
  left: readonly Container[],
  said: readonly string[],
): ActionError {
  const ids = left.map(({ Id }) => Id.slice(0, 12));
  return new ActionError(
    `Stack ${stack} could not be removed completely: ${count(ids.length, 'container')} left on ${where}.`,
    {
      details: said.join('\n') || undefined,
      hint: `On ${where}: docker rm --force --volumes ${ids.join(' ')}. If that is refused, too, restart Docker Engine there. Then run again.`,
    },
  );
}

/** A machine of the swarm, with its engine. */
export interface StackMachine {
  readonly ssh: Pick<Executor, 'where'>;
  readonly api: EngineApi;
}
