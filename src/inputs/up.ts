import { COMPATIBILITIES } from '../compose/findings.ts';
import { DRIVERS, type DriverName } from '../machines/drivers.ts';
import { type ReportProblem, readConnection, type SshConnection } from '../machines/ssh/inputs.ts';
import { parseVerify, VerifyFault, type VerifyTarget } from '../verify/target.ts';
import { readAnnouncements } from './announcements.ts';
import { type NameEnvironment, parseCluster } from './cluster-name.ts';
import { refuseContradictions } from './contradictions.ts';
import { parseDriverOptions } from './driver-options.ts';
import type { Command, Inputs } from './inputs.ts';
import { COMMANDS, ON_FAILURE, RESOLVE_IMAGE, TEARDOWNS } from './inputs.ts';
import { parsePolicy } from './policy.ts';
import { Problem } from './problem.ts';
import { inputReader } from './reader.ts';
import { parseRegistries } from './registries.ts';
import { parsePublicUrl } from './url.ts';
import {
  lines,
  parseBoolean,
  parseChoice,
  parseCount,
  parseLimit,
  parseMtu,
  parsePortOffset,
  parseTtl,
} from './values.ts';
import { parseEnv } from './variables.ts';

const PLANNED_DRIVERS = ['hetzner', 'digitalocean', 'amazonec2'];

/** What is read of the runner's environment beside the inputs. */
export interface RunEnvironment extends NameEnvironment {
  readonly SSH_AUTH_SOCK?: string | undefined;
  readonly GITHUB_EVENT_NAME?: string | undefined;
}

/**
 * Reads and checks every input of an `up`. `read` gives an input's text, the default of action.yml
 * filled in. Throws one `ActionError` that lists the problems of all inputs, each with the value,
 * the reason and the remedy.
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

/**
 * On hosts that others use too, the stack of a pull request that nobody names would be the one that
 * is named after the compose file.
 */
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
