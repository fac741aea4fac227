import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Fault } from './faults.ts';

/** Of the faults that need not run, one in so many does. */
const ONE_OF = 8;

/** Whether everything runs on real engines, as in the night. */
export const isWhole = (): boolean => process.env.FAULTS === 'all';

let commit: string | undefined;

/** The commit that is tested. Without git the choice is always the same. */
function commitNow(): string {
  try {
    commit ??= execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: resolve(import.meta.dirname, '../..'),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    commit = 'unknown';
  }
  return commit;
}

/** A number that is another for each commit. */
function drawn(of: string): number {
  return createHash('sha256').update(`${commitNow()} ${of}`).digest().readUInt32BE();
}

/**
 * The faults that run on real engines, by the run that they are in; the model has every one of them
 * in each run. These are one of each kind in all runs together, those that `always` is in, and one
 * of eight of the rest that change something, by the commit; with `FAULTS=all` all. It says how
 * many.
 */
export function sampleOf<Run extends string>(
  driver: string,
  faults: Readonly<Record<Run, readonly Fault[]>>,
  always?: RegExp,
): Readonly<Record<Run, readonly Fault[]>> {
  const runs = Object.entries<readonly Fault[]>(faults);
  const all = runs.flatMap(([run, own]) =>
    own.map((fault) => ({ run, lot: lotOf(run, fault), fault })),
  );
  // In the first run that has the kind: what comes first is cheapest.
  const kinds = Map.groupBy(all, ({ fault }) => kindOf(fault));
  const first = new Set(
    [...kinds.values()].map(([one, ...others]) => {
      const own = [one, ...others].filter((other) => other?.run === one?.run);
      return own.sort((a, b) => (a?.lot ?? 0) - (b?.lot ?? 0))[0]?.fault;
    }),
  );
  const isChosen = (fault: Fault, lot: number) =>
    isWhole() ||
    first.has(fault) ||
    always?.test(String(fault.at)) ||
    (fault.changes && lot % ONE_OF === 0);
  const chosen = runs.map(
    ([run, own]) => [run, own.filter((fault) => isChosen(fault, lotOf(run, fault)))] as const,
  );
  const counts = chosen.map(
    ([run, own]) => `${own.length} of ${faults[run as Run].length} in ${run}`,
  );
  tell(`Faults on real machines (${driver}): ${counts.join(', ')}`);
  return Object.fromEntries(chosen) as unknown as Record<Run, readonly Fault[]>;
}

/**
 * Those of the cases that run on real engines: `count` of them by the commit, and with `FAULTS=all`
 * all. It says which.
 */
export function someOf<T>(
  cases: readonly T[],
  name: string,
  { count, titleOf }: { readonly count: number; readonly titleOf: (one: T) => string },
): readonly T[] {
  const byLot = [...cases].sort((a, b) => drawn(titleOf(a)) - drawn(titleOf(b)));
  const lot = new Set(isWhole() ? cases : byLot.slice(0, count));
  const chosen = cases.filter((one) => lot.has(one));
  const which = isWhole() ? '' : `, ${chosen.map(titleOf).join('; ')}`;
  tell(`${name}: ${chosen.length} of ${cases.length}${which}`);
  return chosen;
}

/** One of so many of the cases, by the commit; with `FAULTS=all` all of them. It says how many. */
export function partOf<T extends { readonly id: string }>(
  cases: readonly T[],
  name: string,
  oneOf: number,
): readonly T[] {
  const chosen = cases.filter(({ id }) => isWhole() || drawn(`${name} ${id}`) % oneOf === 0);
  tell(`${name}: ${chosen.length} of ${cases.length}`);
  return chosen;
}

/** One of the choices, which the commit draws for `name`; with `FAULTS=all` all of them. */
export function drawnOf<T>(choices: readonly T[], name: string): readonly T[] {
  const at = drawn(name) % choices.length;
  return isWhole() ? choices : choices.slice(at, at + 1);
}

/**
 * Of the ways in which a call fails once, two: one with its effect, and one without. The commit
 * draws them for the run; with `FAULTS=all` it is all of them.
 */
export function someKinds<Kind extends { readonly isDone?: boolean | undefined }>(
  kinds: readonly (readonly [string, Kind])[],
  run: string,
): readonly (readonly [string, Kind])[] {
  return [true, false].flatMap((isDone) => {
    const alike = kinds.filter(([, kind]) => (kind.isDone ?? false) === isDone);
    return drawnOf(alike, `${run} ${isDone}`);
  });
}

/** How a call fails is one thing for each way to make it. */
function kindOf({ at, when, changes }: Fault): string {
  const what = /: (GET|POST|DELETE|docker system dial-stdio)\b/.exec(String(at))?.[1] ?? 'command';
  return `${when} ${changes ? 'change' : 'question'} ${what}`;
}

function lotOf(run: string, { at, when }: Fault): number {
  return drawn(`${run} ${when} ${at}`);
}

function tell(what: string): void {
  process.stderr.write(
    `${what} (${isWhole() ? 'FAULTS=all' : `by commit ${commitNow().slice(0, 12)}; FAULTS=all runs every one`})\n`,
  );
}
