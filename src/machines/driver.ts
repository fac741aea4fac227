import type * as z from 'zod';
import type { DriverLog } from '../base/log.ts';
import type { EngineApi } from '../engine/api.ts';
import type { EngineInstallation } from '../engine/install.ts';
import type { Argv } from '../exec/argv.ts';
import type { Executor } from '../exec/executor.ts';
import type { Guard } from '../exec/read-only-executor.ts';
import type { SshTarget } from '../ssh/connect.ts';
import type { SshExecutor } from '../ssh/executor.ts';
import type { ClusterId, Labels, Owner } from './ownership.ts';
import type { SshConnection } from './ssh/inputs.ts';

/**
 * A published port that shall also answer on the runner, at 127.0.0.1 where nothing else is said.
 */
export interface LocalPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** What the machines of a cluster have in common. */
export interface ClusterSpec {
  readonly owner: Owner;
  /** Bound on the first machine. */
  readonly localPorts: readonly LocalPort[];
}

/**
 * A machine as its driver finds it. Its labels say whose it is; nothing else has to be remembered.
 */
export interface Machine {
  /** Also its host name, and its name in the swarm. */
  readonly name: string;
  /** 1 for the first of the cluster. */
  readonly index: number;
  readonly owner: Owner;
  /** All its labels, those of its driver included. */
  readonly labels: Labels;
  readonly state: 'running' | 'stopped';
  /** Where the runner reaches it; empty while it is stopped. */
  readonly address: string;
  /**
   * Address or interface by which the other machines reach it; undefined where that is where the
   * runner's connection comes in.
   */
  readonly advertise: string | undefined;
  /**
   * Address or interface of the traffic between containers; undefined where that is `advertise`.
   */
  readonly dataPath: string | undefined;
  /** Where the runner leads to this machine: published port of the stack -> port on the runner. */
  readonly localPorts: ReadonlyMap<string, number>;
  /**
   * The host of these ports, as it stands in a URL; undefined for 127.0.0.1, of the runner itself.
   */
  readonly localHost?: string | undefined;
}

/** A cluster as its labels tell of it. */
export interface OwnedCluster {
  /** `expires` is the newest that was written; where its parts have several, the latest of them. */
  readonly owner: Owner;
  /** RFC 3339 time at which its oldest part was made; undefined where nothing tells. */
  readonly created: string | undefined;
  /** What it consists of, for example `container shop-1`. */
  readonly parts: readonly string[];
}

/** What may be done to hosts that were there before, and to the swarm that they are in. */
export interface Adoption {
  /** Docker Engine is installed where there is none; with `false` that is refused. */
  readonly installEngine: EngineInstallation;
  /**
   * The run goes on without hosts that do not answer, as long as the swarm has a majority;
   * otherwise that is refused.
   */
  readonly allowUnreachable: boolean;
  /**
   * Nodes that joined for this cluster and are not listed any more are removed; otherwise they are
   * named.
   */
  readonly removeUnlisted: boolean;
  /** Key of a swarm with autolock, if one was given. Secret. */
  readonly unlockKey: string | undefined;
}

/**
 * Makes, finds and destroys machines. It ends where dockerd answers over SSH; the swarm is not its
 * business.
 */
export interface Driver {
  readonly name: string;
  /**
   * Whether it makes the machines, so that they may be thrown away. What it does not make it leaves
   * as it was.
   */
  readonly makesMachines: boolean;
  /**
   * Address pools of the overlay networks of a swarm that is initialised; none for Docker's own
   * choice.
   */
  readonly addressPools: readonly string[];
  /**
   * How hosts that were there before are treated; undefined where the driver makes its machines.
   */
  readonly adoption: Adoption | undefined;
  /**
   * How long the dockerd of a machine may take to answer once it was made, in ms; 120 000 where
   * nothing is said.
   */
  readonly readyTimeoutMs?: number;
  /**
   * Whether Docker Engine is installed on a machine of its own that has none: of an image that
   * somebody else has made.
   */
  readonly installsEngine?: EngineInstallation;
  /**
   * Fails before anything is created if the driver cannot work here, or not for so many machines,
   * and makes ready what takes no machine (an image, a download). Throws `ActionError`.
   */
  check(
    signal: AbortSignal,
    wanted: { readonly cluster: string; readonly machines: number },
  ): Promise<void>;
  /**
   * Every machine of the cluster that exists, by label, in whatever state a run left it, in the
   * order of their index.
   */
  list(cluster: string, signal?: AbortSignal): Promise<Machine[]>;
  /** Makes what the machines share (a network), or finds it made. */
  prepare(spec: ClusterSpec, signal: AbortSignal): Promise<void>;
  /**
   * Makes one machine and starts it. Settles only when nothing is being created any more, also on
   * abort, which ends what it waits for.
   */
  create(spec: ClusterSpec, index: number, signal: AbortSignal): Promise<Machine>;
  /**
   * In a dry run: what each connection to a machine goes through, so that nothing can be changed
   * there. The methods that make, change or remove something are refused then.
   */
  readonly guard?: Guard;
  /**
   * Commands in a running machine that needs to let nobody in for that; undefined where there is no
   * such way.
   */
  inside?(machine: Machine): SshExecutor;
  /**
   * Lets this run's key in where another run made the machine. Called before it is connected to.
   */
  admit?(machine: Machine, signal: AbortSignal): Promise<void>;
  /** How to reach a running machine. Changes nothing. */
  target(machine: Machine, signal: AbortSignal): Promise<SshTarget>;
  /**
   * Lets the runner reach ports of a machine that it does not reach by `address` alone: published
   * port (`8080/tcp`) -> port at `address`. What is left out cannot be reached. Undefined where
   * every port is reached as it is.
   */
  lead?(
    machine: Machine,
    published: readonly string[],
  ): Promise<ReadonlyMap<string, number> | undefined>;
  /**
   * The command that shows a person a machine of a cluster that stays, on the runner; undefined
   * where there is none.
   */
  wayIn?(cluster: string): Promise<string | undefined>;
  /**
   * The words before a command that a person runs on a machine, from the runner or from where `ssh`
   * reaches it; undefined where there are none.
   */
  commandOn?(machine: Omit<Machine, 'advertise' | 'dataPath'>): Argv;
  /**
   * Called once the runner has logged in: what let it in for the first time is of no use any more.
   */
  entered?(machine: Machine): Promise<void>;
  /** Removes one machine with all that is its own. Gone already is success. */
  destroy(machine: Machine): Promise<void>;
  /**
   * Removes everything that carries the labels of the cluster and its repository, then lists again.
   * Gone already is success. Throws `ActionError` that names what is left.
   */
  destroyCluster(cluster: ClusterId): Promise<void>;
  /**
   * Whether nothing carries these labels, and nothing that a killed run has begun is still being
   * created.
   */
  isGone(cluster: ClusterId): Promise<boolean>;
  /**
   * Writes `owner.expires` as the newest expiry of a cluster that exists, where `clusters` finds
   * it.
   */
  renew(owner: Owner, signal: AbortSignal): Promise<void>;
  /**
   * Opens the engine on which the machines are; undefined where they are on the runner itself, so
   * that its clock is theirs.
   */
  engine?(): EngineApi;
  /** Every cluster of whatever owner, or what is left of one; found without entering a machine. */
  clusters(signal: AbortSignal): Promise<OwnedCluster[]>;
  /** What stands in the diagnostics folder beside the engine's own answers: file name -> text. */
  diagnostics(machine: Machine, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/** What a driver is made with. */
export interface DriverContext {
  readonly runner: Executor;
  /** Folder of the action: action.yml, node-image. */
  readonly actionRoot: string;
  readonly log: DriverLog;
  /** For the driver `ssh`. */
  readonly connection?: SshConnection | undefined;
  /** For a dry run: the driver runs nothing but through it, and changes nothing. */
  readonly guard?: Guard | undefined;
}

/** A driver by name, with the schema of its `driver-options`. */
export interface DriverDefinition<Options> {
  readonly name: string;
  readonly options: z.ZodType<Options>;
  create(options: Options, context: DriverContext): Driver;
}
