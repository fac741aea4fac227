import { expect } from '@jest/globals';
import { type Fault, type Journal, troubles } from './faults.ts';
import { type Action, type Ended, said } from './in-process.ts';

/** A cluster, or hosts, of its own for one run, so that several go on at once. */
export interface Site extends Action {
  journal(fault?: Fault, last?: Fault): Journal;
  /**
   * What there is of it that was not there before, or has gone, in words; nothing where all is as
   * it was.
   */
  left(): Promise<readonly string[]>;
  /** Of a model: locks that are held now. */
  held?(): readonly string[];
  /** Of a model: what it was asked and does not know. */
  unknown?(): readonly string[];
}

/** A cluster of its own. */
export interface NamedSite extends Site {
  readonly name: string;
}

export interface Sites {
  /** `lane`, from 0, has one run at a time. */
  make(lane: number): Site;
  /** How many go on at once. */
  readonly atOnce: number;
  /**
   * Ends a run of `up` in which everything is there that `down` has to remove. Where there is none,
   * such a run succeeds.
   */
  readonly made?: Fault;
  /**
   * Whether every run of `up` has to end by `made`: it would wait for machines that never answer.
   */
  readonly neverReady?: boolean;
  /**
   * Whether `down` and post both follow each fault of a change, each in a run of its own, and not
   * in turn as after other faults.
   */
  readonly bothEnds?: boolean;
  /** Whether there is a whole cluster already, so that it is the second `up` that fails. */
  readonly again?: boolean;
}

type End = 'down' | 'post';

/** What whole runs have asked. */
export interface WholeRuns {
  readonly up: Journal;
  /** A second one, of what is there. */
  readonly again: Journal;
  readonly down: Journal;
}

/**
 * Runs `up` twice and `down`, each of which must succeed and leave, in the end, everything as it
 * was.
 */
export async function wholeRuns(site: Site): Promise<WholeRuns> {
  const whole = { up: site.journal(), again: site.journal(), down: site.journal() };
  expect((await site.up(whole.up)).error).toBeUndefined();
  expect(site.held?.() ?? []).toEqual([]);
  expect((await site.up(whole.again)).error).toBeUndefined();
  expect(site.held?.() ?? []).toEqual([]);
  expect((await site.down(whole.down)).error).toBeUndefined();
  expect(await site.left()).toEqual([]);
  expect(site.unknown?.() ?? []).toEqual([]);
  return whole;
}

/**
 * Every call of whole runs word by word, with what came of it: the same of real machines and of the
 * model of them.
 */
export function stepsOf({ up, again, down }: WholeRuns) {
  return { up: up.steps, again: again.steps, down: down.steps };
}

/**
 * Runs `up` with each fault, then `down` or post in turn; gives those after which something was
 * left, or which did not do as they say.
 */
export async function failUp(
  sites: Sites,
  faults: readonly Fault[],
): Promise<Record<string, unknown>> {
  const { atOnce, bothEnds } = sites;
  const lanes = Array.from({ length: atOnce }, (_, lane) => lane);
  return await troubles(lanes, faults, async (lane, fault, at) => {
    const ends: readonly End[] =
      bothEnds && fault.changes ? ['down', 'post'] : [at % 2 === 0 ? 'down' : 'post'];
    const found: unknown[] = [];
    for (const end of ends) {
      const trouble = await failUpOnce(sites, lane, fault, end);
      if (trouble !== undefined) found.push(trouble);
    }
    return found.length === 0 ? undefined : found;
  });
}

async function failUpOnce(sites: Sites, lane: number, fault: Fault, end: End) {
  const { make, made, neverReady = false, again = false } = sites;
  const one = make(lane);
  const before = again ? await one.up(one.journal(made)) : undefined;
  const calls = one.journal(fault, neverReady ? made : undefined);
  const main = await one.up(calls);
  // Whoever comes next would wait for it.
  const held = mayHold(fault, main) ? [] : (one.held?.() ?? []);
  const removed = end === 'down' ? await one.down() : await one.post(main.state);
  // As in a job with two such steps, of which the first has its post last.
  const last = before && end === 'post' ? await one.post(before.state) : undefined;
  const rest = await one.left();
  const unknown = one.unknown?.() ?? [];
  const isMade = made !== undefined || before?.error === undefined;
  const isGone = removed.error === undefined && last?.error === undefined && rest.length === 0;
  const isWell = isMade && isGone && held.length === 0;
  if (calls.failed && isWell && unknown.length === 0) return undefined;
  const ended = { removed: said(removed), ...(last && { last: said(last) }) };
  return { end, met: calls.failed, main: said(main), ...ended, held, rest, unknown };
}

/** Whether a step may have left a lock: it was killed, or says so. */
function mayHold({ end }: Fault, { lines }: Ended): boolean {
  return end === 'killed' || lines.some((line) => line.includes('could not be removed now'));
}

/**
 * Runs `down` of a whole cluster with each fault, then again; gives those that said that all was
 * gone where it was not, or left something in the end.
 */
export async function failDown(
  { make, atOnce, made }: Sites,
  faults: readonly Fault[],
): Promise<Record<string, unknown>> {
  const lanes = Array.from({ length: atOnce }, (_, lane) => lane);
  return await troubles(lanes, faults, async (lane, fault) => {
    const one = make(lane);
    const main = await one.up(one.journal(made));
    const isMade = made !== undefined || main.error === undefined;
    const calls = one.journal(fault);
    const first = await one.down(calls);
    const isTrue = first.error !== undefined || (await one.left()).length === 0;
    const again = await one.down();
    const rest = await one.left();
    const unknown = one.unknown?.() ?? [];
    const isWell = isMade && isTrue && again.error === undefined && rest.length === 0;
    if (calls.failed && isWell && unknown.length === 0) return undefined;
    return {
      ...{ met: calls.failed, main: said(main), first: said(first), isTrue },
      ...{ again: said(again), rest, unknown },
    };
  });
}

/**
 * Runs `down` of a whole cluster with each fault, which it has to get over; gives those that it did
 * not.
 */
export async function surviveDown(
  { make, atOnce }: Sites,
  faults: readonly Fault[],
): Promise<Record<string, unknown>> {
  const lanes = Array.from({ length: atOnce }, (_, lane) => lane);
  return await troubles(lanes, faults, async (lane, fault) => {
    const one = make(lane);
    const main = await one.up(one.journal());
    const calls = one.journal(fault);
    const down = await one.down(calls);
    const rest = await one.left();
    const isWell = main.error === undefined && down.error === undefined && rest.length === 0;
    if (calls.failed && isWell) return undefined;
    return { met: calls.failed, main: said(main), down: said(down), rest };
  });
}
