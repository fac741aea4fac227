/**
 * How a run is cut off. `cancel`, `terminate`: by SIGINT or SIGTERM. `kill`: main alone, by
 * SIGKILL. After these post runs; after `lost` nothing does.
 */
export type CutKind = 'cancel' | 'terminate' | 'kill' | 'lost';

export interface Cut {
  readonly kind: CutKind;
  /** As soon as the log of main has so many lines. */
  readonly afterLines: number;
}

/**
 * `try`: `up` with `teardown: always`, whose post step removes the stack. `close`: the pull request
 * is closed, and no run comes of it.
 */
export type ActionKind = 'up' | 'try' | 'down' | 'close' | 'sweep';

export interface Action {
  readonly kind: ActionKind;
  /** Of what is deployed. */
  readonly version: number;
  /** In ms. */
  readonly ttlMs: number | undefined;
  /** Of a sweep: whether what is of closed pull requests goes, too. */
  readonly closed: boolean;
  readonly dryRun: boolean;
  readonly cut: Cut | undefined;
}

/** The action in words, for example `up v3 ttl 10s, kill at line 12`. */
export function describeAction({ kind, version, ttlMs, closed, dryRun, cut }: Action): string {
  const isDeployment = kind === 'up' || kind === 'try';
  const words = [
    kind,
    ...(isDeployment ? [`v${version}`] : []),
    ...(isDeployment && ttlMs !== undefined ? [`ttl ${ttlMs / 1_000}s`] : []),
    ...(kind === 'sweep' && closed ? ['with closed'] : []),
    ...(kind === 'sweep' && dryRun ? ['dry'] : []),
  ];
  return `${words.join(' ')}${cut ? `, ${cut.kind} at line ${cut.afterLines}` : ''}`;
}
