import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Present, type PresentService, type ServiceSpec, STACK_LABEL } from './present.ts';

// Of each service Swarm keeps the spec that it had before its last change, and does not say whether
// that change was the last deployment. So a deployment writes down what every service of the stack
// was like when it began, as hashes: by them it is known what a rollback has to give back, and
// whether it is still there.

/**
 * What each service of a stack was before its last deployment, by its name in the swarm: the hash
 * of its spec.
 */
export type Before = Readonly<Record<string, string>>;

const before = z.record(z.string(), z.string());

/** Characters of a hash: enough to tell apart the two specs of one service. */
const LENGTH = 16;

/** The note that a deployment leaves; undefined where the stack had no service before it. */
export function beforeNote(
  { services }: Pick<Present, 'services'>,
  stack: string,
): string | undefined {
  const own = services.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack);
  if (own.length === 0) return undefined;
  return JSON.stringify(Object.fromEntries(own.map(({ Spec }) => [Spec.Name, hashOf(Spec)])));
}

/** What such a note says; undefined where it says nothing that this version understands. */
export function beforeIn(note: string | undefined): Before | undefined {
  if (note === undefined) return undefined;
  try {
    return before.safeParse(JSON.parse(note)).data;
  } catch {
    return undefined;
  }
}

/** What becomes of a service where its stack goes back. */
export interface Return {
  readonly service: PresentService;
  /**
   * The spec that it gets, or has already; undefined where the deployment has made it, so that it
   * goes.
   */
  readonly spec: ServiceSpec | undefined;
}

export interface WayBack {
  readonly returns: readonly Return[];
  /**
   * Why the stack cannot go back, a line for each service of which Swarm does not have the earlier
   * spec any more.
   */
  readonly lost: readonly string[];
}

/** What a stack has to become to be what it was before its last deployment. */
export function wayBack(
  { services }: Pick<Present, 'services'>,
  stack: string,
  had: Before,
): WayBack {
  const own = services.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack);
  const lost: string[] = [];
  const returns = own.map((service): Return => {
    const { Spec, PreviousSpec } = service;
    const hash = had[Spec.Name];
    if (hash === undefined) return { service, spec: undefined };
    if (hashOf(Spec) === hash) return { service, spec: Spec };
    if (PreviousSpec && hashOf(PreviousSpec) === hash) return { service, spec: PreviousSpec };
    lost.push(`${Spec.Name}: was made anew by the deployment, or was changed once more since`);
    return { service, spec: Spec };
  });
  const gone = Object.keys(had).filter((name) => own.every(({ Spec }) => Spec.Name !== name));
  for (const name of gone) lost.push(`${name}: was removed by the deployment, or since`);
  return { returns, lost };
}

function hashOf(spec: ServiceSpec): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(spec)))
    .digest('hex')
    .slice(0, LENGTH);
}

/** With the keys of all maps in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
