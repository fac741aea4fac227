import { randomBytes } from 'node:crypto';
import type { Argv } from '../../../src/exec/argv.ts';
import { type ModelClock, modelClock } from './clock.ts';
import type { Engine } from './engine.ts';

/** How long things take, in ms. */
export interface Pace {
  /** A command on a machine, from its start to its end. */
  command(engine: Engine, argv: Argv): number;
  /** A question to an engine, without the way there. */
  question(engine: Engine, method: string, path: string): number;
  /** From the creation of a service until its tasks run. */
  readonly startMs: number;
}

/** What all engines of one model share. */
export interface World {
  readonly clock: ModelClock;
  /** Each engine by the address at which others reach it. */
  readonly engines: Map<string, Engine>;
  /**
   * What was asked that the model does not know, each with where it is to be added. A test that
   * finds some has proven nothing.
   */
  readonly unknown: string[];
  /** Told of each command and each question, as it is begun. */
  hear?: ((engine: Engine, what: string) => void) | undefined;
  /** How long what takes time in reality takes here; nothing does where it is not told. */
  pace?: Pace | undefined;
  /** An id as Swarm gives it, or with `docker` as an engine does. */
  id(kind?: 'swarm' | 'docker'): string;
  /** A number that grows, as a swarm's versions do. */
  version(): number;
}

/** `clock`: in place of that of the model. */
export function createWorld(clock = modelClock()): World {
  let last = 0;
  const version = () => {
    last += 1;
    return last;
  };
  return {
    clock,
    engines: new Map(),
    unknown: [],
    // As short and as long as the real ones, by which a journal knows them.
    id: (kind = 'swarm') =>
      kind === 'docker'
        ? randomBytes(32).toString('hex')
        : `${version()}x${randomBytes(16).toString('hex')}`.slice(0, 25),
    version,
  };
}

/** An engine, or a program of its machine, that says no. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  /** `status` is that of HTTP; a command of `docker` ends with 1 and the same words. */
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Notes what the model does not know, and refuses it. */
export function unknown(world: World, what: string, file: string): Refusal {
  const words = `The model of the engine does not know: ${what.slice(0, 300)}\nAdd it to __tests__/support/model/${file}, as the real engine answers it.`;
  world.unknown.push(words);
  return new Refusal(501, words);
}

/**
 * Values of the flags `--name=value` of a command, its words that are no flags, and the flags
 * without a value.
 */
export interface Words {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
}

/** `valued`: flags whose value is the next word. */
export function wordsOf(argv: Argv | readonly string[], valued: readonly string[] = []): Words {
  const flags = new Map<string, string[]>();
  const words: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const [, name = '', value] = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    const given = value ?? (valued.includes(name) ? (rest.shift() ?? '') : '');
    flags.set(name, [...(flags.get(name) ?? []), given]);
  }
  return { flags, words };
}

/** Of `key=value`, as flags have them. */
export function labelsOf(pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
