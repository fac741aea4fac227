import { type Fault, type Journal, troubles } from './faults.ts';
import { type Action, said } from './in-process.ts';

/** A cluster of its own for one run, so that several go on at once. */
export interface Site extends Action {
  readonly name: string;
  journal(fault?: Fault, last?: Fault): Journal;
  /** What there is of it, by name. */
  left(): Promise<readonly string[]>;
}

interface Sites {
  make(): Site;
  /** How many go on at once. */
  readonly atOnce: number;
  /** Ends a run of `up` in which everything that a cluster is made of is there. */
  readonly made: Fault;
  /** Whether every run of `up` has to end by `made`: it would wait for machines that never answer. */
  readonly neverReady?: boolean;
}

/** Runs `up` with each fault, then `down` or post in turn; gives those after which something was left, or which did not do as they say. */
export async function failUp(
  { make, atOnce, made, neverReady = false }: Sites,
  faults: readonly Fault[],
): Promise<Record<string, unknown>> {
  return await troubles(Array.from({ length: atOnce }), faults, async (_, fault, at) => {
    const one = make();
    const calls = one.journal(fault, neverReady ? made : undefined);
    const main = await one.up(calls);
    const removed = at % 2 === 0 ? await one.down() : await one.post(main.state);
    const rest = await one.left();
    if (calls.failed && removed.error === undefined && rest.length === 0) return undefined;
    return { met: calls.failed, main: said(main), removed: said(removed), rest };
  });
}

/** Runs `down` of a whole cluster with each fault, then again; gives those that said that all was gone where it was not, or left something in the end. */
export async function failDown(
  { make, atOnce, made }: Sites,
  faults: readonly Fault[],
): Promise<Record<string, unknown>> {
  return await troubles(Array.from({ length: atOnce }), faults, async (_, fault) => {
    const one = make();
    await one.up(one.journal(made));
    const calls = one.journal(fault);
    const first = await one.down(calls);
    const isTrue = first.error !== undefined || (await one.left()).length === 0;
    const again = await one.down();
    const rest = await one.left();
    if (calls.failed && isTrue && again.error === undefined && rest.length === 0) return undefined;
    return { met: calls.failed, first: said(first), isTrue, again: said(again), rest };
  });
}
