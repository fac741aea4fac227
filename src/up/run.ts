import type { Clock } from '../base/clock.ts';
import type { Reporter } from '../base/stages.ts';
import type { Executor } from '../exec/executor.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Driver } from '../machines/driver.ts';
import type { Owner } from '../machines/ownership.ts';
import type { Turn } from '../stack/turn.ts';

/** What a run of `up` is. A stage takes by `Pick` what it needs of it. */
export interface Run {
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
  /** Of the run on GitHub, for whoever meets what it holds. */
  readonly runUrl: string | undefined;
  readonly runAttempt: string | undefined;
  /** Which runs are older, and which newer; undefined where nothing says. */
  readonly turn?: Turn | undefined;
}
