import { COMPATIBILITIES } from '../compose/findings.ts';
import { parseVerify, VerifyFault, type VerifyTarget } from '../verify/target.ts';
import { readAnnouncements } from './announcements.ts';
import { type NameEnvironment, parseCluster } from './cluster-name.ts';
import { refuseContradictions } from './contradictions.ts';
import { type LoadedDriver, readDriver } from './driver.ts';
import type { Command, Inputs } from './inputs.ts';
import { COMMANDS, IMAGE_TRANSFERS, ON_FAILURE, RESOLVE_IMAGE, TEARDOWNS } from './inputs.ts';
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

/** What is read of the runner's environment beside the inputs. */
export interface RunEnvironment extends NameEnvironment {
  /** Every variable of the step: a driver reads its own. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** The system of the runner; without it, that of this process. */
  readonly platform?: NodeJS.Platform | undefined;
  readonly GITHUB_EVENT_NAME?: string | undefined;
}

/**
 * Reads and checks every input of an `up`. `read` gives an input's text, the default of action.yml
 * filled in; `definition`
 * is the driver that is loaded by the name of the input `driver`. Throws one `ActionError` that lists the problems of all inputs, each with the value,
 * the reason and the remedy.
 */
export function parseInputs(
  read: (name: string) => string,
  environment: RunEnvironment,
  definition: LoadedDriver,
  warn: (message: string) => void = () => {},
): Inputs {
  const reader = inputReader(read);
  const { input, problem, finish } = reader;
  const { variables, platform } = environment;
  const driver = readDriver(reader, definition, { read, variables, platform, warn });
  const nodes = input('nodes', (text) => parseCount(text, 1, MOST_NODES, 'machines'));
  const managers = input('managers', (text) => parseCount(text, 1, 50, 'managers'));
  if (nodes < managers) {
    problem(
      'managers',
      String(managers),
      `more managers than nodes (${nodes}). Raise \`nodes\`, or lower \`managers\`.`,
    );
  }
  const roles =
    driver?.roles ??
    Array.from({ length: nodes }, (_, at) => (at < managers ? 'manager' : 'worker'));
  const inputs: Inputs = {
    command: input('command', parseCommand),
    driver,
    cluster: input('cluster', (text) => parseCluster(text, environment, warn)),
    nodes: roles.length,
    roles,
    workingDirectory: input('working-directory', (text) => text || undefined),
    composeFiles: input('compose-file', (text) => (text === '-' ? undefined : lines(text))),
    stackName: input('stack-name', parseStackName),
    stackPullRequest: driver?.makesMachines ? undefined : environment.pullRequest,
    env: input('env', parseEnv),
    profiles: input('profiles', lines),
    images: input('images', (text) => [...new Set(lines(text))]),
    imageTransfer: input('image-transfer', (text) => parseChoice(text, IMAGE_TRANSFERS)),
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
    maxClusters: input('max-clusters', parseMaxClusters),
    dockerHost: input('docker-host', parseBoolean),
    announcements: readAnnouncements(input),
    uploadDiagnostics: input('upload-diagnostics', parseBoolean),
    url: input('url', (text) => parsePublicUrl(text, environment)),
  };
  if (driver?.makesMachines === false && environment.isPullRequestUnnamed && inputs.composeFiles) {
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
  const allManagers = roles.filter((role) => role === 'manager').length;
  if (allManagers > ADVISED_MANAGERS) warn(tooManyManagers(allManagers));
  return inputs;
}

/** Of `nodes`, and of lines of `hosts`: what `npm run bench -- --only scale` measures. */
const MOST_NODES = 1_000;
/** https://docs.docker.com/engine/swarm/admin_guide/#add-manager-nodes-for-fault-tolerance */
const ADVISED_MANAGERS = 7;

/** Each change is written by most managers before it counts: more of them make a swarm slower. */
function tooManyManagers(managers: number): string {
  return `${managers} managers: Docker advises ${ADVISED_MANAGERS} at most, since each more makes every change of the swarm slower. Make workers of the others.`;
}

/** The default of `stable-for` in action.yml. */
const STABLE_FOR = '5s';

/**
 * On hosts that others use too, the stack of a pull request that nobody names would be the one that
 * is named after the compose file.
 */
function unnamedStack({ GITHUB_EVENT_NAME: event = '' }: RunEnvironment): string {
  return `the event \`${event}\` may be about a pull request and does not say which. So the name of its stack cannot be derived: it would be that of the compose file, which another deployment may have. Give \`stack-name\`, with the number of the pull request if it is about one. Give \`cluster\`, too.`;
}

/** What to do. */
export function parseCommand(text: string): Command | Problem {
  return parseChoice(text, COMMANDS);
}

/** The name of a stack; `undefined` where none is given. */
export function parseStackName(text: string): string | undefined | Problem {
  if (text === '') return undefined;
  if (/^[a-z0-9][a-z0-9_-]*$/.test(text) && text.length <= 63) return text;
  return new Problem(
    'not a name for a stack: lower-case letters, digits, `-` and `_`, beginning with a letter or digit.',
  );
}

function parseMaxClusters(text: string): number | undefined | Problem {
  return text === '' ? undefined : parseCount(text, 1, 1_000, 'clusters');
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
