import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { githubLog, inert } from '../../../src/report/log.ts';

let written: string;

beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** What actions/runner takes for a command: after spaces at the start of a line, or in the old form anywhere. */
const OBEYED = /^\s*::|##\[/m;

test.each([
  ['a command', '::set-env name=X::1'],
  ['an indented command', '  \t::add-mask::x'],
  ['a command on a later line', 'fine\n::stop-commands::x'],
  ['the old form in mid-line', 'log ##[add-matcher]x'],
  ['three colons', ':::error::x'],
  ['after an empty line', '\n\n::error::x'],
  ['after a carriage return', 'progress 10%\r::error::x'],
])('%s is only text in the log', (_, line) => {
  githubLog.info(line);
  expect(written).not.toMatch(OBEYED);
  expect(written.replaceAll('\u200b', '')).toBe(`${line}\n`);
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
  expect(written).toBe('::group::a%0Ab\n::endgroup::\n');
});

test('a debug line cannot be a command', () => {
  githubLog.debug('a\n::error::b');
  expect(written).toBe('::debug::a%0A::error::b\n');
});
