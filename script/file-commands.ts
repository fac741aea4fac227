/**
 * The files that an action writes for the runner: `GITHUB_OUTPUT`, `GITHUB_STATE`, `GITHUB_ENV`,
 * `GITHUB_PATH`.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
 */

/**
 * Reads `name=value` lines and the heredoc form for values of several lines: `name<<delimiter`, the
 * value's lines, `delimiter`. The last of several values of a name counts. Throws with the runner's
 * own words (`FileCommandManager.cs` of actions/runner) where it would fail the step.
 */
export function parseFileCommand(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      const name = line.slice(0, equals);
      if (name === '') throw new Error(`Invalid format '${line}'. Name must not be empty`);
      values[name] = line.slice(equals + 1);
    } else if (heredoc >= 0) {
      const name = line.slice(0, heredoc);
      const delimiter = line.slice(heredoc + 2);
      if (name === '' || delimiter === '') {
        throw new Error(
          `Invalid format '${line}'. Name must not be empty and delimiter must not be empty`,
        );
      }
      const end = lines.indexOf(delimiter, at + 1);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      values[name] = lines.slice(at + 1, end).join('\n');
      at = end;
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return values;
}

/**
 * As `parseFileCommand`, without what the runner does not let a step change: `NODE_OPTIONS` is an
 * error, its own names are kept.
 */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const values = parseFileCommand(text);
  if (Object.keys(values).some((name) => name.toUpperCase() === 'NODE_OPTIONS')) {
    throw new Error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  }
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => !/^(GITHUB|RUNNER)_/i.test(name)),
  );
}

/** The folders that a step adds, the first of which is searched first. */
export function parsePathFile(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .reverse();
}
