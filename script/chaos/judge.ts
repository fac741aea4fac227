import type { Expectation, StackModel } from './model.ts';
import type { Sight } from './sight.ts';

/** Something that must hold, and does not. */
export interface Violation {
  readonly invariant: string;
  /** Of the stack; empty where it is nobody's alone. */
  readonly actor: string;
  readonly expected: string;
  readonly seen: string;
}

/** What must be seen of an actor's stack. */
export interface Wanted {
  readonly actor: string;
  readonly model: StackModel;
  readonly expectation: Expectation;
  /** Labels of nodes that it needs, as `Sight` has them. */
  readonly labels: readonly string[];
}

/** What answered at an address of a stack. */
export interface Answered {
  readonly actor: string;
  readonly url: string;
  readonly expected: string;
  readonly seen: string;
}

/** What a stack consisted of right after its own last action, by actor. */
export type Fingerprints = ReadonlyMap<
  string,
  { readonly epoch: number; readonly parts: readonly string[] }
>;

/** Those of which both looks want the same: nothing was done to them in between. */
export function steady(before: readonly Wanted[], after: readonly Wanted[]): Wanted[] {
  return after.filter(({ actor, model, expectation }) => {
    const first = before.find((one) => one.actor === actor);
    return first?.model.epoch === model.epoch && first.expectation.kind === expectation.kind;
  });
}

/**
 * Everything that is not as it must be. Of `answers` those count whose actor is wanted to answer.
 */
export function judge(
  wanted: readonly Wanted[],
  sight: Sight,
  answers: readonly Answered[],
  fingerprints: Fingerprints,
): Violation[] {
  return [
    ...wanted.flatMap((one) => {
      if (one.expectation.kind === 'nothing') return leftOf(one, sight);
      if (one.expectation.kind === 'anything') return [];
      return [
        ...silentOf(one, answers),
        ...touchedOf(one, sight, fingerprints),
        ...unlabelledOf(one, sight),
      ];
    }),
    ...sharedPorts(sight),
  ];
}

function leftOf({ actor, model: { stack } }: Wanted, sight: Sight): Violation[] {
  const left = partsOf(stack, sight);
  if (left.length === 0) return [];
  return [
    {
      invariant: 'nothing that is called removed exists any more',
      actor,
      expected: `nothing of stack ${stack}`,
      seen: left.join('\n'),
    },
  ];
}

function silentOf({ actor }: Wanted, answers: readonly Answered[]): Violation[] {
  const invariant = 'what converged and has not expired answers as itself';
  const own = answers.filter((one) => one.actor === actor);
  if (own.length === 0) {
    return [{ invariant, actor, expected: 'an address', seen: 'the run named none' }];
  }
  return own
    .filter(({ expected, seen }) => seen !== expected)
    .map(({ url, expected, seen }) => ({
      invariant,
      actor,
      expected: `${url} answers: ${expected}`,
      seen,
    }));
}

function unlabelledOf({ actor, labels }: Wanted, sight: Sight): Violation[] {
  const missing = labels.filter((label) => !sight.labels.includes(label));
  if (missing.length === 0) return [];
  return [
    {
      invariant: 'the labels of nodes that somebody needs stay',
      actor,
      expected: missing.join('\n'),
      seen: sight.labels.join('\n') || 'no labels',
    },
  ];
}

function touchedOf(
  { actor, model }: Wanted,
  sight: Sight,
  fingerprints: Fingerprints,
): Violation[] {
  const before = fingerprints.get(actor);
  if (before?.epoch !== model.epoch) return [];
  const now = runningParts(model.stack, sight);
  const gone = before.parts.filter((part) => !now.includes(part));
  const come = now.filter((part) => !before.parts.includes(part));
  if (gone.length === 0 && come.length === 0) return [];
  return [
    {
      invariant: 'what nobody else may touch is as its own last action left it',
      actor,
      expected: gone.length === 0 ? 'nothing more' : gone.join('\n'),
      seen: come.length === 0 ? 'these are gone' : come.join('\n'),
    },
  ];
}

/** Everything that there is of a stack, one line each, in order. */
export function partsOf(stack: string, { objects, containers }: Sight): string[] {
  return [
    ...objects
      .filter((one) => one.stack === stack)
      .map(({ kind, name, id, version }) => `${kind} ${name} ${id} version ${version}`),
    ...containers
      .filter((one) => one.stack === stack)
      .map(({ host, id, state }) => `container ${id.slice(0, 12)} on host ${host}, ${state}`),
  ].sort();
}

/**
 * What a stack consists of, as `Fingerprints` keep it: without containers that were replaced, which
 * Swarm removes when it likes.
 */
export function runningParts(stack: string, { objects, containers }: Sight): string[] {
  const running = containers.filter(({ state }) => state === 'running');
  return partsOf(stack, { objects, containers: running, labels: [] });
}

function sharedPorts({ objects }: Sight): Violation[] {
  const publishing = objects.flatMap(({ name, stack, ports }) =>
    ports.map((port) => ({ port, name, stack: stack ?? name })),
  );
  return [...Map.groupBy(publishing, ({ port }) => port)]
    .filter(([, users]) => new Set(users.map(({ stack }) => stack)).size > 1)
    .map(([port, users]) => ({
      invariant: 'no two stacks share a published port',
      actor: '',
      expected: `one stack at ${port}`,
      seen: users.map(({ name }) => name).join(', '),
    }));
}
