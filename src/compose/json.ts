import * as z from 'zod';
import { ActionError } from '../base/errors.ts';
import { serviceKeyAdvice } from './errors/advice.ts';
import { collectFindings, type Finding } from './findings.ts';
import type { Locator } from './locate.ts';
import type { KeyPath } from './location.ts';
import { type ComposeModel, composeModel } from './model.ts';

/**
 * The model that `docker compose config --format json` printed, with values as a container gets
 * them (`$`, not `$$`). Keys that are not known are taken out, and refused by a finding, but for
 * those of the user (`x-`). Throws `ActionError` for anything else that is not understood.
 */
export function readModel(
  stdout: string,
  locator: Locator,
): {
  model: ComposeModel;
  findings: readonly Finding[];
  unknownKeys: readonly KeyPath[];
} {
  const findings = collectFindings(locator.path);
  const unknownKeys: KeyPath[] = [];
  const raw = unescaped(parseJson(stdout));
  let result = composeModel.safeParse(raw);
  if (!result.success) {
    for (const issue of result.error.issues) {
      if (issue.code !== 'unrecognized_keys') continue;
      unknownKeys.push(...takeOut(raw, issue.path, issue.keys, findings.refuse));
    }
    result = composeModel.safeParse(raw);
  }
  if (!result.success) {
    throw new ActionError('`docker compose config` printed something that is not understood.', {
      details: z.prettifyError(result.error),
      hint: 'Please report this with the output of `docker compose version`.',
    });
  }
  return { model: result.data, findings: findings.all(), unknownKeys };
}

function parseJson(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new ActionError('`docker compose config` printed no JSON.', {
      hint: 'Please report this with the output of `docker compose version`.',
      cause,
    });
  }
}

/**
 * Compose writes each `$` of its output as `$$`, in keys too, so that it can be read again
 * (docker/compose cmd/compose/config.go, escapeDollarSign). Undone here, so that the model holds
 * the values that a container gets.
 */
function unescaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$$', '$');
  if (Array.isArray(value)) return value.map(unescaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key.replaceAll('$$', '$'), unescaped(one)]),
  );
}

/**
 * Takes keys that are not known out of the raw model, tells of them, except for the user's own `x-`
 * keys, and gives their paths.
 */
function takeOut(
  raw: unknown,
  path: readonly PropertyKey[],
  keys: readonly string[],
  refuse: (path: KeyPath, message: string) => void,
): KeyPath[] {
  const unknown: KeyPath[] = [];
  const parent = path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown>)[key],
    raw,
  );
  const where = path.map((key) => (typeof key === 'number' ? key : String(key)));
  for (const key of keys) {
    delete (parent as Record<string, unknown>)[key];
    if (key.startsWith('x-')) continue;
    unknown.push([...where, key]);
    const isOfService = where[0] === 'services' && where.length === 2;
    const advice = isOfService ? serviceKeyAdvice(key) : undefined;
    refuse(
      [...where, key],
      `${[...where, key].join('.')}: this version of Swarm Up does not know the key. Nobody can tell whether the stack is the same without it.${advice === undefined ? '' : ` ${advice}`} Remove it. To remove it for the swarm alone, use an override file (\`${key}: !reset null\`).`,
    );
  }
  return unknown;
}

/** The variables that configs and secrets take their content from. */
export function variables(model: ComposeModel): readonly string[] {
  const objects = [...Object.values(model.configs), ...Object.values(model.secrets)];
  const names = objects.flatMap(({ environment }) => environment ?? []);
  return [...new Set(names)].filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
}

/**
 * A compose file (as JSON) that makes Compose say what these variables are for it: `.env` files and
 * precedence are its business.
 */
export function variableProbe(names: readonly string[]): string {
  const environment = Object.fromEntries(
    names.flatMap((name) => [
      [`VALUE_${name}`, `\${${name}-}`],
      [`IS_SET_${name}`, `\${${name}+yes}`],
    ]),
  );
  return JSON.stringify({ services: { probe: { image: 'probe', environment } } });
}

const probeModel = z.object({
  services: z.object({ probe: z.object({ environment: z.record(z.string(), z.string()) }) }),
});

/** What Compose answered to `variableProbe`; a variable that is not set is not in it. */
export function readVariables(
  names: readonly string[],
  stdout: string,
): ReadonlyMap<string, string> {
  const { environment } = probeModel.parse(unescaped(parseJson(stdout))).services.probe;
  return new Map(
    names
      .filter((name) => environment[`IS_SET_${name}`] === 'yes')
      .map((name) => [name, environment[`VALUE_${name}`] ?? '']),
  );
}
