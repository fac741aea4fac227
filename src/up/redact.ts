import { isMap, parseDocument } from 'yaml';
import { withoutHidden } from '../report/plain.ts';

/** In a word there are no digits, and in a number no letters. */
const LOOKS_SECRET = /^(?=.*\p{L})(?=.*\p{N})\S{8,}$/u;
const SECRET_NAME = /pass|pwd|secret|token|key|credential|auth|dsn/i;
/** Shorter ones stand in ordinary words, too. In characters. */
const LEAST_LENGTH = 4;
const HIDDEN = '***';

/**
 * Gives text for a file that leaves the runner: without what is masked in the log, without values
 * of these variables that look like a secret or are called so, wherever they stand, and without the
 * environment of containers, whatever is in it.
 */
export function redactor(
  environments: readonly Readonly<Record<string, unknown>>[],
): (text: string) => string {
  const secrets = [...new Set(environments.flatMap(secretsOf).flatMap(formsOf))]
    .filter((secret) => secret.length >= LEAST_LENGTH)
    .sort((a, b) => b.length - a.length);
  return (text) =>
    withoutHidden(
      secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), withoutEnvironment(text)),
    );
}

/** A stack file with the names of its variables, and none of their values. */
export function withoutValues(stackFile: string): string {
  const document = parseDocument(stackFile);
  const services = document.get('services');
  if (document.errors.length > 0 || !isMap(services)) return '';
  for (const { value: service } of services.items) {
    const environment = isMap(service) ? service.get('environment') : undefined;
    if (!isMap(environment)) continue;
    for (const { key } of environment.items) environment.set(key, HIDDEN);
  }
  return document.toString();
}

function secretsOf(environment: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const text = typeof value === 'string' ? value.replaceAll('$$', '$') : '';
    const password = URL.parse(text)?.password;
    const isSecret = SECRET_NAME.test(name) || LOOKS_SECRET.test(text);
    return [
      ...(isSecret ? [text, ...text.split(/[\r\n]+/)] : []),
      ...(password ? [password, decoded(password)] : []),
    ];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a `%` that begins nothing
  }
}

function formsOf(secret: string): string[] {
  return [secret.trim(), JSON.stringify(secret.trim()).slice(1, -1)];
}

/** What `docker inspect` prints, with `NAME=***` for each variable; other text as it is. */
function withoutEnvironment(text: string): string {
  if (!text.includes('"Env"')) return text;
  try {
    return `${JSON.stringify(JSON.parse(text), hideEnvironment, 4)}\n`;
  } catch {
    // A warning beside the JSON, or a part of it.
    return text.replace(/"[A-Za-z_][A-Za-z0-9_]*=(?:[^"\\]|\\.)*"/g, (found) => {
      return `${found.slice(0, found.indexOf('=') + 1)}${HIDDEN}"`;
    });
  }
}

function hideEnvironment(key: string, value: unknown): unknown {
  if (key !== 'Env' || !Array.isArray(value)) return value;
  return value.map((one) => String(one).replace(/=.*/s, `=${HIDDEN}`));
}
