import { COMPATIBILITIES, type Compatibility } from '../compose/findings.ts';
import type { Policy } from '../compose/policy/policy.ts';
import { DRIVERS, type DriverName } from '../machines/drivers.ts';
import { type ReportProblem, readConnection, type SshConnection } from '../machines/ssh/inputs.ts';
import type { Login } from '../registry/login.ts';
import { parseVerify, VerifyFault, type VerifyTarget } from '../verify/target.ts';
import { type Announcements, readAnnouncements } from './announcements.ts';
import { type NameEnvironment, parseCluster } from './cluster-name.ts';
import { refuseContradictions } from './contradictions.ts';
import { parseDriverOptions } from './driver-options.ts';
import { parsePolicy } from './policy.ts';
import { Problem } from './problem.ts';
import { inputReader } from './reader.ts';
import { parseRegistries } from './registries.ts';
import { type PublicUrl, parsePublicUrl } from './url.ts';
import {
  lines,
  type PortOffset,
  parseBoolean,
  parseChoice,
  parseCount,
  parseLimit,
  parseMtu,
  parsePortOffset,
  parseTtl,
} from './values.ts';
import { parseEnv } from './variables.ts';

const TEARDOWNS = ['auto', 'always', 'on-success', 'never'] as const;
export type Teardown = (typeof TEARDOWNS)[number];

const RESOLVE_IMAGE = ['always', 'changed', 'never'] as const;

const ON_FAILURE = ['keep', 'rollback'] as const;

const COMMANDS = ['up', 'down', 'sweep', 'status', 'logs', 'rollback'] as const;
type Command = (typeof COMMANDS)[number];

const PLANNED_DRIVERS = ['hetzner', 'digitalocean', 'amazonec2'];

/** All inputs of an `up`, checked. */
export interface Inputs {
  readonly command: Command;
  readonly driver: DriverName;
  /** Checked by the driver's own schema. */
  readonly driverOptions: unknown;
  readonly cluster: string;
  readonly nodes: number;
  /** The role of each node, in order. */
  readonly roles: readonly ('manager' | 'worker')[];
  /** For the driver `ssh`: how its hosts are reached. */
  readonly connection: SshConnection | undefined;
  /** Where relative paths start, as given; `undefined` means: the workspace. */
  readonly workingDirectory: string | undefined;
  /** Paths as given; empty means: look for it. `undefined` means: no stack. */
  readonly composeFiles: readonly string[] | undefined;
  /** `undefined` means: after the folder of the compose file. */
  readonly stackName: string | undefined;
  /** On hosts that several pull requests share: the one whose number the stack's name gets where none is given. */
  readonly stackPullRequest: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
  readonly images: readonly string[];
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
  /** What is added to each published port of the compose file; `auto`: chosen so that no other stack of the swarm has them. */
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
  /** How long everything may live from now on, in ms; `undefined` means: as long as it did before. */
  readonly ttlMs: number | undefined;
  /** Whether `docker` of the following steps shall talk to the manager. */
  readonly dockerHost: boolean;
  readonly announcements: Announcements;
  /** Whether what is collected about a failure becomes an artifact of the run. */
  readonly uploadDiagnostics: boolean;
  /** Where a proxy serves the stack; `undefined` means: at its published ports. */
  readonly url: PublicUrl | undefined;
}

/** What is read of the runner's environment beside the inputs. */
export interface RunEnvironment extends NameEnvironment {
  readonly SSH_AUTH_SOCK?: string | undefined;
  readonly GITHUB_EVENT_NAME?: string | undefined;
}

/**
 * Reads and checks every input of an `up`. `read` gives an input's text, the default of action.yml filled in.
 * Throws one `ActionError` that lists the problems of all inputs, each with the value, the reason and the remedy.
 */
export function parseInputs(
  read: (name: string) => string,
  environment: RunEnvironment,
  warn: (message: string) => void = () => {},
): Inputs {
  const { input, problem, finish } = inputReader(read);
  const driver = input('driver', parseDriver);
  const nodes = input('nodes', (text) => parseCount(text, 1, 50, 'machines'));
  const managers = input('managers', (text) => parseCount(text, 1, 50, 'managers'));
  if (nodes < managers) {
    problem(
      'managers',
      String(managers),
      `more managers than nodes (${nodes}). Raise \`nodes\`, or lower \`managers\`.`,
    );
  }
  const connection =
    driver === 'ssh' ? parseConnection(read, environment, problem, warn) : undefined;
  const roles =
    connection?.hosts.map(({ role }) => role) ??
    Array.from({ length: nodes }, (_, at) => (at < managers ? 'manager' : 'worker'));
  const inputs: Inputs = {
    command: input('command', parseCommand),
    driver,
    driverOptions: input('driver-options', (text) => parseDriverOptions(text, driver)),
    cluster: input('cluster', (text) => parseCluster(text, environment, warn)),
    nodes: roles.length,
    roles,
    connection,
    workingDirectory: input('working-directory', (text) => text || undefined),
    composeFiles: input('compose-file', (text) => (text === '-' ? undefined : lines(text))),
    stackName: input('stack-name', parseStackName),
    stackPullRequest: driver === 'ssh' ? environment.pullRequest : undefined,
    env: input('env', parseEnv),
    profiles: input('profiles', lines),
    images: input('images', (text) => [...new Set(lines(text))]),
    build: input('build', parseBoolean),
    registryAuth: input('registry-auth', parseBoolean),
    registries: input('registries', parseRegistries),
    resolveImage: input('resolve-image', (text) => parseChoice(text, RESOLVE_IMAGE)),
    compatibility: input('compatibility', (text) => parseChoice(text, COMPATIBILITIES)),
    policy: input('policy', (text) => parsePolicy(text, environment)),
    mtu: input('mtu', parseMtu),
    portOffset: input('port-offset', parsePortOffset),
    prune: input('prune', parseBoolean),
    dryRun: input('dry-run', parseBoolean),
    onFailure: input('on-failure', (text) => parseChoice(text, ON_FAILURE)),
    recreate: input('recreate', parseBoolean),
    keepVersions: input('keep-versions', (text) => parseCount(text, 0, 100, 'versions')),
    wait: input('wait', parseBoolean),
    waitTimeoutMs: input('wait-timeout', parseLimit),
    stableForMs: input('stable-for', parseLimit),
    lockTimeoutMs: input('lock-timeout', parseLimit),
    verify: input('verify', parseVerifyLines),
    teardown: input('teardown', (text) => parseChoice(text, TEARDOWNS)),
    removeVolumes: input('remove-volumes', parseBoolean),
    ttlMs: input('ttl', parseTtl),
    dockerHost: input('docker-host', parseBoolean),
    announcements: readAnnouncements(input),
    uploadDiagnostics: input('upload-diagnostics', parseBoolean),
    url: input('url', parsePublicUrl),
  };
  if (driver === 'ssh' && environment.isPullRequestUnnamed && inputs.composeFiles) {
    if (inputs.stackName === undefined) problem('stack-name', '', unnamedStack(environment));
  }
  refuseContradictions(inputs, read, problem);
  if (inputs.stableForMs > inputs.waitTimeoutMs) {
    const limit = read('wait-timeout');
    // What stands in action.yml has perhaps nobody written.
    if (read('stable-for') === STABLE_FOR) {
      problem(
        'wait-timeout',
        limit,
        `shorter than \`stable-for\`, which is ${STABLE_FOR} where nothing else is given, so nothing could ever converge. Raise it, or give a lower \`stable-for\`.`,
      );
    } else {
      problem(
        'stable-for',
        read('stable-for'),
        `longer than \`wait-timeout\` (${limit}), so nothing could ever converge. Lower it, or raise \`wait-timeout\`.`,
      );
    }
  }
  finish();
  return inputs;
}

/** The default of `stable-for` in action.yml. */
const STABLE_FOR = '5s';

/** On hosts that others use too, the stack of a pull request that nobody names would be the one that is named after the compose file. */
function unnamedStack({ GITHUB_EVENT_NAME: event = '' }: RunEnvironment): string {
  return `the event \`${event}\` may be about a pull request and does not say which, so the name of its stack cannot be derived: it would be that of the compose file, which another deployment may have. Give \`stack-name\`, with the number of the pull request where it is about one, and \`cluster\`.`;
}

/** How the hosts of the driver `ssh` are reached. */
export function parseConnection(
  read: (name: string) => string,
  { SSH_AUTH_SOCK }: RunEnvironment,
  problem: ReportProblem,
  warn: (message: string) => void,
): SshConnection {
  return readConnection(
    {
      hosts: read('hosts'),
      privateKey: read('ssh-private-key'),
      passphrase: read('ssh-passphrase'),
      password: read('ssh-password'),
      user: read('ssh-user').trim(),
      port: read('ssh-port').trim(),
      knownHosts: read('ssh-known-hosts'),
      hostKeyChecking: read('ssh-host-key-checking').trim(),
      jump: read('ssh-jump'),
      unlockKey: read('unlock-key'),
      agent: SSH_AUTH_SOCK || undefined,
    },
    problem,
    warn,
  );
}

/** What to do. */
export function parseCommand(text: string): Command | Problem {
  return parseChoice(text, COMMANDS);
}

/** The name of a driver that there is. */
export function parseDriver(text: string): DriverName | Problem {
  const drivers = Object.keys(DRIVERS) as DriverName[];
  if (PLANNED_DRIVERS.includes(text)) {
    return new Problem(`not yet in this version. Use one of: ${drivers.join(', ')}.`);
  }
  return parseChoice(text, drivers);
}

/** The name of a stack; `undefined` where none is given. */
export function parseStackName(text: string): string | undefined | Problem {
  if (text === '') return undefined;
  if (/^[a-z0-9][a-z0-9_-]*$/.test(text) && text.length <= 63) return text;
  return new Problem(
    'not a name for a stack: lower-case letters, digits, `-` and `_`, beginning with a letter or digit.',
  );
}

function parseVerifyLines(text: string): readonly VerifyTarget[] | undefined | Problem {
  if (text === '') return undefined;
  if (text === '-') return [];
  const targets: VerifyTarget[] = [];
  for (const line of lines(text)) {
    const target = parseVerify(line);
    if (target instanceof VerifyFault) return new Problem(target.why, target.address);
    targets.push(target);
  }
  return targets;
}
