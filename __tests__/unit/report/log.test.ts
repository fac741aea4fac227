import { EOL } from 'node:os';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { githubLog, inert } from '../../../src/report/log.ts';
import { hostileText } from '../../support/hostile-text.ts';

let written: string;

beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    // A line ends as lines do on this system.
    written += String(text).replaceAll(EOL, '\n');
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/**
 * Every character that one of these takes for white space: `trim` of JavaScript, `Trim` of .NET,
 * `unicode.IsSpace` of Go.
 */
const SPACES = [
  ...'\t\n\v\f\r \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009',
  ...'\u200a\u2028\u2029\u202f\u205f\u3000\ufeff',
];
/** What a comparison by culture may pass over (.NET with ICU), and what once was white space. */
const SHAPELESS = [...'\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u2060\ufe0f\u{e0020}'];

/**
 * What actions/runner obeys: after white space (Char.IsWhiteSpace) at the start of a line, or in
 * the old form anywhere.
 */
const OBEYED = /(?:^|[\r\n])[\t-\r \x85\p{Z}]*::|##\[/u;

const indexesOf = (text: string): number[] => Array.from({ length: text.length }, (_, at) => at);

/**
 * The same by culture, as `StartsWith(string)` and `IndexOf(string)` of .NET compare where ICU is
 * there: what has no shape counts for nothing, but the name of the command is cut out by positions.
 */
function isObeyedByCulture(line: string): boolean {
  const begins = (text: string, key: string) =>
    text
      .slice(0, 40)
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      .startsWith(key);
  const at = (text: string, key: string, from: number) =>
    indexesOf(text.slice(from)).find((index) => begins(text.slice(from + index), key));
  const text = line.replace(/^[\t-\r \x85\p{Z}]+/u, '');
  const end = at(text, '::', 2);
  const name = begins(text, '::') && end !== undefined ? text.slice(2, 2 + end) : '';
  const old = indexesOf(line)
    .filter((index) => begins(line.slice(index), '##['))
    .map((index) => line.slice(index + 3).split(']')[0] ?? '');
  return [name, ...old].some((one) => /^[a-z-]+( |$)/i.test(one));
}

test('white space is known as JavaScript knows it', () => {
  const points = Array.from({ length: 0x10000 }, (_, point) => String.fromCharCode(point));
  const known = points.filter((one) => one.trim() === '' || /\p{Z}/u.test(one));
  expect([...SPACES].sort()).toEqual([...known, '\x85'].sort());
});

test.each([
  ['a command', '::set-env name=X::1'],
  ['an indented command', '  \t::add-mask::x'],
  ['a command on a later line', 'fine\n::stop-commands::x'],
  ['the old form in mid-line', 'log ##[add-matcher]x'],
  ['three colons', ':::error::x'],
  ['after an empty line', '\n\n::error::x'],
])('%s is only text in the log', (_, line) => {
  githubLog.info(line);
  expect(written).not.toMatch(OBEYED);
  expect(written.replaceAll('\u200b', '')).toBe(`${line}\n`);
});

test.each([
  ['a carriage return', 'progress 10%\r::error::x'],
  ['a next-line', '  \x85::save-state name=a::b'],
  ['a line separator', 'x\u2028::error::x'],
  ['colours between', ':\x1b[0m:error::x'],
  ['colours in the old form', '#\x1b[1m#\x1b[0m[error]x'],
])('%s makes no command', (_, line) => {
  githubLog.info(line);
  expect(written).not.toMatch(OBEYED);
});

test.each([...SPACES, ...SHAPELESS])(
  'behind %j there is no command, in any way to the log',
  (one) => {
    const line = `${one}::error::x\n ${one}${one}::add-mask::x\n${one}##[error]x`;
    githubLog.info(line);
    githubLog.info(`${'x'.repeat(10)}\n${line}`);
    githubLog.error(`${line}\n${'x'.repeat(9_000)}`);
    const lines = written.split('\n').filter((text) => !text.startsWith('::error::'));
    expect(lines.join('\n')).not.toMatch(OBEYED);
    expect(lines.filter(isObeyedByCulture)).toEqual([]);
  },
);

/**
 * The commands of the action itself, as the runner reads their data: the log shows the lines of it.
 */
function shown(): string[] {
  return written
    .replace(/^::(?:error|warning|debug|group)(?: [^:]*)?::/gm, '')
    .replaceAll('::endgroup::', '')
    .replaceAll('%0A', '\n')
    .split('\n');
}

test('no text is obeyed, or acts in what shows the log, in any way to it', async () => {
  const spaced = fc
    .array(
      fc.oneof(fc.constantFrom(...SPACES, ...SHAPELESS, ':', '::', '##[', '\x1b[0m'), hostileText),
    )
    .map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(spaced, async (text) => {
      written = '';
      githubLog.info(text);
      githubLog.debug(text);
      githubLog.warning(text, { title: text, file: text });
      githubLog.error(`${text}\n${'x'.repeat(4_100)}\n${text}`);
      await githubLog.group(text, async () => {});
      for (const line of new Set(shown().filter((one) => one.length < 1_000))) {
        expect(line).not.toMatch(OBEYED);
        expect(isObeyedByCulture(line)).toBe(false);
        expect(line).not.toMatch(/(?!\t)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
      }
    }),
    { numRuns: 300 },
  );
});

test('other text stays as it is', () => {
  const line = 'http://[::1]:80 a::b # [x] ## title';
  expect(inert(line)).toBe(line);
});

test('an annotation has its place, its title and all its lines', () => {
  githubLog.error('web failed\n  exit 1, 50%', { file: 'a,b.yaml', line: 7, title: 'x: y' });
  expect(written).toBe(
    '::error title=x%3A y,file=a%2Cb.yaml,line=7::web failed%0A  exit 1, 50%25\n',
  );
});

test('a warning without a place', () => {
  githubLog.warning('even number of managers');
  expect(written).toBe('::warning::even number of managers\n');
});

test('a message that the runner would cut is in the log whole, and cut with a word about it', () => {
  const message = `first line\n${'x'.repeat(9_000)}\n::error::y`;
  githubLog.error(message);
  const [whole, annotation] = written.split('::error::first line');
  expect(whole).toBe(`${inert(message)}\n`);
  const text = `first line${annotation}`.replaceAll('%0A', '\n').trimEnd();
  expect(text).toHaveLength(4_096);
  expect(text).toMatch(/x\n… The whole text is in the log, above this line\.$/);
});

test('a group has a title on one line and is closed when its work fails', async () => {
  await expect(githubLog.group('a\nb', () => Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  );
  expect(written).toBe('::group::a b\n::endgroup::\n');
});

test('a debug line cannot be a command', () => {
  githubLog.debug('a\n::error::b');
  expect(written).toBe('::debug::a%0A:\u200b:error::b\n');
});
