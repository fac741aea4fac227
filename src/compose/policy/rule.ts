import type { ComposeModel } from '../model.ts';

/** A value of the loaded model, and what is known around it. */
export interface Judged {
  /**
   * Says that the value, or what is at these keys below it, is refused. `why` is a whole sentence.
   */
  refuse(why: string, ...below: readonly (string | number)[]): void;
  readonly model: ComposeModel;
}

/** What a stranger may write at a key. It is asked only for values that say something. */
export type Rule<T> = (value: T, judged: Judged) => void;

/** A rule for every key of an object; the compiler misses none. */
export type Rules<T> = { readonly [K in keyof T]-?: Rule<NonNullable<T[K]>> };

/** The value stays in the containers of the stack, or Compose or the renderer leaves it out. */
export const free: Rule<unknown> = () => {};

/** Refused, whatever its value. */
export function never(why: string): Rule<unknown> {
  return (_, { refuse }) => refuse(why);
}

/** Refused, but for these values. */
export function only<T>(allowed: readonly T[], why: (value: T) => string): Rule<T> {
  return (value, { refuse }) => {
    if (!allowed.includes(value)) refuse(why(value));
  };
}

/** An object with rules of its own. */
export function object<T extends object>(rules: Rules<T>): Rule<T> {
  return (value, { refuse, model }) => {
    for (const key of Object.keys(rules) as (keyof T & string)[]) {
      const one = value[key];
      if (isNothing(one)) continue;
      rules[key](one as NonNullable<T[typeof key]>, {
        refuse: (why, ...below) => refuse(why, key, ...below),
        model,
      });
    }
  };
}

/** A list, or the values of a map, with a rule for each. */
export function each<T>(
  rule: Rule<T>,
): Rule<readonly T[] | Readonly<Record<string, T | null | undefined>>> {
  return (values, { refuse, model }) => {
    const entries = Array.isArray(values) ? values.entries() : Object.entries(values);
    for (const [key, one] of entries as Iterable<[string | number, T]>) {
      if (isNothing(one)) continue;
      rule(one, { refuse: (why, ...below) => refuse(why, key, ...below), model });
    }
  };
}

/** The keys of a map, by their names. */
export function keys(isAllowed: (key: string) => boolean, why: (key: string) => string) {
  return (map: Readonly<Record<string, unknown>>, { refuse }: Judged): void => {
    for (const key of Object.keys(map)) if (!isAllowed(key)) refuse(why(key), key);
  };
}

/** What is not set, or set to what Compose prints for nothing. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
