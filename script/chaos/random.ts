import { createHash } from 'node:crypto';

/** A stream of choices. */
export interface Random {
  /** From 0 up to 1, without 1. */
  fraction(): number;
  /** A whole number from 0 up to the limit, without it. */
  below(limit: number): number;
  /** Throws `RangeError` where there is nothing to pick from. */
  pick<T>(choices: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
}

/**
 * The stream of this name under a seed. Each name has its own, so that what one takes does not
 * shift what another one gets. It is Mulberry32: 32 bits of state are enough for some hundred
 * choices.
 */
export function createRandom(seed: number, name: string): Random {
  let state = createHash('sha256').update(`${seed}/${name}`).digest().readUInt32LE();
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(fraction() * limit);
  return {
    fraction,
    below,
    pick: <T>(choices: readonly T[]) => {
      if (choices.length === 0) throw new RangeError('There is nothing to pick from.');
      return choices[below(choices.length)] as T;
    },
    shuffled: (list) =>
      list
        .map((value) => ({ value, at: fraction() }))
        .sort((a, b) => a.at - b.at)
        .map(({ value }) => value),
  };
}
