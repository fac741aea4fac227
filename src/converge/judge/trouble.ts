import type { ServiceClass } from '../verdict.ts';

/** What speaks against a service, and how long it must go on before it is final. */
export interface Trouble {
  readonly class: ServiceClass;
  /** ms. `Infinity`: not before the circumstances change. */
  readonly afterMs: number;
  /**
   * The engine is still working on it, so that a little later there is more to tell. The outcome is
   * certain all the same.
   */
  readonly settling?: boolean | undefined;
  /**
   * Tasks that ended by themselves and may only have missed another service. While others still
   * start, these do not count; what fails afterwards does.
   */
  readonly excusable?: readonly string[] | undefined;
}
