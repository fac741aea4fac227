import type { ServiceVerdict } from '../converge/converge.ts';
import type { State } from '../down/state.ts';
import type { Facts } from '../report/facts.ts';
import type { Outside } from '../swarm/adopt.ts';

/** What a run tells of itself while it goes on, for its report and for post. */
export interface Journal {
  /** Called once all that can be checked without a machine is right; not for a dry run. */
  readonly checked: () => void;
  /** Called right before the first thing is created, with whether this step makes the machines. */
  readonly beginning: (made: boolean) => void;
  /** Called with the lock of the stack before it is taken, and with nothing when it is gone. */
  readonly locking: (lock: State['lock']) => void;
  /**
   * Called right before the stack of hosts that stay is claimed: until then it is not ours to
   * remove.
   */
  readonly claiming: () => void;
  /**
   * Called right before the first host that was there before is changed, with what they were like.
   */
  readonly forming: (outside: Outside) => void;
  /** Told each fact as soon as it is known. */
  readonly learned: (facts: Partial<Facts>) => void;
  /** Lines for what changed while the stack converges. */
  readonly progress: (verdicts: readonly ServiceVerdict[]) => void;
}

/** What a stage is given that tells the journal no more than this. */
export interface Tells<Events extends keyof Journal> {
  readonly journal: Pick<Journal, Events>;
}
