import { ActionError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { explained } from './compose-words.ts';
import { ComposeError, type Finding, type KeyPath } from './findings.ts';
import type { Location, Locator } from './locate.ts';
import { SERVICE_KEYS } from './service-model.ts';

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

const OLDEST = '2.20';

/** What Compose says where a file is not YAML. */
const YAML_WORDS = /\byaml: |unmarshal errors?/;

/** Of `docker`, which has no such plugin; and of a plugin that is older than what is asked of it. */
const NOT_INSTALLED = /is not a docker command|unknown shorthand flag|unknown command/;
const TOO_OLD = /unknown flag: (\S+)/;

const PACKAGES =
  'the package docker-compose-plugin of download.docker.com, docker-compose-v2 of Ubuntu, or docker-compose of Debian 13 and later';

/** Whether Compose does not know what it was asked. */
export function isTooOld(stderr: string): boolean {
  return TOO_OLD.test(stderr) && !NOT_INSTALLED.test(stderr);
}

/** The error for a `docker compose config` that failed with these words. `version` is that of Compose, where it says one. */
export function composeFailure(
  stderr: string,
  files: readonly string[],
  locator: Locator,
  version?: string,
): ActionError {
  const details = stderr.split('\n', 1)[0] ?? '';
  if (NOT_INSTALLED.test(stderr)) {
    return new ActionError('`docker compose` is not installed on the runner.', {
      details,
      hint: `Compose reads the compose file. Install its plugin: ${PACKAGES}.`,
    });
  }
  const flag = TOO_OLD.exec(stderr)?.[1];
  if (flag !== undefined) {
    const which = version ? `: it is ${version}, and ${OLDEST} or later is needed` : '';
    return new ActionError(`\`docker compose\` on the runner is too old${which}.`, {
      details,
      hint: `It does not know \`${flag}\`. Install Compose ${OLDEST} or later: ${PACKAGES}.`,
    });
  }
  const words = stderr
    .split('\n')
    .filter((line) => LOG_LINE.exec(line)?.[1] !== 'warning')
    .map((line) => unlogged(line).trim())
    .filter(Boolean)
    .join(' ');
  // The parser here and that of Compose are two, and only one of them may have been content.
  const fault = YAML_WORDS.test(words) ? locator.fault() : undefined;
  const location = fault?.location ?? place(words, files, locator);
  const isPlaced = location !== undefined || !/\bline \d+/.test(words);
  const message = fault?.message ?? (isPlaced ? explained(words, locator) : words) + advice(words);
  return new ComposeError(
    `Compose cannot read ${files.join(', ')}.`,
    [{ level: 'error', message, location }],
    'Nothing has been created. `docker compose config` shows the same on your machine.',
  );
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

/** Compose 2.26: `services.web Additional property imge is not allowed`; later: `services.web additional properties 'imge' not allowed`. */
const UNKNOWN_KEY = /additional propert(?:y|ies) '?([A-Za-z0-9_.-]+)'?/i;
const KEY_PATH = /\b(?:services|networks|volumes|configs|secrets)(?:\.[A-Za-z0-9_-]+|\[[^\]]+\])+/;
const UNDEFINED = /service "([^"]+)" (?:refers to undefined (\w+)|depends on undefined service)/;
const SERVICE = /service "([^"]+)"/;

function advice(words: string): string {
  const key = UNKNOWN_KEY.exec(words)?.[1];
  const [, , , deeper] = keyPath(words);
  if (key === undefined || !/\bservices\./.test(words) || deeper !== undefined) return '';
  const said = serviceKeyAdvice(key);
  return said === undefined ? '' : `. ${said}`;
}

/** What a swarm's own files have below `deploy`, and people write beside `image`. */
const DEPLOY_KEYS = [
  ...['mode', 'replicas', 'placement', 'resources', 'update_config', 'rollback_config'],
  ...['restart_policy', 'endpoint_mode'],
];

/** A sentence on the key of a service that a wrong one most likely stands for; undefined if none is near. */
export function serviceKeyAdvice(key: string): string | undefined {
  if (DEPLOY_KEYS.includes(key)) return `\`${key}\` belongs below \`deploy\`.`;
  const meant = nearest(key, [...SERVICE_KEYS]);
  return meant === undefined ? undefined : `Did you mean \`${meant}\`?`;
}

function place(words: string, files: readonly string[], locator: Locator): Location | undefined {
  const path = keyPath(words);
  const found = path.length > 0 ? locator.path(path) : undefined;
  if (found) return found;
  const top = /\b(services|networks|volumes|configs|secrets) must be\b/.exec(words)?.[1];
  if (top !== undefined) return locator.path([top]);
  const line = words.startsWith('empty compose file') ? '1' : /\bline (\d+)/.exec(words)?.[1];
  const [file, ...others] = files;
  return line && file && others.length === 0 ? { file, line: Number(line) } : undefined;
}

function keyPath(words: string): KeyPath {
  const unknown = UNKNOWN_KEY.exec(words)?.[1];
  const last = unknown === undefined ? [] : [unknown];
  const dotted = KEY_PATH.exec(words)?.[0];
  if (dotted !== undefined) {
    return [
      ...dotted
        .split(/[.[\]]+/)
        .filter(Boolean)
        .map(index),
      ...last,
    ];
  }
  const [, service, kind] = UNDEFINED.exec(words) ?? [];
  if (service !== undefined) return ['services', service, kind ? `${kind}s` : 'depends_on'];
  const named = SERVICE.exec(words)?.[1];
  return named === undefined ? last : ['services', named];
}

function index(key: string): string | number {
  return /^\d+$/.test(key) ? Number(key) : key;
}
