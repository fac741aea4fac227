import type { NamedSite } from '../conformance.ts';
import type { Action } from '../in-process.ts';
import type { Place } from './places.ts';

/** A cluster whose machines are made by somebody else than the runner. */
export interface CloudSite extends NamedSite {
  readonly place: Place;
  /** How long a change that is asked for from now on takes until it has effect, in ms. */
  delay(ms: number): void;
  /** A step of the same repository with other inputs, in another run. */
  with(inputs: Readonly<Record<string, string>>, run?: string): Action;
}
