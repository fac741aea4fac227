import { ActionError } from '../base/errors.ts';
import { Problem } from './problem.ts';

export interface InputReader {
  /**
   * The value of an input. Where it has a problem, what is returned must not be used: `finish`
   * throws.
   */
  input<T>(name: string, parse: (text: string) => T | Problem): T;
  /** Adds a problem of an input: its name, what it is about, the reason with the remedy. */
  problem(name: string, shown: string, reason: string): undefined;
  /** Throws one `ActionError` that lists the problems of all inputs, where there are any. */
  finish(): void;
}

/** Reads inputs and gathers what is wrong with them, so that all of it is said at once. */
export function inputReader(read: (name: string) => string): InputReader {
  const problems: string[] = [];
  const problem = (name: string, shown: string, reason: string): undefined => {
    problems.push(`${name}: ${JSON.stringify(shown)}: ${reason}`);
    return undefined;
  };
  return {
    problem,
    input: <T>(name: string, parse: (text: string) => T | Problem): T => {
      const text = read(name).trim();
      const value = parse(text);
      if (!(value instanceof Problem)) return value;
      problem(name, value.shown ?? text, value.reason);
      return undefined as T;
    },
    finish: () => {
      if (problems.length === 0) return;
      throw new ActionError(
        problems.length === 1
          ? 'An input is not right.'
          : `${problems.length} inputs are not right.`,
        {
          details: problems.join('\n'),
          hint: 'Nothing has been created. Correct the `with:` of this step; every input is described in the README.',
        },
      );
    },
  };
}
