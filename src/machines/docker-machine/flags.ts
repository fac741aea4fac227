import { ActionError } from '../../base/errors.ts';
import { listed } from '../../base/listed.ts';
import { nearest } from '../../base/nearest.ts';
import { isReserved } from '../ownership.ts';
import type { KnownFlag } from './help.ts';
import type { DockerMachineOptions, GivenFlag } from './options.ts';

/** How many flags are listed in an error. */
const SHOWN = 60;

/** The address of a machine that exists: every machine has another. */
const ADDRESS_FLAG = 'generic-ip-address';
const KEY_FLAG = 'generic-ssh-key';

/** What is given by other inputs and options, or makes another kind of swarm: flag -> what to do. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^(driver|d)$/, 'Give it as `driver` in `driver-options`.'],
  [/^(help|h|generate-bash-completion)$/, 'It makes no machine.'],
  [
    /^swarm(-|$)/,
    'It is for the Swarm of before Docker 1.12. The action forms the swarm itself: see `nodes` and `managers`.',
  ],
];

/** What names of flags with a secret value consist of. */
const SECRET_WORDS = /(^|-)(token|secret|pass|password|passwd|credential|credentials)(-|$)/;
const SECRET_PAIRS = /(^|-)(api|access|consumer|application|auth)-key(-|$)/;

/** Whether the value of a flag of this name is secret, as far as its name tells. */
export function isSecret(name: string): boolean {
  return SECRET_WORDS.test(name) || SECRET_PAIRS.test(name);
}

/** A flag of the options as the program knows it. */
interface ChosenFlag extends GivenFlag {
  readonly name: string;
}

/**
 * The flags of the options, in the words of the program; `known` is what its help has, none if that
 * is not known. The name of the driver before a flag may be left out. Throws `ActionError` for what
 * the program does not know, what is not this option's to give, and what is secret: other users of
 * the runner see command lines.
 */
export function chooseFlags(
  { driver = '', flags }: Pick<DockerMachineOptions, 'driver' | 'flags'>,
  known: readonly KnownFlag[],
): readonly ChosenFlag[] {
  return Object.entries(flags).map(([given, value]) => {
    const refused = REFUSED.find(([names]) => names.test(given));
    if (refused) {
      throw new ActionError(`driver-options: \`flags\`: \`${given}\` is not taken here.`, {
        hint: refused[1],
      });
    }
    const flag = find(given, driver, known);
    const name = flag?.name ?? given;
    if (isSecret(name)) throw secretProblem(given, flag);
    if (value.isList && flag && !flag.isList && name !== ADDRESS_FLAG) {
      throw new ActionError(
        `driver-options: \`flags\`: \`${given}\` takes one value, and has several.`,
        { hint: 'Give the one that is meant.' },
      );
    }
    if (name === 'engine-label') refuseReserved(given, value);
    return { name, ...value };
  });
}

/** The words of the flags for the machine of this index, 1 for the first. */
export function flagWords(flags: readonly ChosenFlag[], index: number): readonly string[] {
  return flags.flatMap(({ name, values, isList }) => {
    const own = name === ADDRESS_FLAG && isList ? values.slice(index - 1, index) : values;
    return own.map((value) => `--${name}=${value}`);
  });
}

/**
 * Throws `ActionError` if docker-machine would log in to hosts by a key that it does not copy: no
 * later step could log in then.
 */
export function refuseWithoutKey(
  { driver }: Pick<DockerMachineOptions, 'driver'>,
  flags: readonly ChosenFlag[],
): void {
  if (driver !== 'generic' || flags.some(({ name }) => name === KEY_FLAG)) return;
  throw new ActionError(
    'The driver generic of docker-machine needs `generic-ssh-key` in `flags`.',
    {
      details:
        'Without it, docker-machine takes a key of the SSH agent, or of its user, and does not say which.',
      hint: 'Give the absolute path of the private key: `generic-ssh-key: /home/runner/.ssh/deploy`.',
    },
  );
}

/** How many machines these flags can make; undefined if any number. */
export function mostMachines(
  { driver }: Pick<DockerMachineOptions, 'driver'>,
  flags: readonly ChosenFlag[],
): number | undefined {
  if (driver !== 'generic') return undefined;
  return flags.find(({ name }) => name === ADDRESS_FLAG)?.values.length ?? 0;
}

function find(given: string, driver: string, known: readonly KnownFlag[]): KnownFlag | undefined {
  if (known.length === 0) return undefined;
  const long = `${driver}-${given}`;
  const found = known.find(({ name }) => name === given) ?? known.find(({ name }) => name === long);
  if (found) return found;
  const names = known.map(({ name }) => name);
  const own = names.filter((name) => name.startsWith(`${driver}-`));
  const meant = nearest(given, names) ?? nearest(long, own);
  throw new ActionError(
    `driver-options: \`flags\`: docker-machine's driver ${driver} has no flag \`${given}\`.`,
    {
      details: `It has ${listed(own.length > 0 ? own : names, SHOWN)}`,
      ...(meant !== undefined && { hint: `Is \`${meant}\` meant?` }),
    },
  );
}

function secretProblem(name: string, flag: KnownFlag | undefined): ActionError {
  const variables = flag?.variables ?? [];
  const [variable] = variables;
  const named =
    variable ?? 'the variable that `docker-machine create --driver … --help` names for it';
  const way =
    flag && variable === undefined
      ? 'This driver of docker-machine takes it in no other way, so the action cannot use it.'
      : `Give it to the step by \`env\`, from a secret, as ${named}.`;
  return new ActionError(
    `driver-options: \`flags\`: \`${name}\` is secret, and other users of the runner see the command line of docker-machine.`,
    { hint: way },
  );
}

function refuseReserved(name: string, { values }: GivenFlag): void {
  const reserved = values.find((value) => isReserved(value));
  if (reserved === undefined) return;
  throw new ActionError(
    `driver-options: \`flags\`: \`${name}\` gives ${reserved}: labels that begin with \`swarm-up.\` say whose a machine is.`,
    { hint: 'Give it another name.' },
  );
}
