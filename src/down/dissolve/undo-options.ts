import type { DriverLog } from '../../base/log.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import type { Owner } from '../../machines/ownership.ts';
import type { Outside } from '../../swarm/adopt.ts';
import type { Node } from '../../swarm/objects.ts';
import type { User } from '../../swarm/records/users.ts';
import type { Leaver, View } from './outcome.ts';

/** What `dissolve` is given beside the hosts and whose they were. */
export interface DissolveOptions {
  readonly signal: AbortSignal;
  readonly log: DriverLog;
  /**
   * What the hosts were like before the step that is undone; it tells of those that were made nodes
   * and got no label any more.
   */
  readonly outside: Outside;
  /** Names of hosts that belong to it and cannot be reached. */
  readonly unreached: readonly string[];
  /** The stack that was removed by its name, where one was named. */
  readonly stack?: string | undefined;
  /**
   * For a sweep: the expiry that it has seen. What has a later one by now was renewed, and stays.
   */
  readonly listed?: { readonly expires: string | undefined };
}

/** The same while it goes on. */
export type UndoOptions = DissolveOptions & {
  /**
   * Gets why a bridge was not removed from a host that has left, which keeps no other host from
   * leaving.
   */
  readonly kept: unknown[];
};

/** What is told of while a swarm is taken apart. */
export interface Progress {
  /** Gets each host that has left. */
  readonly left: Set<ConnectedMachine>;
  /** Called where another run has renewed what was to go: then no more goes. */
  readonly renewed: () => void;
  /** Has hosts end to leave whose node is one of these and `isOwn`. Gives those that have left. */
  readonly finishUnfinished: (
    nodes: readonly Node[],
    isOwn: (node: Node) => boolean,
  ) => Promise<readonly ConnectedMachine[]>;
}

/** What it takes to let one host leave. */
export type LeavingOptions = UndoOptions & {
  readonly owner: Owner;
  /** Whether the swarm has the network of the routing mesh, to which each node attaches itself. */
  readonly hasMesh: boolean;
};

/** What it takes once it is decided what goes. */
export type UndoingOptions = LeavingOptions &
  Progress & {
    readonly machines: readonly ConnectedMachine[];
    readonly leaver: Leaver;
    /** The one that is told. */
    readonly manager: ConnectedMachine;
    /** What was known when it was decided what goes. */
    readonly view: View;
    /** Whose the swarm is from then on, if this action has initialised it. */
    readonly heirs: readonly User[];
    /** Whether a node still goes, or without one the swarm. Asked right before. */
    readonly isDue: (node?: Node) => Promise<boolean>;
  };
