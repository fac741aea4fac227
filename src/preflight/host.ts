import type { HostFacts, PreflightHost } from './facts.ts';

/**
 * Something a host lacks. With an error no swarm can be made; after a warning one can, and
 * something in it will not work.
 */
export interface PreflightFinding {
  readonly level: 'error' | 'warning';
  /** The name of the host that the remedy is for. */
  readonly host: string;
  readonly check: string;
  readonly message: string;
  /** Sentences, and commands to paste on lines of their own. */
  readonly remedy: string;
}

/** A host and what it said of itself. */
export interface KnownHost extends PreflightHost {
  readonly facts: HostFacts;
}
