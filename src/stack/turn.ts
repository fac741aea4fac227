import * as z from 'zod';
import { ActionError } from '../base/errors.ts';
import { isSameRepository, type Labels } from '../machines/ownership.ts';

/** Where a run stands among those that deploy the same thing again and again. */
export interface Turn {
  /**
   * What they have in common: workflow, job, step, and branch or pull request. Only numbers of one
   * line can be compared.
   */
  readonly line: string;
  /** A newer run has a higher one. The same in each attempt of a run. */
  readonly number: number;
  /**
   * Whether somebody has run it again: that is a wish of its own, of which nobody knows how old it
   * is.
   */
  readonly isRepeat: boolean;
}

/** A deployment that was made, or that is to be. */
export interface Turned {
  readonly repository: string;
  readonly turn: Turn | undefined;
}

const TURN_LABEL = 'swarm-up.turn';
const turn = z.object({ line: z.string().min(1), number: z.int(), isRepeat: z.boolean() });

/** Labels of what stands for a run while it waits or deploys. */
export function turnLabels(given: Turn | undefined): Labels {
  return given === undefined ? {} : { [TURN_LABEL]: JSON.stringify(given) };
}

/** What such labels tell; undefined where they tell nothing that this version understands. */
export function turnIn(labels: Labels): Turn | undefined {
  return read(labels[TURN_LABEL], turn);
}

/**
 * Whether what `other` deploys takes the place of what `own` was to: it is a newer run of the same
 * line, and nobody has asked for `own` again.
 */
export function isNewer(other: Turned, own: Turned): boolean {
  if (!isSameRepository(other, own) || !other.turn || !own.turn) return false;
  const { line, number, isRepeat } = own.turn;
  return !isRepeat && other.turn.line === line && other.turn.number > number;
}

/** How many lines are remembered of a stack: a `staging` that each branch deploys to has many. */
const MOST_LINES = 12;

const deployed = z.object({
  line: z.string().min(1),
  number: z.int(),
  /** The run, for people. */
  by: z.string(),
});

/** The newest run of a line that a stack was deployed by. */
export type Deployed = z.infer<typeof deployed>;

/**
 * What a note tells of who has deployed a stack, the latest deployment last; nothing where it
 * cannot be read.
 */
export function deployedIn(note: string | undefined): readonly Deployed[] {
  return read(note, z.array(deployed)) ?? [];
}

/**
 * The note once `own` deploys, too. An older run that somebody runs again does not make the newer
 * ones forgotten.
 */
export function deployedNote(before: readonly Deployed[], own: Deployed): string {
  const all = [...before.filter(({ line }) => line !== own.line), newest(before, own)];
  return JSON.stringify(all.slice(-MOST_LINES));
}

function newest(before: readonly Deployed[], own: Deployed): Deployed {
  const same = before.find(({ line }) => line === own.line);
  return same && same.number > own.number ? same : own;
}

/** A newer run deploys the stack, or has, so this one has nothing to do any more. */
export class Superseded extends ActionError {
  constructor(stack: string, by: string, state: 'is deploying' | 'has deployed') {
    super(`This run is superseded: a newer one, ${by}, ${state} stack ${stack}.`, {
      status: 'superseded',
      hint: 'Nothing of the stack was changed. To deploy what is older all the same, run this job again ("Re-run jobs"). What is run again is never superseded.',
    });
  }
}

/** Throws `Superseded` where one of those that have deployed the stack is newer than this run. */
export function refuseOlder(
  stack: string,
  {
    repository,
    deployed: before,
  }: { readonly repository: string; readonly deployed: readonly Deployed[] },
  own: Turned,
): void {
  const newer = before.find(({ line, number }) =>
    isNewer({ repository, turn: { line, number, isRepeat: false } }, own),
  );
  if (newer) throw new Superseded(stack, newer.by, 'has deployed');
}

function read<T>(text: string | undefined, form: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  try {
    return form.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
