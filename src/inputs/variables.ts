import { Problem } from './problem.ts';
import { lines } from './values.ts';

/** `KEY=value` lines. A value may be secret, so a problem shows none. */
export function parseEnv(text: string): Record<string, string> | Problem {
  const env: Record<string, string> = {};
  for (const [at, line] of lines(text).entries()) {
    const end = line.indexOf('=');
    const key = line.slice(0, end);
    // Values may be secret, so no more than the name is shown, and nothing of what is not a name.
    if (end < 1) {
      return new Problem(
        "has no `=`. Write one `KEY=value` per line; variables of the step's `env:` are there without being listed.",
        `line ${at + 1}`,
      );
    }
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
      return new Problem(
        'not the name of a variable. Begin with a letter or `_`; letters, digits and `_` may follow.',
        key,
      );
    }
    env[key] = line.slice(end + 1);
  }
  return env;
}
