import { isAlias, visit } from 'yaml';
import { listed } from '../../base/listed.ts';
import { nearest } from '../../base/nearest.ts';
import type { Locator } from '../locate.ts';
import { SERVICE_KEYS } from '../service-model.ts';
import { keyPathOf, undefinedReferenceOf, unknownKeyOf } from './places.ts';
import { writtenValues } from './written-values.ts';

/**
 * What to do about an error of Compose, as a sentence or more; empty if nobody knows better than
 * Compose's own words.
 */
export function adviceOn(words: string, locator: Locator): string {
  return (
    unknownKeyAdvice(words) ??
    containerNameAdvice(words) ??
    undefinedAdvice(words, locator) ??
    mergeAdvice(words, locator) ??
    formAdvice(words) ??
    ''
  );
}

function unknownKeyAdvice(words: string): string | undefined {
  const key = unknownKeyOf(words);
  const [section, , , deeper] = keyPathOf(words);
  if (key === undefined || section !== 'services' || deeper !== undefined) return undefined;
  return serviceKeyAdvice(key);
}

/** What a swarm's own files have below `deploy`, and people write beside `image`. */
const DEPLOY_KEYS = [
  ...['mode', 'replicas', 'placement', 'resources', 'update_config', 'rollback_config'],
  ...['restart_policy', 'endpoint_mode'],
];

/**
 * A sentence on the key of a service that a wrong one most likely stands for; undefined if none is
 * near.
 */
export function serviceKeyAdvice(key: string): string | undefined {
  if (DEPLOY_KEYS.includes(key)) return `\`${key}\` belongs below \`deploy\`.`;
  const meant = nearest(key, [...SERVICE_KEYS]);
  return meant === undefined ? undefined : `Did you mean \`${meant}\`?`;
}

function containerNameAdvice(words: string): string | undefined {
  if (!/can't set container_name and/.test(words)) return undefined;
  return '`docker stack deploy` passes `container_name` over, and Compose refuses it beside several replicas. Remove it, or only for the swarm in an override file (`container_name: !reset null`).';
}

function undefinedAdvice(words: string, locator: Locator): string | undefined {
  const reference = undefinedReferenceOf(words);
  if (!reference) return undefined;
  const { kind, name } = reference;
  const below = writtenValues(locator.sources).filter(({ path }) => path[0] === `${kind}s`);
  if (kind === 'service') {
    const profiles = below.flatMap(({ path, text }) =>
      path[1] === name && path[2] === 'profiles' ? [text] : [],
    );
    if (profiles.length > 0) {
      return `Service ${name} is in the file, and none of its profiles (${profiles.join(', ')}) is enabled. Name one in \`profiles\` of this step, or write \`required: false\` below ${name} in \`depends_on\`.`;
    }
  }
  const names = locator.keys([`${kind}s`]);
  const meant = nearest(name, [...names]);
  if (meant !== undefined && meant !== name) return `Did you mean \`${meant}\`?`;
  if (kind === 'service') {
    return `\`docker stack deploy\` passes such a reference over, and Compose does not. Add service ${name}, or remove the reference.`;
  }
  const there = names.length === 0 ? '' : ` There are: ${listed(names, NAMED)}.`;
  return `Define it below \`${kind}s\` at the top level of the file.${there}`;
}

const NAMED = 5;

/** Two `<<` in one map: YAML allows one, with a list. */
function mergeAdvice(words: string, { sources }: Locator): string | undefined {
  if (!/mapping key "<<" already defined/.test(words)) return undefined;
  const found: string[][] = [];
  for (const document of sources.flatMap(({ documents }) => documents)) {
    visit(document, {
      Map: (_, map) => {
        const merged = map.items.filter(({ key }) => String(key) === '<<');
        if (merged.length < 2) return;
        found.push(merged.flatMap(({ value }) => (isAlias(value) ? [`*${value.source}`] : [])));
      },
    });
  }
  return `Write one, with a list: \`<<: [${found[0]?.join(', ') || '*a, *b'}]\`.`;
}

/** Go's words for a value of another form. */
function formAdvice(words: string): string | undefined {
  if (/strconv\.(?:Atoi|ParseInt|ParseUint)/.test(words)) return 'Write a whole number.';
  if (/strconv\.ParseFloat/.test(words)) return 'Write a number.';
  if (/time: (?:invalid|missing unit in|unknown unit)/.test(words)) {
    return 'Write a duration with its unit, for example `30s`.';
  }
  if (/invalid size/.test(words)) return 'Write a size, for example `64m` or `1g`.';
  if (/invalid boolean/.test(words)) return 'Write `true` or `false`.';
  return undefined;
}
