import type { Argv } from '../../exec/argv.ts';

/** The words behind the name of the program and its storage path. */
export type Words = readonly [string, ...string[]];

export const VERSION: Words = ['version'];
export const createHelp = (driver: string): Words => ['create', '--driver', driver, '--help'];
export const status = (name: string): Words => ['status', name];
export const ip = (name: string): Words => ['ip', name];
export const inspect = (name: string): Words => ['inspect', name];

/** What a machine is made with. */
export interface Making {
  readonly name: string;
  readonly driver: string;
  readonly labels: readonly string[];
  /** As `--name=value`. */
  readonly flags: readonly string[];
}

export function create({ name, driver, labels, flags }: Making): Words {
  const marks = labels.flatMap((label) => ['--engine-label', label]);
  return ['create', '--driver', driver, ...marks, ...flags, name];
}

/** Without `-y` it asks, removes nothing and succeeds; with `-f` it forgets what still exists. */
export const remove = (name: string): Words => ['rm', '-y', name];

/** docker-machine joins the words by blanks: none of them may need quotes. */
export const readHostKey = (name: string): Words => [
  ...(['ssh', name, '--'] as const),
  ...['cat', '/etc/ssh/ssh_host_ed25519_key.pub'],
];

/** A whole command line. The storage path tells whose process it is. */
export function commandLine(binary: string, storage: string, words: Words): Argv {
  return [binary, '-s', storage, ...words];
}

/** Whether a command line only asks: by the program and the storage path of these options. */
export function onlyReads(argv: Argv, binary: string, storage: string): boolean {
  const [program, dash, path, command, ...rest] = argv;
  if (program !== binary || dash !== '-s' || path !== storage) return false;
  const isHelp = command === 'create' && rest.length === 3 && rest.at(-1) === '--help';
  return isHelp || ['version', 'status', 'ip', 'inspect'].includes(command ?? '');
}

/** The machine that a process makes in this storage, by its command line; undefined if it makes none. */
export function madeBy(argv: readonly string[], storage: string): string | undefined {
  const at = argv.indexOf('-s');
  return argv[at + 1] === storage && argv[at + 2] === 'create' ? argv.at(-1) : undefined;
}
