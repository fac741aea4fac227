import type { NamedSite } from '../conformance.ts';
import type { Action } from '../in-process.ts';
import type { Place } from './places.ts';

/** The repository of the steps. */
export const OWN = '4711';

/** A cluster whose machines are made by somebody else than the runner. */
export interface CloudSite extends NamedSite {
  readonly place: Place;
  /** How long a change that is asked for from now on takes until it has effect, in ms. */
  delay(ms: number): void;
  /** A step with other inputs, in another run; of the same repository, if none is given. */
  with(inputs: Readonly<Record<string, string>>, run?: string, repository?: string): Action;
}
