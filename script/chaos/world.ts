import type { Action } from './action.ts';
import { ACTORS, type Actor } from './actors.ts';
import { askStack } from './ask.ts';
import {
  type Answered,
  type Fingerprints,
  judge,
  partsOf,
  runningParts,
  steady,
  type Violation,
  type Wanted,
} from './judge.ts';
import { look } from './look.ts';
import {
  begun,
  ended,
  expectationOf,
  isDue,
  newStack,
  type RunEnd,
  type StackModel,
  swept,
} from './model.ts';
import { type Finished, perform } from './perform.ts';
import type { Told } from './report.ts';
import type { Sight } from './sight.ts';
import type { Site } from './site.ts';

/** The actors, what their stacks should be by now, and what has happened. */
export interface World {
  /**
   * Lets an actor do something, tells it, and gives what does not hold afterwards. Rejects when the
   * run is ended.
   */
  act(actor: Actor, action: Action): Promise<readonly Violation[]>;
  /** Looks at everything. */
  check(): Promise<readonly Violation[]>;
  /** What is still there of the stacks of these. */
  left(actors: readonly Actor[]): Promise<readonly string[]>;
  isOpen(actor: Actor): boolean;
  readonly story: readonly Told[];
  /** Limits that were missed, one sentence each. */
  readonly late: readonly string[];
  /** How often everything was looked at. */
  readonly checks: number;
}

interface WorldOptions {
  readonly site: Site;
  readonly signal: AbortSignal;
  readonly tell: (told: Told) => void;
  readonly models: Map<string, StackModel>;
}

/** The model of each actor's stack at the beginning, by the actor's name. */
export function newModels(): Map<string, StackModel> {
  return new Map(
    ACTORS.filter(({ kind }) => kind !== 'schedule').map(
      ({ name, stack, cluster, repositoryId: repository }) => [
        name,
        newStack({ stack, cluster, repository }),
      ],
    ),
  );
}

export function createWorld({ site, signal, tell, models }: WorldOptions): World {
  const started = performance.now();
  const story: Told[] = [];
  const late: string[] = [];
  const fingerprints = new Map<string, { epoch: number; parts: readonly string[] }>();
  let runs = 0;
  let checks = 0;

  const change = (actor: Actor, next: (model: StackModel) => StackModel) => {
    const model = models.get(actor.name);
    if (model) models.set(actor.name, next(model));
  };

  const check = async (after?: Actor): Promise<readonly Violation[]> => {
    const before = wantedOf(models, site);
    const sight = await look(site.hosts.names);
    const answers = await answersOf(before);
    const wanted = steady(before, wantedOf(models, site));
    checks += 1;
    const violations = judge(wanted, sight, answers, fingerprints);
    if (after) keepFingerprint(after, wanted, sight, fingerprints);
    return violations;
  };

  const note = (told: Told) => {
    story.push(told);
    tell(told);
  };
  const timesOf = (from: number) => ({
    atMs: from - started,
    tookMs: performance.now() - from,
  });

  const performed = async (actor: Actor, action: Action, from: number): Promise<Finished> => {
    try {
      return await perform(actor, action, ++runs, site, signal);
    } catch (error) {
      // It may be what made something not hold.
      note({ actor: actor.name, action, result: 'was running', lines: [], ...timesOf(from) });
      throw error;
    }
  };

  /** What an action has not touched must still be as it was before it. */
  const carryOn = ({ name }: Actor, before: ReadonlyMap<string, number>) => {
    const [kept, epoch] = [fingerprints.get(name), models.get(name)?.epoch];
    if (!kept || epoch === undefined || kept.epoch !== before.get(name)) return;
    fingerprints.set(name, { ...kept, epoch });
  };

  const act = async (actor: Actor, action: Action): Promise<readonly Violation[]> => {
    const [beganAt, from] = [Date.now(), performance.now()];
    const epochs = new Map([...models].map(([name, { epoch }]) => [name, epoch]));
    const isOwn = action.kind !== 'sweep';
    if (isOwn) change(actor, (model) => begun(model, action, beganAt));
    const finished = action.kind === 'close' ? CLOSED : await performed(actor, action, from);
    if (isOwn) change(actor, (model) => ended(model, action, finished.end, beganAt));
    if (isOwn && !finished.end.touched) carryOn(actor, epochs);
    const { result, lines } = finished;
    note({ actor: actor.name, action, result, lines, ...timesOf(from) });
    if (finished.late !== undefined) late.push(`${actor.name}: ${finished.late}.`);
    const wrong = applySweep(models, actor, action, finished, epochs);
    return [...problemsOf(actor, finished), ...wrong, ...(await check(actor))];
  };

  return {
    ...{ act, story, late },
    check: () => check(),
    left: async (actors) => {
      const sight = await look(site.hosts.names);
      return actors.flatMap(({ stack }) => partsOf(stack, sight));
    },
    isOpen: ({ name }) => models.get(name)?.isOpen ?? true,
    get checks() {
      return checks;
    },
  };
}

const NOTHING_RAN: RunEnd = { succeeded: true, urls: [], cleaned: true, touched: false };
const CLOSED: Finished = {
  ...{ result: 'closed', end: NOTHING_RAN, swept: [], lines: [] },
  ...{ problem: undefined, late: undefined },
};

function wantedOf(models: ReadonlyMap<string, StackModel>, site: Site): Wanted[] {
  const now = Date.now();
  return ACTORS.flatMap(({ name: actor, kind }) => {
    const model = models.get(actor);
    if (!model) return [];
    const labels = kind === 'production' ? [`${site.hosts.names[0]}: zone=a`] : [];
    return [{ actor, model, expectation: expectationOf(model, now), labels }];
  });
}

async function answersOf(wanted: readonly Wanted[]): Promise<Answered[]> {
  const answers = await Promise.all(
    wanted.map(async ({ actor: name, expectation }) => {
      const actor = ACTORS.find((one) => one.name === name);
      if (!actor || expectation.kind !== 'answers') return [];
      return await askStack(actor, expectation.version, expectation.urls);
    }),
  );
  return answers.flat();
}

function keepFingerprint(
  { name }: Actor,
  wanted: readonly Wanted[],
  sight: Sight,
  fingerprints: Map<string, { epoch: number; parts: readonly string[] }> & Fingerprints,
): void {
  const own = wanted.find(({ actor }) => actor === name);
  if (own?.expectation.kind !== 'answers') return;
  const { epoch, stack } = own.model;
  fingerprints.set(name, { epoch, parts: runningParts(stack, sight) });
}

function problemsOf({ name: actor }: Actor, { problem, end }: Finished): Violation[] {
  if (problem === undefined) return [];
  const expected = end.succeeded ? 'that nothing is left' : 'that it succeeds';
  return [{ invariant: 'a run ends as it should', actor, expected, seen: problem }];
}

/**
 * Of stacks to which nothing was done since the sweep began: they are gone now, and had to be due.
 */
function applySweep(
  models: Map<string, StackModel>,
  sweeper: Actor,
  { closed }: Action,
  finished: Finished,
  epochs: ReadonlyMap<string, number>,
): Violation[] {
  const violations: Violation[] = [];
  for (const [actor, model] of models) {
    if (model.repository !== sweeper.repositoryId) continue;
    if (!finished.swept.includes(model.cluster)) continue;
    if (model.isBusy || model.epoch !== epochs.get(actor)) continue;
    if (model.condition.kind === 'deployed' && !isDue(model, Date.now(), closed)) {
      violations.push({
        invariant: 'a sweep removes only what has expired, or whose pull request is closed',
        actor,
        expected: `stack ${model.stack} stays`,
        seen: `the sweep of ${sweeper.name} has removed it`,
      });
    }
    models.set(actor, swept(model));
  }
  return violations;
}
