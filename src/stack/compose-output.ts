import { ActionError } from '../errors.ts';
import { adviceOn } from './compose-advice.ts';
import { keyPathOf, type PlaceOptions, placeOf } from './compose-places.ts';
import { ComposeError, type Finding } from './findings.ts';
import type { Locator } from './locate.ts';
import { describeEmpty, type EmptiedValue, emptiedFinding } from './unset-variables.ts';

// What Compose says on its standard error, put into findings with a place.

/** `time="…" level=warning msg="…"`, the form in which logrus prints; `msg` is a Go string literal. */
const LOG_LINE = /^time="[^"]*" level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/;

/** Every stack file has this key, since older `docker stack deploy` wants it; its warning would only be noise. */
const VERSION_IS_OBSOLETE = /\bversion\b.* is obsolete/;

const UNSET = /^The "?([A-Za-z_][A-Za-z0-9_]*)"? variable is not set/;

/** The warnings among what Compose printed, variables that are not set each at their first use. */
export function composeWarnings(stderr: string, locator: Locator): readonly Finding[] {
  const messages = new Set(
    logLines(stderr).flatMap(({ level, message }) => (level === 'warning' ? [message] : [])),
  );
  return [...messages]
    .filter((message) => !VERSION_IS_OBSOLETE.test(message))
    .map((message) => {
      const variable = UNSET.exec(message)?.[1];
      if (variable === undefined) return { level: 'warning', message, location: undefined };
      return {
        level: 'warning',
        message: `${message} Set it in \`env\` of this step, or write a default: \`\${${variable}:-value}\`.`,
        location: locator.variable(variable),
      };
    });
}

/** The error for a `docker compose config` that failed with these words. `emptied` may be what made it fail. */
export function composeFailure(
  stderr: string,
  locator: Locator,
  options: PlaceOptions,
  emptied: readonly EmptiedValue[] = [],
): ActionError {
  if (/is not a docker command|unknown (?:shorthand )?flag|unknown command/.test(stderr)) {
    return new ActionError('`docker compose` is not installed on the runner.', {
      details: stderr.split('\n', 1)[0] ?? '',
      hint: 'Compose reads the compose file. Install its plugin: the package docker-compose-plugin of download.docker.com, docker-compose-v2 of Ubuntu, or docker-compose of Debian 13 and later.',
    });
  }
  const words = stderr
    .split('\n')
    .filter((line) => LOG_LINE.exec(line)?.[1] !== 'warning')
    .map((line) => unlogged(line).trim())
    .filter(Boolean)
    .join(' ')
    .replaceAll(`${options.workspace}/`, '')
    .replaceAll(`${options.workspace}:`, '.:');
  return new ComposeError(
    `Compose cannot read ${options.files.join(', ')}.`,
    failureFindings(words, locator, options, emptied),
    'Nothing has been created. `docker compose config` shows the same on your machine.',
  );
}

function failureFindings(
  words: string,
  locator: Locator,
  options: PlaceOptions,
  emptied: readonly EmptiedValue[],
): readonly Finding[] {
  const fault = locator.fault();
  const advice = adviceOn(words, locator);
  if (fault) {
    const more = advice === '' ? ` (${fault.message})` : `. ${advice}`;
    return [{ level: 'error', message: words + more, location: fault.location }];
  }
  const location = placeOf(words, locator, options);
  const path = keyPathOf(words);
  const isHere = (one: EmptiedValue) =>
    location === undefined ||
    (one.location.file === location.file && one.location.line === location.line) ||
    ((path.length > 2 || path[0] !== 'services') &&
      path.length > 0 &&
      path.every((key, at) => one.path[at] === key));
  const causes = emptied.filter(isHere);
  const others = emptied.filter((one) => !isHere(one)).map(emptiedFinding);
  const said =
    causes.length > 0 ? describeEmpty(causes.flatMap(({ variables }) => variables)) : advice;
  const message = said === '' ? words : `${words.replace(/\.$/, '')}. ${said}`;
  return [{ level: 'error', message, location: causes[0]?.location ?? location }, ...others];
}

function logLines(stderr: string): { level: string; message: string }[] {
  return stderr.split('\n').flatMap((line) => {
    const [, level, literal] = LOG_LINE.exec(line) ?? [];
    return level && literal ? [{ level, message: unquote(literal) }] : [];
  });
}

function unlogged(line: string): string {
  const literal = LOG_LINE.exec(line)?.[2];
  return literal === undefined ? line : unquote(literal);
}

function unquote(literal: string): string {
  try {
    return literal.startsWith('"') ? String(JSON.parse(literal)) : literal;
  } catch {
    return literal; // a Go escape that JSON does not have
  }
}
