import type { Clock } from '../base/clock.ts';
import type { Reporter } from '../base/stages.ts';
import type { RenderedStack } from '../compose/render/render.ts';
import type { ServiceVerdict } from '../converge/converge.ts';
import type { Diagnosis } from '../converge/diagnose/diagnose.ts';
import type { Serving } from '../converge/serving.ts';
import type { Plan } from '../deploy/plan.ts';
import type { State } from '../down/state.ts';
import type { Executor } from '../exec/executor.ts';
import type { LoadReport } from '../images/load.ts';
import type { Inputs } from '../inputs/up.ts';
import type { Driver } from '../machines/driver.ts';
import type { Owner } from '../machines/ownership.ts';
import type { ArtifactReport } from '../report/report.ts';
import type { Living } from '../report/tables/previews-table.ts';
import type { Present } from '../stack/present.ts';
import type { Turn } from '../stack/turn.ts';
import type { Outside } from '../swarm/adopt.ts';
import type { Member } from '../swarm/form.ts';
import type { Endpoint } from '../verify/verify.ts';

/** What is known of a run so far: the report of a run that fails is made of it. */
export interface Facts {
  stack: RenderedStack | undefined;
  /** What the deployment changes. */
  plan: Plan | undefined;
  /** What was on the swarm before the deployment. */
  before: Present;
  /** After a failure: what still runs that the deployment has not replaced. */
  serving: readonly Serving[];
  /** After a failure: commands with which a person looks into the stack, where it stays. */
  commands: readonly string[];
  /** With `dry-run: true`: what would become of machines. */
  machines: readonly string[];
  members: readonly Member[];
  /** What was loaded into each machine; empty where no images were to be. */
  loads: readonly LoadReport[];
  verdicts: readonly ServiceVerdict[];
  endpoints: readonly Endpoint[];
  diagnoses: readonly Diagnosis[];
  /** Folder with what was collected about a failure. */
  diagnostics: string | undefined;
  /** The artifact that was made of it. */
  artifact: ArtifactReport | undefined;
  /** What `DOCKER_HOST` of the following steps shall be. */
  dockerHost: string | undefined;
  /** RFC 3339 time after which `sweep` may remove it all. */
  expires: string | undefined;
  /** Of a preview: what of the repository lives, its own among it. */
  living: readonly Living[];
  /** Path of the OpenSSH config that reaches every node. */
  sshConfig: string | undefined;
}

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
  /** Folder for the SSH config and the tunnel, which must not exist yet; undefined where nobody asked for them. */
  readonly sshFolder: string | undefined;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Masks a secret in all that is printed from now on; `what` names it for a warning that it is too short. */
  readonly mask: (what: string, secret: string) => void;
  /** Called once all that can be checked without a machine is right; not for a dry run. */
  readonly checked: () => void;
  /** Called right before the first thing is created, with whether this step makes the machines. */
  readonly beginning: (made: boolean) => void;
  /** Called with the lock of the stack before it is taken, and with nothing when it is gone. */
  readonly locking: (lock: State['lock']) => void;
  /** Called right before the stack of hosts that stay is claimed: until then it is not ours to remove. */
  readonly claiming: () => void;
  /** Of the run on GitHub, for whoever meets what it holds. */
  readonly runUrl: string | undefined;
  readonly runAttempt: string | undefined;
  /** Which runs are older, and which newer; undefined where nothing says. */
  readonly turn?: Turn | undefined;
  /** Called right before the first host that was there before is changed, with what they were like. */
  readonly forming: (outside: Outside) => void;
  /** Lines for what changed while the stack converges. */
  readonly progress: (verdicts: readonly ServiceVerdict[]) => void;
  /** Told each fact as soon as it is known. */
  readonly learned: (facts: Partial<Facts>) => void;
}
