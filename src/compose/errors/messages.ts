import type { ActionError } from '../../base/errors.ts';
import { ComposeError, type Finding } from '../findings.ts';
import type { Locator } from '../locate.ts';
import { adviceOn } from './advice.ts';
import { composeTooOld } from './not-installed.ts';
import { keyPathOf, type PlaceOptions, placeOf } from './places.ts';
import { describeEmpty, type EmptiedValue, emptiedFinding } from './unset-variables.ts';
import { withoutWorkspace } from './without-workspace.ts';
import { explained, withoutNoise } from './words.ts';

// What Compose says on its standard error, put into findings with a place.

/**
 * `time="…" level=warning msg="…"`, the form in which logrus prints; `msg` is a Go string literal.
 */
const LOG_LINE = /^time="[^"]*" level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/;

/**
 * Every stack file has this key, since older `docker stack deploy` wants it; its warning would only
 * be noise.
 */
const VERSION_IS_OBSOLETE = /\bversion\b.* is obsolete/;

const UNSET = /^The "?([A-Za-z_][A-Za-z0-9_]*)"? variable is not set/;

/** The variables of which Compose said that they are not set. */
export function unsetVariables(stderr: string): ReadonlySet<string> {
  return new Set(logLines(stderr).flatMap(({ message }) => UNSET.exec(message)?.[1] ?? []));
}

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

/** What Compose says where a file is not YAML. */
const YAML_WORDS = /\byaml: |unmarshal errors?/;

/** Of a Compose that is older than what is asked of it. */
const TOO_OLD = /unknown flag: (\S+)/;

/** Whether Compose does not know what it was asked. */
export function isTooOld(stderr: string): boolean {
  return TOO_OLD.test(stderr);
}

/**
 * The error for a `docker compose config` that failed with these words. `emptied` may be what made
 * it fail; `version` is that of Compose, where it says one.
 */
export function composeFailure(
  stderr: string,
  locator: Locator,
  options: PlaceOptions,
  emptied: readonly EmptiedValue[] = [],
  version?: string,
): ActionError {
  const details = stderr.split('\n', 1)[0] ?? '';
  const flag = TOO_OLD.exec(stderr)?.[1];
  if (flag !== undefined) {
    const reason = `It does not know \`${flag}\`.`;
    return composeTooOld(version, { details, reason });
  }
  const words = stderr
    .split('\n')
    .filter((line) => LOG_LINE.exec(line)?.[1] !== 'warning')
    .map((line) => unlogged(line).trim())
    .filter(Boolean)
    .join(' ');
  return new ComposeError(
    `Compose cannot read ${options.files.join(', ')}.`,
    failureFindings(withoutWorkspace(words, options.workspace), locator, options, emptied),
    'Nothing has been created. `docker compose config` shows the same on your machine.',
  );
}

function failureFindings(
  words: string,
  locator: Locator,
  options: PlaceOptions,
  emptied: readonly EmptiedValue[],
): readonly Finding[] {
  // The parser here and that of Compose are two, and only one of them may have been content.
  const fault = YAML_WORDS.test(words) ? locator.fault() : undefined;
  const advice = adviceOn(words, locator);
  if (fault) {
    const { message, location } = fault;
    const said =
      advice === '' ? message : `${message.replace(/ Remove one of them\.$/, '')} ${advice}`;
    return [{ level: 'error', message: said, location }];
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
  const message =
    causes.length > 0
      ? joined(withoutNoise(words), describeEmpty(causes.flatMap(({ variables }) => variables)))
      : // Without its place the position that Compose says is all there is.
        (explained(words) ?? joined(location ? withoutNoise(words) : words, advice));
  return [{ level: 'error', message, location: causes[0]?.location ?? location }, ...others];
}

function joined(words: string, said: string): string {
  return said === '' ? words : `${words.replace(/\.$/, '')}. ${said}`;
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
