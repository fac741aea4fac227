import type { Status } from '../base/errors.ts';
import type { StageRecord } from '../base/timeline.ts';
import type { Plan } from '../deploy/plan.ts';
import type { LoadReport } from '../images/load-report.ts';
import type { Preview } from './tables/previews-table.ts';

/** Everything that outputs and summary are made of. Nothing in it is secret. */
export interface Report {
  readonly cluster: string;
  readonly driver: string;
  /** Undefined for a swarm without a stack. */
  readonly stack: string | undefined;
  readonly status: Status;
  /** What the deployment changes; undefined where it was not compared. */
  readonly plan?: Plan | undefined;
  /** What making the machines was to take, a line each (types, place, price). */
  readonly planned?: readonly string[] | undefined;
  /** What the machines are, where they are and what they cost, a line each. */
  readonly costs?: readonly string[] | undefined;
  /** With `dry-run: true`: what would become of machines, each in a few words. */
  readonly machines?: readonly string[] | undefined;
  readonly nodes: readonly NodeReport[];
  /** What was loaded into each node; absent where no images were to be. */
  readonly loads?: readonly LoadReport[] | undefined;
  readonly services: readonly ServiceReport[];
  readonly endpoints: readonly Endpoint[];
  /** Where a proxy serves the stack. */
  readonly url?: string | undefined;
  readonly timeline: readonly StageRecord[];
  readonly warnings: readonly WarningReport[];
  readonly diagnoses: readonly ServiceDiagnosis[];
  /** Of a preview: what of the repository lives, this run's own among it. */
  readonly livePreviews?: readonly Preview[] | undefined;
  readonly teardown?: TeardownNote | undefined;
  readonly error?: ErrorReport | undefined;
  /** Folder with what was collected about a failure. */
  readonly diagnosticsFolder?: string | undefined;
  /** With which a person looks into what failed; none where it goes with the job. */
  readonly commands?: readonly string[] | undefined;
  /** Of the repository at GitHub, for links; undefined where it is not known. */
  readonly repositoryUrl?: string | undefined;
  /** The artifact that was made of it. */
  readonly artifact?: ArtifactReport | undefined;
  /** What `DOCKER_HOST` of the following steps is. */
  readonly dockerHost?: string | undefined;
  readonly sshConfig?: string | undefined;
}

/** An artifact of the run. */
export interface ArtifactReport {
  readonly name: string;
  /** Where a person finds it. */
  readonly url?: string | undefined;
}

export interface NodeReport {
  readonly name: string;
  readonly address: string;
  readonly role: 'manager' | 'worker';
  readonly leader?: boolean | undefined;
  /** Docker's word: `ready`, `down`, `unknown`, `disconnected`. */
  readonly state: string;
  /** Version of its Docker Engine. */
  readonly engine: string;
}

export interface ServiceReport {
  /** As in the compose file, without the stack's name. */
  readonly name: string;
  readonly mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
  readonly image: string;
  readonly running: number;
  readonly desired: number;
  /** For example `8080->80/tcp`. */
  readonly ports: readonly string[];
  readonly summary: string;
  /** Why it failed; absent where it did not. */
  readonly class?: Status | undefined;
  /**
   * After a failure: what still runs in the version from before. `running` and `desired` above are
   * of the new one.
   */
  readonly before?: { readonly running: number; readonly desired: number };
  readonly tasks: readonly TaskReport[];
}

export interface TaskReport {
  readonly id: string;
  /** Absent for tasks of a global service. */
  readonly slot?: number | undefined;
  /** Name of its node; absent where it has none yet. */
  readonly node?: string | undefined;
  /** Docker's word: `running`, `preparing`, `rejected` … */
  readonly state: string;
  readonly error?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly image?: string | undefined;
  /** It runs in the version from before this deployment. */
  readonly before?: true | undefined;
}

export interface Endpoint {
  readonly service: string;
  readonly published: number;
  readonly target: number;
  readonly protocol: string;
  readonly mode: 'ingress' | 'host';
  readonly urls: readonly string[];
  readonly checked: 'answers' | 'not checked' | 'no answer';
  /** For example why it could not be checked. */
  readonly note?: string | undefined;
}

export interface WarningReport {
  readonly message: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

export interface ServiceDiagnosis {
  readonly service: string;
  readonly class: Status;
  readonly cause: string;
  readonly evidence: readonly string[];
  readonly hint: string;
  readonly logTail?: string | undefined;
  /** It was found out by a look at the nodes, so what to do that was said without is not. */
  readonly overrules?: true | undefined;
  readonly location?: { readonly file: string; readonly line: number };
}

interface TeardownNote {
  /** What the post step is going to do, in one sentence. */
  readonly text: string;
  /** RFC 3339 time after which `sweep` may remove the cluster. */
  readonly expires?: string | undefined;
  /** What is left until then, in words. */
  readonly lifeLeft?: string | undefined;
  /** How to remove what stays, as a sentence. */
  readonly removal?: string | undefined;
}

export interface ErrorReport {
  readonly message: string;
  readonly details?: string | undefined;
  readonly hint?: string | undefined;
}
