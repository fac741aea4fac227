import type * as z from 'zod';
import type { DriverLog } from '../base/log.ts';
import type { EngineApi } from '../engine/api.ts';
import type { EngineInstallation } from '../engine/install.ts';
import type { WallClock } from '../engine/wall-clock.ts';
import type { Argv } from '../exec/argv.ts';
import type { Executor } from '../exec/executor.ts';
import type { Guard, ReadForm } from '../exec/read-only-executor.ts';
import type { SshTarget } from '../ssh/connect.ts';
import type { SshExecutor } from '../ssh/executor.ts';
import type { ClusterId, Labels, Owner } from './ownership.ts';

/** A port that the stack publishes on each node. */
export interface PublishedPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** What the machines of a cluster have in common. */
export interface ClusterSpec {
  readonly owner: Owner;
  /** What the stack publishes: a firewall opens these ports, an engine on the runner binds them. */
  readonly publishedPorts: readonly PublishedPort[];
  /** How many machines it is to have. More may exist: those are removed one by one. */
  readonly machines: number;
}

/** What a run wants of a driver. */
export interface WantedMachines {
  readonly cluster: Owner;
  readonly machines: number;
  /** How long they may live from now on, in ms; undefined if nothing ends their life. */
  readonly ttlMs: number | undefined;
}

/** What a machine is, and where, in the vendor's own names. */
export interface Place {
  /** A server type, a size. */
  readonly type: string;
  /** A location, a region. */
  readonly location: string;
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
  /** Of a machine that somebody is paid for. */
  readonly place?: Place | undefined;
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

/** A node's part in the swarm. */
export type Role = 'manager' | 'worker';

/** What every driver does: it finds machines and says how they are reached. */
interface DriverCore {
  readonly name: string;
  /**
   * Every machine of the cluster that exists, by label, in whatever state a run left it, in the
   * order of their index.
   */
  list(cluster: ClusterId, signal?: AbortSignal): Promise<Machine[]>;
  /** How to reach a running machine. Changes nothing. */
  target(machine: Machine, signal: AbortSignal): Promise<SshTarget>;
  /** Address pools of the overlay networks of a new swarm; without it, Docker's own choice. */
  readonly addressPools?: readonly string[] | undefined;
  /** MTU of the networks between the machines, in bytes; without it, Docker's own choice. */
  readonly mtu?: number | undefined;
  /**
   * In a dry run: what each connection to a machine goes through, so that nothing can be changed
   * there. The methods that make, change or remove something are refused then.
   */
  readonly guard?: Guard | undefined;
  /**
   * Commands in a running machine that needs to let nobody in for that; without it there is no such
   * way.
   */
  readonly inside?: ((machine: Machine) => SshExecutor) | undefined;
  /**
   * Lets this run's key in if another run made the machine. Called before it is connected to.
   */
  readonly admit?: ((machine: Machine, signal: AbortSignal) => Promise<void>) | undefined;
  /**
   * Called once the runner has logged in: what let it in for the first time is of no use any more.
   */
  readonly entered?: ((machine: Machine) => Promise<void>) | undefined;
  /**
   * Lets the runner reach ports of a machine that it does not reach by `address` alone: published
   * port (`8080/tcp`) -> port at `address`. What is left out cannot be reached. Undefined if every
   * port is reached as it is.
   */
  readonly lead?:
    | ((
        machine: Machine,
        published: readonly string[],
      ) => Promise<ReadonlyMap<string, number> | undefined>)
    | undefined;
  /**
   * The words before a command that a person runs on a machine, from the runner or from wherever
   * `ssh` reaches it.
   */
  readonly commandOn?: ((machine: Omit<Machine, 'advertise' | 'dataPath'>) => Argv) | undefined;
  /** What stands in the diagnostics folder beside the engine's own answers: file name -> text. */
  readonly diagnostics?:
    | ((machine: Machine, signal: AbortSignal) => Promise<ReadonlyMap<string, string>>)
    | undefined;
}

/** Connects to hosts that exist. It makes none and destroys none. */
export interface HostDriver extends DriverCore {
  readonly makesMachines: false;
  /** How the hosts, and the swarm that they are in, are treated. */
  readonly adoption: Adoption;
  /** The role of each host, in the order of their index. */
  readonly roles: readonly Role[];
}

/** How the removal of a cluster whose main step was killed waits, each in ms. */
export interface Settling {
  /** Nothing may have appeared for so long before the removal counts as over. */
  readonly quietMs: number;
  /** Between two looks. */
  readonly pollMs: number;
  /** The most that it takes until then. Post itself is cut after five minutes. */
  readonly limitMs: number;
}

/**
 * Makes, finds and destroys machines. It ends when dockerd answers over SSH; the swarm is not its
 * business.
 */
export interface MachineDriver extends DriverCore {
  readonly makesMachines: true;
  readonly onRunner: Placement;
  /**
   * Fails before anything is created if the driver cannot work here, or not for so many machines,
   * and makes ready what takes no machine (a download). Throws `ActionError`.
   */
  check(signal: AbortSignal, wanted: WantedMachines): Promise<void>;
  /**
   * Makes ready what machines are made of, if that takes long: an image. Called after `check` if a
   * machine is missing, beside the checks that need no machine: one of them that fails aborts it.
   * Settles only when nothing of it runs any more. Throws `ActionError`.
   */
  readonly makeReady?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /**
   * Makes one machine and starts it. Settles only when nothing is being created any more, also on
   * abort, which ends what it waits for.
   */
  create(spec: ClusterSpec, index: number, signal: AbortSignal): Promise<Machine>;
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
  /** Every cluster of whatever owner, or what is left of one; found without entering a machine. */
  clusters(signal: AbortSignal): Promise<OwnedCluster[]>;
  /** Writes `owner.expires` as the newest expiry of a cluster that exists. */
  renew(owner: Owner, signal: AbortSignal): Promise<void>;
  /**
   * What making the machines takes, as lines for people (types, place, price). It only asks, so a
   * dry run does it, too. Throws `ActionError` if it cannot succeed.
   */
  readonly plan?:
    | ((signal: AbortSignal, wanted: WantedMachines) => Promise<readonly string[]>)
    | undefined;
  /**
   * What these machines are, where they really are and what they cost from now on, as lines for
   * people. None if `plan` was not asked before, as only that learns the prices.
   */
  readonly costs?: ((machines: readonly Machine[]) => readonly string[]) | undefined;
  /**
   * Waits until a machine has set itself up. Called once the runner has logged in, before the
   * engine is asked.
   */
  readonly setUp?:
    | ((
        machine: Machine,
        ssh: Executor,
        options: { readonly signal: AbortSignal; readonly timeoutMs: number },
      ) => Promise<void>)
    | undefined;
  /** Refuses ports that the driver cannot publish, before anything exists. Throws `ActionError`. */
  readonly refusePorts?: ((ports: readonly PublishedPort[]) => void) | undefined;
  /**
   * What keeps IPsec, by which Docker encrypts networks, from passing between the machines; undefined
   * if nothing does. For messages: `a firewall of X passes only TCP`.
   */
  readonly ipsecObstacle?: string | undefined;
  /**
   * Makes what the machines share (a network, a firewall), or finds it made and brings it to what
   * `spec` says. Called by each `up`.
   */
  readonly prepare?: ((spec: ClusterSpec, signal: AbortSignal) => Promise<void>) | undefined;
  /** How many machines are made at once; without it, 30. */
  readonly atOnce?: number | undefined;
  /** How long the dockerd of a new machine may take to answer, in ms; without it, 120 000. */
  readonly readyTimeoutMs?: number | undefined;
  /** How the removal after a kill waits; without it, as for containers. */
  readonly settling?: Settling | undefined;
  /** Whether a machine comes back when it restarts, so that a lost connection is opened anew. */
  readonly survivesRestart?: boolean | undefined;
  /**
   * Whether Docker Engine is installed on a machine of its own that has none: of an image that
   * somebody else has made.
   */
  readonly installsEngine?: EngineInstallation | undefined;
  /** The command that shows a person a machine of a cluster that stays, on the runner. */
  readonly wayIn?: ((cluster: ClusterId) => Promise<string | undefined>) | undefined;
  /**
   * Opens the engine on which the machines are; without it they are on the runner itself, so that
   * its clock is theirs.
   */
  readonly engine?: (() => EngineApi) | undefined;
  /**
   * What time it is by the vendor, as the answers to the calls so far told: nothing is asked for it.
   * Undefined if they did not tell. `now` is the time of this runner.
   */
  readonly vendorTime?: ((now: () => Date) => WallClock | undefined) | undefined;
}

/** Machines of either kind. `makesMachines` tells which. */
export type Driver = HostDriver | MachineDriver;

/**
 * Whether the machines are on the runner, and end with it: as containers, which share its kernel,
 * or as processes (virtual machines). `false`: they outlive the job.
 */
export type Placement = 'container' | 'process' | false;

/** What a driver is made with. */
export interface DriverContext {
  readonly runner: Executor;
  /** Folder of the action: action.yml, node-image. */
  readonly actionRoot: string;
  readonly log: DriverLog;
  /** For a dry run: the driver runs nothing but through it, and changes nothing. */
  readonly guard?: Guard | undefined;
}

/**
 * A problem of one input: its name, what it is about, the reason with the remedy. Never a secret.
 */
export type ReportProblem = (input: string, shown: string, reason: string) => void;

/** What a driver reads its own inputs from. */
export interface DriverSource {
  /** The text of an input, the default of action.yml filled in. */
  readonly read: (name: string) => string;
  /** The variables of the step. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly problem: ReportProblem;
  readonly warn: (message: string) => void;
  /**
   * Whether machines are to be made, or found and removed: what only making needs is no problem
   * then.
   */
  readonly purpose: 'make' | 'find';
}

/** A driver whose inputs were read; its `driver-options` are still to come. */
export interface ReadDriver<Options> {
  /** The role of each machine, if the inputs of the driver name the machines. */
  readonly roles?: readonly Role[] | undefined;
  create(options: Options, context: DriverContext): Driver;
}

/** A driver by name: its options, and the inputs that only this driver has. */
export interface DriverDefinition<Options> {
  readonly name: string;
  readonly makesMachines: boolean;
  readonly onRunner: Placement;
  /** Systems of runners on which it works, as Node names them; without it, on each. */
  readonly platforms?: readonly NodeJS.Platform[] | undefined;
  /** Schema of `driver-options`. It is strict: an unknown key is a problem. */
  readonly options: z.ZodType<Options>;
  /**
   * The options by which machines are found and removed, of a map that may hold any others.
   * Without it, none are needed.
   */
  readonly placeOptions?: z.ZodType<Options> | undefined;
  /** Variables of the step that are secret, so that the log never shows them. */
  readonly secretVariables?: readonly string[] | undefined;
  /**
   * Commands of its own on the runner that only ask. A dry run refuses a driver all others, but for
   * those that every dry run may run.
   */
  readonly reads?: readonly ReadForm[] | undefined;
  /** As `reads`, of commands that its options name. */
  readsOf?(options: Options): readonly ReadForm[];
  /** Reads its inputs. What is wrong goes to `source.problem`, and nothing is created then. */
  read(source: DriverSource): ReadDriver<Options>;
}
