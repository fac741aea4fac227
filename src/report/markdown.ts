import { plain } from './plain.ts';

/**
 * Everything that GitHub's Markdown may give a meaning to, mentions, issue references and formulas
 * included; not the `_` inside a word.
 */
const MARKDOWN_SPECIAL = /[&<>|`*[\]~\\#@$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;

/** `plain` text on one line, at most `limit` characters long. */
export function oneLine(text: string, limit = 1_000): string {
  return clip(plain(enough(text, limit)).replace(/\s+/g, ' ').trim(), limit);
}

/**
 * The text as words of a paragraph, a list item or a table cell; nothing in it is Markdown or HTML.
 */
export function words(text: string, limit?: number): string {
  return escaped(oneLine(text, limit));
}

function escaped(line: string): string {
  return line
    .replace(MARKDOWN_SPECIAL, entity)
    .replace(/^(?:[-+=:]|\d+(?=[.)](?:\s|$)))/, (start) => [...start].map(entity).join(''));
}

/** Like `words`, for sentences of our own: what stands between backticks is code. */
export function prose(text: string, limit?: number): string {
  return oneLine(text, limit)
    .split(/(`[^`]+`)/)
    .map((part, at) => (at % 2 === 1 ? code(part.slice(1, -1)) : escaped(part)))
    .join('');
}

/** Like `prose`, but lines stay lines: for hints that list steps. */
export function lines(text: string, limit = 2_000): string {
  return clip(plain(enough(text, limit)), limit)
    .split('\n')
    .map((line) => prose(line))
    .filter(Boolean)
    .join('<br>');
}

/** The text as code inside a paragraph or a table cell. */
export function code(text: string, limit?: number): string {
  const line = oneLine(text, limit);
  if (line === '') return '';
  if (!/[`|\\$<>&]/.test(line)) return `\`${line}\``;
  // Inside such an element GitHub would still make a link of an address.
  return `<code>${line.replace(MARKDOWN_SPECIAL, entity).replaceAll('://', '&#58;//')}</code>`;
}

/** The text, `plain`, as a block of code whose fence is longer than any run of backticks in it. */
export function codeBlock(content: string, language = 'text'): string {
  const text = plain(content);
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * Rows under a heading; each cell is Markdown already. Columns that are empty in all rows are left
 * out.
 */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = heading.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
  const line = (cells: readonly string[]) =>
    `| ${cells.filter((_, column) => used[column]).join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}

/** One of GitHub's alerts. `body` is Markdown already; an empty one gives nothing. */
export function alert(kind: 'NOTE' | 'WARNING' | 'CAUTION', body: string): string {
  return body === '' ? '' : `> [!${kind}]\n${body.replace(/^/gm, '> ').replace(/^> $/gm, '>')}`;
}

/** Folded until the reader opens it. `title` is HTML already. */
export function folded(title: string, body: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** The first `limit` items, and a word about the rest. */
export function atMost<T>(
  items: readonly T[],
  limit: number,
): { shown: readonly T[]; more: number } {
  return { shown: items.slice(0, limit), more: Math.max(0, items.length - limit) };
}

/** Cuts after `limit` characters and says so with an ellipsis. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`;
}

/**
 * As much of the text as can matter when it is cut later: cleaning megabytes for one table cell
 * takes too long.
 */
function enough(text: string, limit: number): string {
  return text.slice(0, 4 * limit);
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
