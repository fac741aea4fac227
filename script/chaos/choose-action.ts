import type { Action, ActionKind, Cut, CutKind } from './action.ts';
import type { ActorKind } from './actors.ts';
import type { Random } from './random.ts';

type Weights = Partial<Record<ActionKind, number>>;

const OPEN: Weights = { up: 60, try: 8, down: 20, close: 12 };
const CLOSED: Weights = { up: 85, down: 15 };

/** What an actor does, by what its pull request is: without one it counts as open. */
const WEIGHTS: Record<ActorKind, { readonly open: Weights; readonly closed: Weights }> = {
  preview: { open: OPEN, closed: CLOSED },
  stranger: { open: { ...OPEN, sweep: 20 }, closed: { ...CLOSED, sweep: 20 } },
  production: { open: { up: 1 }, closed: { up: 1 } },
  schedule: { open: { sweep: 1 }, closed: { sweep: 1 } },
};

const TTLS: readonly (number | undefined)[] = [undefined, 86_400_000, 86_400_000, 8_000, 15_000];
const CUTS: readonly CutKind[] = ['cancel', 'cancel', 'terminate', 'kill', 'kill', 'lost', 'lost'];
const CUT_SHARE = 0.35;
const CLOSED_SHARE = 0.6;
const DRY_SHARE = 0.1;
/** About as many lines as the log has before its summary. */
const LINES: Record<ActionKind, number> = { up: 42, try: 42, down: 9, sweep: 12, close: 1 };

/**
 * What an actor does next. Each call takes as much of the stream, whatever is chosen, so that the
 * same seed gives the same choices until the pull request is in another state.
 */
export function chooseAction(
  kind: ActorKind,
  now: { readonly isOpen: boolean; readonly version: number },
  random: Random,
): Action {
  const drawn = {
    kind: random.fraction(),
    ttl: random.pick(TTLS),
    closed: random.fraction(),
    dry: random.fraction(),
    isCut: random.fraction(),
    cut: random.pick(CUTS),
    line: random.fraction(),
  };
  const chosen = weighted(WEIGHTS[kind][now.isOpen ? 'open' : 'closed'], drawn.kind);
  const afterLines = 1 + Math.floor(drawn.line * LINES[chosen]);
  const cut: Cut | undefined =
    drawn.isCut < CUT_SHARE && chosen !== 'close' ? { kind: drawn.cut, afterLines } : undefined;
  return {
    kind: chosen,
    version: now.version,
    // What has no end is not ended by a sweep.
    ttlMs: kind === 'production' ? undefined : drawn.ttl,
    closed: drawn.closed < CLOSED_SHARE,
    dryRun: chosen === 'sweep' && drawn.dry < DRY_SHARE,
    cut,
  };
}

function weighted(weights: Weights, fraction: number): ActionKind {
  const entries = Object.entries(weights) as [ActionKind, number][];
  let rest = fraction * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [kind, weight] of entries) {
    rest -= weight;
    if (rest < 0) return kind;
  }
  throw new RangeError('A fraction is less than one.');
}
