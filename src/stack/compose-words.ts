import { nearest } from '../nearest.ts';
import type { Locator } from './locate.ts';

// What Compose says of a file that it cannot load, without what helps only who writes Compose, and with what to do.

const KINDS = ['networks', 'volumes', 'configs', 'secrets'] as const;
const NAMED = 5;

/** One message of Compose as sentences: its own words as far as they tell something, then what to do. */
export function explained(words: string, locator: Pick<Locator, 'keys'>): string {
  const text = withoutNoise(words);
  return (
    ofNumber(text) ??
    ofMeasure(text) ??
    ofVariable(text) ??
    ofInterpolation(text) ??
    ofUndefined(text, locator) ??
    text
  );
}

/** Positions are those of the annotation; a file is named there, too. */
function withoutNoise(words: string): string {
  return words
    .replace(/^validating \S+: /, '')
    .replace(/^decoding failed due to the following error\(s\):\s*/, '')
    .replace(/^(?:yaml: )?unmarshal errors:\s*/, '')
    .replace(/^yaml: (?:line \d+: )?/, '')
    .replace(/^line \d+: /, '')
    .replace(/: invalid compose project$/, '')
    .trim();
}

/** Go's converters, by what they make. */
const CONVERTERS: Readonly<Record<string, string>> = {
  Atoi: 'a whole number, for example `2`',
  ParseInt: 'a whole number, for example `2`',
  ParseUint: 'a whole number from 0 on, for example `2`',
  ParseFloat: 'a number, for example `0.5`',
  ParseBool: '`true` or `false`',
};

function ofNumber(text: string): string | undefined {
  const [, what = '', converter = '', value = ''] =
    /(?:error while interpolating |error decoding ')?([\w.[\]-]*?)'?:[^:]*(?::[^:]*?)? ?strconv\.(\w+): parsing "([^"]*)"/.exec(
      text,
    ) ?? [];
  const wanted = CONVERTERS[converter];
  if (wanted === undefined) return undefined;
  return `${what || 'A value'} is \`${value}\`. Write ${wanted}.`;
}

/** Words of Go and of Docker's units, by what is to be written. */
const MEASURES: readonly (readonly [RegExp, string])[] = [
  [/\bduration "([^"]*)"$/, 'a duration, for example `10s`'],
  [/invalid size: '([^']*)'$/, 'a size, for example `64M`'],
];

function ofMeasure(text: string): string | undefined {
  const what = /^error decoding '([^']+)': /.exec(text)?.[1];
  if (what === undefined) return undefined;
  for (const [pattern, wanted] of MEASURES) {
    const value = pattern.exec(text)?.[1];
    if (value !== undefined) {
      return `${what.replace(/\[([^\]]+)\]/g, '.$1')} is \`${value}\`. Write ${wanted}.`;
    }
  }
  return undefined;
}

function ofVariable(text: string): string | undefined {
  const [, what = '', name = '', said = ''] =
    /^error while interpolating (\S+): required variable (\w+) is missing a value(?:: (.*))?$/s.exec(
      text,
    ) ?? [];
  if (name === '') return undefined;
  const reason = said.trim() === '' ? '' : `: ${said.trim()}`;
  return `${what} needs the variable ${name}, which is not set${reason.replace(/\.$/, '')}. Set it in \`env\` of this step.`;
}

function ofInterpolation(text: string): string | undefined {
  const [, what = '', value = ''] =
    /^invalid interpolation format for (\S+?)\.\s+You may need to escape any \$ with another \$\.\s*(.*)$/s.exec(
      text,
    ) ?? [];
  if (what === '') return undefined;
  return `invalid interpolation format for ${what}: \`${value.trim()}\`. You may need to escape any $ with another $: write \`$$\` for a dollar sign, and \`\${NAME}\` for a variable.`;
}

function ofUndefined(text: string, { keys }: Pick<Locator, 'keys'>): string | undefined {
  const [, kind = 'service', name = ''] =
    /service "[^"]+" (?:refers to undefined (\w+)|depends on undefined service) "?([^"\s:]+)"?/.exec(
      text,
    ) ?? [];
  if (name === '') return undefined;
  const group = [...KINDS, 'services'].find((one) => one === `${kind}s`);
  if (group === undefined) return text;
  const known = keys([group]);
  const meant = nearest(name, [...known]);
  if (meant !== undefined) return `${text}. Did you mean \`${meant}\`?`;
  if (group === 'services') return `${text}. There are: ${listed(known)}.`;
  const there = known.length === 0 ? '' : ` There are: ${listed(known)}.`;
  return `${text}. Define it below \`${group}\` at the top level of the file.${there}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
