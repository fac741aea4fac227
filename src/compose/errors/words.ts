// What Compose says of a file that it cannot load, without what helps only who writes Compose.

/**
 * One message of Compose as a sentence on the value, with what to write; undefined if the message
 * is none of these.
 */
export function explained(words: string): string | undefined {
  const text = withoutNoise(words);
  return ofNumber(text) ?? ofMeasure(text) ?? ofVariable(text) ?? ofInterpolation(text);
}

/** The message alone: positions are those of the annotation, and a file is named there, too. */
export function withoutNoise(words: string): string {
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
