import type { ChosenDriver } from '../machines/chosen-driver.ts';
import { type Announcements, readAnnouncements } from './announcements.ts';
import { parseCluster } from './cluster-name.ts';
import {
  type LoadedDriver,
  type NamedDriver,
  readDriversToFind,
  readDriverToFind,
} from './driver.ts';
import { Problem } from './problem.ts';
import { type InputReader, inputReader } from './reader.ts';
import { parseStackName, type RunEnvironment } from './up.ts';
import { parseBoolean, parseLimit } from './values.ts';

/** The inputs of `down`. Those that only `up` reads may have any value. */
export interface DownInputs {
  readonly driver: ChosenDriver;
  readonly cluster: string;
  /** For the driver `ssh`: the stack to remove; `undefined` means: those of the cluster. */
  readonly stackName: string | undefined;
  /** Whether its volumes go with it. */
  readonly removeVolumes: boolean;
  /** For the driver `ssh`: how long a deployment of the stack is waited for, in ms. */
  readonly lockTimeoutMs: number;
  readonly announcements: Announcements;
}

/** Reads and checks the inputs of `down`. Throws as `parseInputs` does. */
export function parseDownInputs(
  read: (name: string) => string,
  environment: RunEnvironment,
  definition: LoadedDriver,
  warn: (message: string) => void = () => {},
): DownInputs {
  const reader = inputReader(read);
  const { input, finish } = reader;
  const inputs: DownInputs = {
    ...readSubject(reader, read, environment, definition, warn),
    removeVolumes: input('remove-volumes', parseBoolean),
    lockTimeoutMs: input('lock-timeout', parseLimit),
    announcements: readAnnouncements(input),
  };
  finish();
  return inputs;
}

/** What an earlier run has made, by its name. */
export type Subject = Pick<DownInputs, 'driver' | 'cluster' | 'stackName'>;

/** Reads of what an earlier run has made a step is about. */
export function readSubject(
  reader: InputReader,
  read: (name: string) => string,
  environment: RunEnvironment,
  definition: LoadedDriver,
  warn: (message: string) => void,
): Subject {
  const { input } = reader;
  const { variables, platform } = environment;
  const driver = readDriverToFind(reader, definition, { read, variables, platform, warn });
  const stackName = input('stack-name', parseStackName);
  const namesStack = driver?.makesMachines === false && stackName !== undefined;
  return {
    driver,
    cluster: input('cluster', (text) =>
      text === '' && environment.pullRequest === undefined && !namesStack
        ? nothingToMean(environment)
        : parseCluster(text, environment, warn),
    ),
    stackName,
  };
}

/**
 * The name that `up` derives where there is no pull request is that of its own run, so no other run
 * can have made anything of it.
 */
function nothingToMean({ GITHUB_EVENT_NAME: event }: RunEnvironment): Problem {
  const said = event === undefined ? 'this run' : `the event \`${event}\``;
  return new Problem(
    `${said} names no pull request, so it does not say which cluster is meant. Give \`cluster\` (the output \`cluster\` of the step that deployed it), or with the driver \`ssh\` \`stack-name\`.`,
  );
}

/**
 * What the post step reads; `definition` is the driver that main has left. Throws as `parseInputs`
 * does.
 */
export function parsePostInputs(
  definition: LoadedDriver,
  read: (name: string) => string,
  { variables, platform }: Pick<RunEnvironment, 'variables' | 'platform'>,
  warn: (message: string) => void = () => {},
): Pick<DownInputs, 'driver' | 'removeVolumes'> {
  const reader = inputReader(read);
  const driver = readDriverToFind(reader, definition, { read, variables, platform, warn });
  const removeVolumes = reader.input('remove-volumes', parseBoolean);
  reader.finish();
  return { driver, removeVolumes };
}

/** The inputs of `sweep`. */
export interface SweepInputs {
  /** Swept in this order; at least one. */
  readonly drivers: readonly ChosenDriver[];
  readonly dryRun: boolean;
  readonly closedPullRequests: boolean;
  readonly announcements: Announcements;
}

/** Reads and checks the inputs of `sweep`. Throws as `parseInputs` does. */
export function parseSweepInputs(
  read: (name: string) => string,
  environment: RunEnvironment,
  named: readonly NamedDriver[],
  warn: (message: string) => void = () => {},
): SweepInputs {
  const reader = inputReader(read);
  const { input, problem, finish } = reader;
  const { variables, platform } = environment;
  const inputs: SweepInputs = {
    drivers: readDriversToFind(reader, named, { read, variables, platform, warn }),
    dryRun: input('dry-run', parseBoolean),
    closedPullRequests: input('closed-pull-requests', parseBoolean),
    announcements: readAnnouncements(input),
  };
  if (inputs.closedPullRequests && inputs.announcements.token === '') {
    problem('github-token', '', `needed to ask for pull requests. Give \`\${{ github.token }}\`.`);
  }
  finish();
  return inputs;
}
