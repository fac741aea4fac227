import { ActionError } from '../base/errors.ts';

/**
 * The name of a `Host` line, which may be an address: not a pattern (`*`, `?`, `!`), and not taken
 * for an option where it stands on a command line.
 */
export function hostWord(name: string): string {
  if (/^[\w:][\w.:-]*$/.test(name)) return name;
  throw notWritable(name);
}

/**
 * A host name, an address or a user name. `%` begins a token in ssh_config(5), `${` a variable, for
 * which there is no other writing.
 */
export function plainWord(value: string): string {
  if (/^[^\s"'\\#$-][^\s"'\\#]*$/.test(value) && !value.includes('${')) {
    return value.replaceAll('%', '%%');
  }
  throw notWritable(value);
}

/**
 * A path, in quotes for its spaces: as a value of its own, and within a `ProxyCommand`, which a
 * shell reads too. How a quote or a backslash is written inside of quotes differs between versions
 * of OpenSSH, so both are refused, and what a shell would replace.
 */
export function inQuotes(path: string): string {
  if (!/["\\$`\p{Cc}]/u.test(path)) return `"${path.replaceAll('%', '%%')}"`;
  throw notWritable(
    path,
    'Folders are made in RUNNER_TEMP: the work folder of the runner must be one without quotes, backslashes, $ and backticks.',
  );
}

/**
 * The name of a user, which may be one of a directory (`CORP\deploy`): every OpenSSH reads a
 * backslash outside of quotes, before a letter or digit, as it is.
 */
export function userWord(user: string): string {
  return /^[\w.@+-]+\\[A-Za-z0-9][\w.@+-]*$/.test(user) ? user : plainWord(user);
}

function notWritable(value: string, hint?: string): ActionError {
  return new ActionError(`This cannot stand in an OpenSSH config: ${JSON.stringify(value)}`, {
    hint,
  });
}
