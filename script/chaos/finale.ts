import { setTimeout as pause } from 'node:timers/promises';
import type { Action } from './action.ts';
import { ACTORS, type Actor } from './actors.ts';
import type { Start } from './arguments.ts';
import type { Violation } from './judge.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** How everything goes: some by `down`, others by a sweep that finds their pull request closed. */
export interface Plan {
  readonly first: readonly Removal[];
  /** Is run until it has removed them. */
  readonly swept: readonly Actor[];
  readonly last: readonly Removal[];
}

interface Removal {
  readonly actor: Actor;
  readonly kind: 'down' | 'close';
}

/** A plan in an order of the stream. Production goes last, unless all have come together. */
export function planFinale(start: Start, random: Random): Plan {
  const removals = random
    .shuffled(ACTORS.filter(({ kind }) => kind !== 'schedule'))
    .map((actor): Removal => {
      const isClosed = random.fraction() < 0.5 && actor.kind === 'preview';
      return { actor, kind: isClosed ? 'close' : 'down' };
    });
  const isLast = ({ actor }: Removal) => start !== 'together' && actor.kind === 'production';
  return {
    first: removals.filter((one) => !isLast(one)),
    swept: removals.filter(({ kind }) => kind === 'close').map(({ actor }) => actor),
    last: removals.filter(isLast),
  };
}

/** What a lost run holds is left alone until its lock is stale, 45 s after. In ms. */
const SWEEP_LIMIT_MS = 120_000;
const BETWEEN_MS = 5_000;

/**
 * Removes everything, by the action alone. Gives what does not hold, and ends with the first of it.
 */
export async function removeAll(
  { first, swept, last }: Plan,
  world: World,
  signal: AbortSignal,
): Promise<readonly Violation[]> {
  for (const removal of first) {
    const violations = await remove(removal, world);
    if (violations.length > 0) return violations;
  }
  const unswept = await sweepAway(swept, world, signal);
  if (unswept.length > 0) return unswept;
  for (const removal of last) {
    const violations = await remove(removal, world);
    if (violations.length > 0) return violations;
  }
  return [];
}

const UNCUT = { version: 0, ttlMs: undefined, closed: true, dryRun: false, cut: undefined };

function remove({ actor, kind }: Removal, world: World): Promise<readonly Violation[]> {
  return world.act(actor, { ...UNCUT, kind } satisfies Action);
}

async function sweepAway(
  actors: readonly Actor[],
  world: World,
  signal: AbortSignal,
): Promise<readonly Violation[]> {
  const schedule = ACTORS.find(({ kind }) => kind === 'schedule');
  if (!schedule) return [];
  const limit = performance.now() + SWEEP_LIMIT_MS;
  for (;;) {
    const violations = await world.act(schedule, { ...UNCUT, kind: 'sweep' });
    if (violations.length > 0) return violations;
    const left = await world.left(actors);
    if (left.length === 0) return [];
    if (performance.now() > limit) {
      const invariant = 'a sweep removes what is of closed pull requests';
      const expected = 'nothing of those that were closed and forgotten';
      return [{ invariant, actor: schedule.name, expected, seen: left.join('\n') }];
    }
    await pause(BETWEEN_MS, undefined, { signal });
  }
}
