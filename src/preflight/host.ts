import type { Executor } from '../exec/executor.ts';
import type { HostFacts } from './facts.ts';

/** A host that exists, before the swarm on it is made or changed. */
export interface PreflightHost {
  readonly name: string;
  /** Over SSH. */
  readonly executor: Executor;
  /** By which the others reach it. */
  readonly address: string;
  /** The role that it shall have. */
  readonly role: 'manager' | 'worker';
  /** Where a manager answers nodes, and where nodes exchange the packets of containers; Docker's own ports where nothing is said. */
  readonly managementPort?: number;
  readonly dataPathPort?: number;
  /** Whether it is a node already. */
  readonly inSwarm: boolean;
}

/** Something a host lacks. With an error no swarm can be made; after a warning one can, and something in it will not work. */
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
