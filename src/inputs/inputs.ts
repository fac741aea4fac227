import type { Compatibility } from '../compose/findings.ts';
import type { Policy } from '../compose/policy/policy.ts';
import type { ChosenDriver } from '../machines/chosen-driver.ts';
import type { Login } from '../registry/login.ts';
import type { VerifyTarget } from '../verify/target.ts';
import type { Announcements } from './announcements.ts';
import type { PublicUrl } from './url.ts';
import type { PortOffset } from './values.ts';
export const TEARDOWNS = ['auto', 'always', 'on-success', 'never'] as const;

export type Teardown = (typeof TEARDOWNS)[number];

export const IMAGE_TRANSFERS = ['auto', 'runner', 'nodes'] as const;
export const RESOLVE_IMAGE = ['always', 'changed', 'never'] as const;

export const ON_FAILURE = ['keep', 'rollback'] as const;

export const COMMANDS = ['up', 'down', 'sweep', 'status', 'logs', 'rollback'] as const;

export type Command = (typeof COMMANDS)[number];

/** All inputs of an `up`, checked. */
export interface Inputs {
  readonly command: Command;
  readonly driver: ChosenDriver;
  readonly cluster: string;
  readonly nodes: number;
  /** The role of each node, in order. */
  readonly roles: readonly ('manager' | 'worker')[];
  /** Where relative paths start, as given; `undefined` means: the workspace. */
  readonly workingDirectory: string | undefined;
  /** Paths as given; empty means: look for it. `undefined` means: no stack. */
  readonly composeFiles: readonly string[] | undefined;
  /** `undefined` means: after the folder of the compose file. */
  readonly stackName: string | undefined;
  /**
   * On hosts that several pull requests share: the one whose number the stack's name gets where
   * none is given.
   */
  readonly stackPullRequest: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
  readonly images: readonly string[];
  /** Who sends images to a node: the runner, or a node that has them; `auto`: the quicker one. */
  readonly imageTransfer: (typeof IMAGE_TRANSFERS)[number];
  /** Whether what the compose file builds is built, and loaded into the nodes. */
  readonly build: boolean;
  /** Whether the logins of the runner's docker are handed over. */
  readonly registryAuth: boolean;
  /** Logins that were given. */
  readonly registries: readonly Login[];
  readonly resolveImage: (typeof RESOLVE_IMAGE)[number];
  /** Whether a warning about the compose file is an error. */
  readonly compatibility: Compatibility;
  /** What a compose file of strangers may ask for; `undefined` means: everything. */
  readonly policy: Policy | undefined;
  /** MTU of overlay networks and of the routing mesh, in bytes; `undefined` means: Docker's own. */
  readonly mtu: number | undefined;
  /**
   * What is added to each published port of the compose file; `auto`: chosen so that no other stack
   * of the swarm has them.
   */
  readonly portOffset: PortOffset;
  readonly prune: boolean;
  /** Whether only to say what would change. */
  readonly dryRun: boolean;
  /** What becomes of the services where the deployment fails. */
  readonly onFailure: (typeof ON_FAILURE)[number];
  /** Whether a service whose mode changes is removed and made anew. */
  readonly recreate: boolean;
  /** How many superseded versions of each config and secret stay. */
  readonly keepVersions: number;
  /** Whether to wait until the stack has converged, and to ask its ports. */
  readonly wait: boolean;
  readonly waitTimeoutMs: number;
  readonly stableForMs: number;
  /** How long another deployment of the same stack is waited for. */
  readonly lockTimeoutMs: number;
  /** `undefined` means: every published port; empty means: nothing. */
  readonly verify: readonly VerifyTarget[] | undefined;
  readonly teardown: Teardown;
  /** Whether volumes of the stack go with it, on hosts that stay. */
  readonly removeVolumes: boolean;
  /**
   * How long everything may live from now on, in ms; `undefined` means: as long as it did before.
   */
  readonly ttlMs: number | undefined;
  /** How many clusters, or stacks on hosts, the repository may have; `undefined`: any number. */
  readonly maxClusters: number | undefined;
  /** Whether `docker` of the following steps shall talk to the manager. */
  readonly dockerHost: boolean;
  readonly announcements: Announcements;
  /** Whether what is collected about a failure becomes an artifact of the run. */
  readonly uploadDiagnostics: boolean;
  /** Where a proxy serves the stack; `undefined` means: at its published ports. */
  readonly url: PublicUrl | undefined;
}
