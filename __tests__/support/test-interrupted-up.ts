import { expect, test } from '@jest/globals';
import type { Site } from './conformance.ts';
import { type Call, type Fault, faultsOf, troubles } from './faults.ts';
import { type Ended, said } from './in-process.ts';
import { drawnOf } from './sample.ts';

/** Of a test, in ms, where eight others run beside it. */
const LIMIT_MS = 60_000;

/** When another run removes the cluster, and what follows that `up`. */
const WAYS = [
  { isBeside: false, next: ['post'] },
  { isBeside: false, next: ['up', 'down'] },
  { isBeside: true, next: ['post'] },
  { isBeside: true, next: ['up', 'down'] },
] as const;

/**
 * The tests of an `up` that is interrupted at whichever of its calls: main is killed there, and
 * nothing comes between that and the next `up`, or another run removes the cluster there. `callsIn`
 * gives the calls of a whole `up`, and fails where there are too few.
 */
export function testInterruptedUp(make: () => Site, callsIn: () => Promise<readonly Call[]>): void {
  test(
    'killed at whichever call of `up`: the next one makes it whole, and `down` removes all',
    async () => {
      expect(await upAfterKill(make, faultsOf(await callsIn()))).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'another run removes the cluster at whichever call of `up`: post removes what came afterwards, and the next `up` makes it whole',
    async () => {
      expect(await removedDuringUp(make, faultsOf(await callsIn()))).toEqual({});
    },
    LIMIT_MS,
  );
}

/**
 * Main is killed at each fault, and the next thing is another `up`, as with `teardown: never` or
 * where the runner itself was ended. Gives those after which it did not succeed, or something was
 * left after `down`.
 */
async function upAfterKill(make: () => Site, faults: readonly Fault[]) {
  return await troubles([0], faults, async (_, fault) => {
    const one = make();
    const calls = one.journal({ ...fault, end: 'killed' });
    const first = await one.up(calls);
    return await troubleOf(one, calls.failed, { first }, ['up', 'down']);
  });
}

/**
 * Another run removes the cluster while `up` is between two calls, or begins to there and goes on
 * beside it. Gives those in which it could not while nothing else was done, or after which post
 * left something, or the next `up` did not succeed.
 */
async function removedDuringUp(make: () => Site, faults: readonly Fault[]) {
  return await troubles([0], faults, async (_, fault) => {
    const found: unknown[] = [];
    for (const { isBeside, next } of drawnOf(WAYS, `removed ${fault.when} ${fault.at}`)) {
      const one = make();
      const removals: Promise<Ended>[] = [];
      const meanwhile = async () => {
        removals.push(one.down());
        if (!isBeside) await removals[0];
      };
      const calls = one.journal({ ...fault, meanwhile });
      const main = await one.up(calls);
      const removal = await removals[0];
      const isWell = calls.failed && (isBeside || removal?.error === undefined);
      const before = { main, ...(removal && { removal }) };
      const trouble = await troubleOf(one, isWell, before, next);
      if (trouble !== undefined) found.push({ isBeside, trouble });
    }
    return found.length === 0 ? undefined : found;
  });
}

/** Runs what comes next, which all has to succeed and to leave nothing. */
async function troubleOf(
  one: Site,
  isWell: boolean,
  before: Readonly<Record<string, Ended>>,
  next: readonly ('up' | 'down' | 'post')[],
): Promise<unknown> {
  const ends: Record<string, Ended> = {};
  for (const step of next) {
    const { main } = before;
    ends[step] =
      step === 'up'
        ? await one.up(one.journal())
        : await (step === 'post' ? one.post(main?.state) : one.down());
  }
  const rest = await one.left();
  const unknown = one.unknown?.() ?? [];
  const haveSucceeded = Object.values(ends).every(({ error }) => error === undefined);
  if (isWell && haveSucceeded && rest.length === 0 && unknown.length === 0) return undefined;
  const all = Object.entries({ ...before, ...ends }).map(([step, end]) => [step, said(end)]);
  return { ...Object.fromEntries(all), rest, unknown };
}
