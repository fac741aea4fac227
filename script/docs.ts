/**
 * Writes the tables of inputs and outputs of README.md from action.yml, between `<!-- inputs -->` and `<!-- /inputs -->`,
 * `<!-- outputs -->` and `<!-- /outputs -->`. With --check it changes nothing, and fails where they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ActionFile, readActionFile } from './action-file.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');

/** Puts the tables of an action into the text. Throws where it has no markers for one of them. */
export function withTables(text: string, action: Pick<ActionFile, 'inputs' | 'outputs'>): string {
  const inputs = Object.entries(action.inputs).map(([name, input]) => [
    code(name),
    input.default ? code(input.default) : '',
    input.description,
  ]);
  const outputs = Object.entries(action.outputs).map(([name, output]) => [
    code(name),
    output.description,
  ]);
  const withInputs = between(text, 'inputs', table(['Input', 'Default', 'Meaning'], inputs));
  return between(withInputs, 'outputs', table(['Output', 'Meaning'], outputs));
}

function between(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = text.indexOf(open);
  const end = text.indexOf(close, start);
  if (start < 0 || end < 0) throw new Error(`The text has no ${open} followed by ${close}.`);
  return `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`;
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

if (import.meta.main) {
  const path = resolve(REPOSITORY, 'README.md');
  const before = readFileSync(path, 'utf8');
  const after = withTables(before, readActionFile(REPOSITORY));
  if (!process.argv.includes('--check')) {
    writeFileSync(path, after);
  } else if (after !== before) {
    console.error('error: the tables of README.md are not what action.yml says.');
    console.error('       Run: npm run docs');
    process.exitCode = 1;
  }
}
