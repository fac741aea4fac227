import type { Status } from '../base/errors.ts';

/** A service as the rendered stack wants it. */
export interface ExpectedService {
  /** As in the compose file, without the stack's name. */
  readonly name: string;
  readonly mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
  readonly replicas: number;
  readonly restart: 'none' | 'on-failure' | 'any';
  /**
   * `update_config.monitor` in ms, 0 where the file has none: how long the service's owner wants a
   * new task watched.
   */
  readonly monitorMs: number;
}

/** How waiting for a service can end. `failed` is for a service that is not in the swarm at all. */
export type ServiceClass = Exclude<Status, 'cancelled' | 'planned' | 'pending'>;

export interface TaskView {
  readonly id: string;
  /** Absent for tasks of a global service. */
  readonly slot?: number | undefined;
  /** Name of its node; absent where none is chosen yet. */
  readonly node?: string | undefined;
  /** Docker's word: `preparing`, `running`, `failed`, `rejected` … */
  readonly state: string;
  /** Absent where no process has ended. */
  readonly exitCode?: number | undefined;
  /** It is of an earlier deployment: the spec is the same, so the engine did not run it again. */
  readonly earlier?: true | undefined;
  /** It runs in the version that its service had before this deployment. */
  readonly before?: true | undefined;
  /** The engine's own words. */
  readonly error?: string | undefined;
  readonly image: string;
}

export interface ServiceVerdict {
  readonly service: string;
  readonly state: 'converged' | 'pending' | 'failed';
  /** Only where `state` is not `pending`. */
  readonly class?: ServiceClass | undefined;
  /** One line for people: `2/3 running, 1 starting`. */
  readonly summary: string;
  /** The engine's own words, untruncated, newest first, each once. */
  readonly reasons: readonly string[];
  readonly running: number;
  readonly desired: number;
  /** Its tasks may end with exit code 0. */
  readonly ends?: true | undefined;
  /** Those that failed first, newest first; then what is in each slot now. */
  readonly tasks: readonly TaskView[];
}

/** What is more of a cause comes before what is more of a consequence. */
const ORDER: readonly ServiceClass[] = [
  'image',
  'unschedulable',
  'job-failed',
  'crash-loop',
  'rolled-back',
  'paused',
  'failed',
  'timeout',
];

/** The verdicts that have failed, what is more of a cause first. */
export function failedVerdicts(verdicts: readonly ServiceVerdict[]): readonly ServiceVerdict[] {
  const rank = ({ class: found = 'timeout' }: ServiceVerdict) => ORDER.indexOf(found);
  return verdicts.filter(({ state }) => state === 'failed').sort((a, b) => rank(a) - rank(b));
}
