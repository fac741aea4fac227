/**
 * Writes the inputs of action.yml, the table of README.md and docs/inputs.md from
 * `script/inputs.yaml`, and the table of docs/outputs.md from action.yml. With --check it changes
 * nothing, and fails if a file differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { type ActionFile, readActionFile } from './action-file.ts';
import { type InputGroup, readInputGroups } from './input-groups.ts';
import { format } from './markdown/parse.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');

/**
 * Puts the inputs into the text of an action.yml. Throws if it has no `inputs:` before its
 * `outputs:`.
 */
export function withInputs(text: string, groups: readonly InputGroup[]): string {
  const start = text.search(/^inputs:$/m);
  const end = text.search(/^outputs:$/m);
  if (start < 0 || end < start) throw new Error('action.yml has no `inputs:` before `outputs:`.');
  const written = groups.map(({ group, inputs }) =>
    [
      `  # ${group}`,
      ...Object.entries(inputs).flatMap(([name, { short, default: value }]) => [
        `  ${name}:`,
        `    description: ${scalar(short)}`,
        ...(value === undefined ? [] : [`    default: ${scalar(value)}`]),
      ]),
    ].join('\n'),
  );
  return `${text.slice(0, start)}inputs:\n${written.join('\n\n')}\n\n${text.slice(end)}`;
}

/** A value on one line, quoted if YAML would take it for anything else than this text. */
function scalar(value: string): string {
  const isPlain = !/^[\s>|&*!%@`'"#[{?-]|: | #|:$/.test(value) && isSame(value);
  return isPlain ? value : JSON.stringify(value);
}

function isSame(value: string): boolean {
  return parse(value) === value;
}

/** Puts one line for each group of inputs into the text. Throws if it has no markers for them. */
export function withInputTable(text: string, groups: readonly InputGroup[]): string {
  const rows = groups.map(({ group, about, inputs }) => [
    group,
    about,
    Object.keys(inputs)
      .map((name) => `[${code(name)}](docs/inputs.md#${name})`)
      .join(', '),
  ]);
  return between(text, 'inputs', table(['Group', 'What for', 'Inputs'], rows));
}

/** Puts the outputs of an action into the text. Throws if it has no markers for them. */
export function withOutputTable(text: string, { outputs }: Pick<ActionFile, 'outputs'>): string {
  const rows = Object.entries(outputs).map(([name, { description }]) => [code(name), description]);
  return between(text, 'outputs', table(['Output', 'Meaning'], rows));
}

/** The page of all inputs. */
export function inputsPage(groups: readonly InputGroup[]): string {
  const sections = groups.map(({ group, inputs }) => {
    const entries = Object.entries(inputs).map(([name, input]) =>
      [
        `### \`${name}\``,
        input.default ? `${input.short} Default: ${code(input.default)}.` : input.short,
        ...(input.details === undefined ? [] : [input.details.trim()]),
      ].join('\n\n'),
    );
    return [`## ${group}`, ...entries].join('\n\n');
  });
  return `${[
    '# Inputs',
    '<!-- Written by `npm run docs` from script/inputs.yaml. -->',
    'Lists take one item per line; `#` begins a comment line. Durations have a unit: `300s`, `10m`, `1h30m`. An input that the action does not have, and that is near to one, is refused.',
    ...sections,
  ].join('\n\n')}\n`;
}

function between(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = text.indexOf(open);
  const end = text.indexOf(close, start);
  if (start < 0 || end < 0) throw new Error(`The text has no ${open} followed by ${close}.`);
  return `${text.slice(0, start + open.length)}\n\n${content}\n\n${text.slice(end)}`;
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.trim().replaceAll('|', '\\|').replace(/\s+/g, ' ');
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Each file that is written, with its content now and as it has to be. */
function files() {
  const groups = readInputGroups(REPOSITORY);
  const read = (path: string) => readFileSync(resolve(REPOSITORY, path), 'utf8');
  const written = (path: string, write: (before: string) => string) => {
    const before = read(path);
    return { path, before, after: write(before) };
  };
  return [
    written('action.yml', (before) => withInputs(before, groups)),
    written('README.md', (before) => format(withInputTable(before, groups))),
    written('docs/outputs.md', (before) =>
      format(withOutputTable(before, readActionFile(REPOSITORY))),
    ),
    written('docs/inputs.md', () => format(inputsPage(groups))),
  ];
}

if (import.meta.main) {
  for (const { path, before, after } of files()) {
    if (after === before) continue;
    if (!process.argv.includes('--check')) {
      writeFileSync(resolve(REPOSITORY, path), after);
      continue;
    }
    console.error(`error: ${path} is not what script/inputs.yaml and action.yml say.`);
    console.error('       Run: npm run docs');
    process.exitCode = 1;
  }
}
