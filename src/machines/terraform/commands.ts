import { basename } from 'node:path';
import type { Argv } from '../../exec/argv.ts';
import type { ReadForm } from '../../exec/read-only-executor.ts';

/** The resource of a module that says in the state whose the machines are. */
export const MARKER = 'terraform_data.swarm_up';

/** A module, and the program that runs it. */
export interface Program {
  readonly binary: string;
  /** Absolute. */
  readonly module: string;
}

/** What every run that changes something has beside its own words. */
export interface Changing {
  /** How long the lock is waited for, in ms. It is always taken. */
  readonly lockTimeoutMs: number;
  /** Files with variables. They hold private keys, so no variable is an argument. */
  readonly varFiles: readonly string[];
}

type Words = readonly [string, ...string[]];

/** The words of a command line, to be run by `argvOf`. */
export const commands = {
  version: (): Words => ['version', '-json'],

  init: (
    backendConfig: readonly string[],
    {
      isReadOnly,
      plugins,
    }: { readonly isReadOnly: boolean; readonly plugins?: string | undefined },
  ): Words => [
    ...(['init', '-input=false', '-no-color'] as const),
    ...backendConfig.map((one) => `-backend-config=${one}`),
    ...(isReadOnly ? ['-lockfile=readonly'] : []),
    ...(plugins === undefined ? [] : [`-plugin-dir=${plugins}`]),
  ],

  /** Says what is wrong with a module, with file and line. */
  validate: (): Words => ['validate', '-json'],

  workspaces: (): Words => ['workspace', 'list'],

  deleteWorkspace: (name: string, { lockTimeoutMs }: Pick<Changing, 'lockTimeoutMs'>): Words => [
    ...(['workspace', 'delete', '-no-color', lockTimeout(lockTimeoutMs), name] as const),
  ],

  /** The whole state, as JSON. Holds secrets. */
  state: (): Words => ['state', 'pull'],

  /** Writes into the state whose it is, and makes nothing else. Makes the workspace. */
  mark: (changing: Changing): Words => [
    ...(['apply', '-auto-approve', `-target=${MARKER}`] as const),
    ...changingFlags(changing),
  ],

  /** The plan file holds secrets, too. */
  plan: (changing: Changing, file?: string): Words => [
    'plan',
    ...(file === undefined ? [] : [`-out=${file}`]),
    ...changingFlags(changing),
  ],

  apply: (file: string, { lockTimeoutMs }: Pick<Changing, 'lockTimeoutMs'>): Words => [
    ...(['apply', '-json', '-input=false', lockTimeout(lockTimeoutMs), file] as const),
  ],

  destroy: (changing: Changing): Words => ['destroy', '-auto-approve', ...changingFlags(changing)],
} as const;

function changingFlags({ lockTimeoutMs, varFiles }: Changing): readonly string[] {
  const files = varFiles.map((file) => `-var-file=${file}`);
  return ['-json', '-input=false', lockTimeout(lockTimeoutMs), ...files];
}

/** In whole seconds, as Go reads a duration. */
function lockTimeout(ms: number): string {
  return `-lock-timeout=${Math.max(1, Math.floor(ms / 1_000))}s`;
}

export function argvOf({ binary, module }: Program, words: Words): Argv {
  return [binary, `-chdir=${module}`, ...words];
}

/** What `reads` looks at: the words that only ask, and what each may have behind it. */
const READS: readonly (readonly [readonly string[], RegExp])[] = [
  [['version', '-json'], /^$/],
  [['init', '-input=false', '-no-color'], /^-(?:backend-config|lockfile|plugin-dir)=/],
  [['validate', '-json'], /^$/],
  [['workspace', 'list'], /^$/],
  [['state', 'pull'], /^$/],
  [['plan', '-json', '-input=false'], /^-(?:lock-timeout|var-file)=/],
];

/** The commands of this program that change no machine and no state. */
export function readsOf(binary: string): readonly ReadForm[] {
  return READS.map(
    ([words, rest]): ReadForm =>
      ([program, folder, ...given]) =>
        isSameProgram(program, binary) &&
        (folder?.startsWith('-chdir=') ?? false) &&
        words.every((word, at) => given[at] === word) &&
        given.slice(words.length).every((word) => rest.test(word)),
  );
}

/** `terraform` may be found as `/…/terraform-bin`. */
function isSameProgram(program: string, binary: string): boolean {
  return program === binary || basename(program).startsWith(`${binary}-bin`);
}
