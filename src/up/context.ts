import type { Clock } from '../base/clock.ts';
import type { Reporter } from '../base/stages.ts';
import type { ServiceVerdict } from '../converge/converge.ts';
import type { State } from '../down/state.ts';
import type { Executor } from '../exec/executor.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Driver } from '../machines/driver.ts';
import type { Owner } from '../machines/ownership.ts';
import type { Facts } from '../report/facts.ts';
import type { Turn } from '../stack/turn.ts';
import type { Outside } from '../swarm/adopt.ts';

export interface UpContext {
  readonly inputs: Inputs;
  readonly owner: Owner;
  readonly driver: Driver;
  readonly runner: Executor;
  readonly workspace: string;
  /** Where relative paths of the inputs start. Absolute. */
  readonly directory: string;
  /** Folder in which private ones are made for a moment. */
  readonly temporary: string;
  /** Folder for the diagnostics of a failure. */
  readonly diagnosticsFolder: string;
  /**
   * Folder for the SSH config and the tunnel, which must not exist yet; undefined where nobody
   * asked for them.
   */
  readonly sshFolder: string | undefined;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /**
   * Masks a secret in all that is printed from now on; `what` names it for a warning that it is too
   * short.
   */
  readonly mask: (what: string, secret: string) => void;
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
  /** Of the run on GitHub, for whoever meets what it holds. */
  readonly runUrl: string | undefined;
  readonly runAttempt: string | undefined;
  /** Which runs are older, and which newer; undefined where nothing says. */
  readonly turn?: Turn | undefined;
  /**
   * Called right before the first host that was there before is changed, with what they were like.
   */
  readonly forming: (outside: Outside) => void;
  /** Lines for what changed while the stack converges. */
  readonly progress: (verdicts: readonly ServiceVerdict[]) => void;
  /** Told each fact as soon as it is known. */
  readonly learned: (facts: Partial<Facts>) => void;
}
