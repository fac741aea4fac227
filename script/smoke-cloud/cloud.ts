import type { ClusterId } from '../../src/machines/ownership.ts';

/** Who asks a cloud, and where. */
export interface CloudAccess {
  /** The variables that say who asks. Secret. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its API answers; undefined where the vendor has it. */
  readonly endpoint: string | undefined;
}

/** What the smoke test has to know of a cloud. */
export interface Cloud {
  /** The variables without which nobody can ask. */
  readonly variables: readonly string[];
  /** Those that count, too, if they are set. */
  readonly optional: readonly string[];
  /**
   * Everything that the credentials see, each as `server su-1-smoke-1 (7)`. No list of the driver is
   * trusted, which may be wrong. Throws if the API refuses.
   */
  readonly inventory: (access: CloudAccess) => Promise<ReadonlySet<string>>;
  /** The `ttl` of the trial. What a run that is killed leaves is swept by the next one after it. */
  readonly ttl: string;
  /**
   * Has the cluster be expired, if no `ttl` can be that short: a machine that ends itself at its
   * expiry would end while the trial deploys to it.
   */
  readonly expire?: (access: CloudAccess, cluster: ClusterId) => Promise<void>;
  /** What is charged, as the vendor says. */
  readonly charges: string;
}
