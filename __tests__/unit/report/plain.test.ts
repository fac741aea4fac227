import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeLabel } from '../../../src/report/diagram.ts';
import { code, codeBlock, lines, prose, words } from '../../../src/report/markdown.ts';
import { plain } from '../../../src/report/plain.ts';
import { hostileText } from '../../support/hostile-text.ts';

const points = Array.from({ length: 0x110000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));

/** UAX #9, and what is control for Char.IsControl of .NET and unicode.IsControl of Go. */
const CONTROLS = /\p{Cc}/u;
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/**
 * Line ends for JavaScript, YAML 1.1, Python's splitlines, .NET's ReplaceLineEndings and Unicode's
 * UAX #14.
 */
const LINE_ENDS = [...'\v\f\r\x1c\x1d\x1e\x85\u2028\u2029'];

test.each([
  ['a next-line', '\x85::error::x', '\\x85::error::x'],
  ['separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ['an override', 'exe.\u202egpj', 'exe.\\u202egpj'],
  ['an escape of no colour', 'a\x1b', 'a\\x1b'],
  ['a tag', 'a\u{e0041}', 'a\\u{e0041}'],
  ['a null', 'a\0b', 'a\\x00b'],
])('%s is written out', (_, text, written) => {
  expect(plain(text)).toBe(written);
});

test.each([
  ['colours', '\x1b[31mred\x1b[0m', 'red'],
  ['line ends', 'a\r\nb\rc\nd', 'a\nb\nc\nd'],
  ['half a character', 'a\ud800b', 'a\ufffdb'],
])('%s are made plain', (_, text, written) => {
  expect(plain(text)).toBe(written);
});

test('text of every script stays as it is, with tabs, joiners and emoji', () => {
  const text = '日本 e\u0301 שלום مرحبا \u200c\u200d 👩\u200d🚀 a\u00a0b\tc\nd “x” \u0600١';
  expect(plain(text)).toBe(text);
});

test('of all characters none that acts is left, and no other is changed', () => {
  const left = points.filter((one) => plain(one) === one);
  expect(left.filter((one) => CONTROLS.test(one))).toEqual(['\t', '\n']);
  expect(left.filter((one) => TURNS.test(one) || LINE_ENDS.includes(one))).toEqual([]);
  expect(points.length - left.length).toBeLessThan(250);
});

test('nothing that acts is left, whatever stands beside it', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const written = plain(text);
      expect(written.replace(/[\t\n]/g, '')).not.toMatch(CONTROLS);
      expect(written).not.toMatch(TURNS);
      expect(written.isWellFormed()).toBe(true);
      expect(plain(written)).toBe(written);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['words', words],
  ['code', code],
  ['prose', prose],
  ['lines', lines],
  ['a block of code', codeBlock],
  ['a label of a diagram', escapeLabel],
])('%s are plain', (_, write) => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const written = write(text);
      expect(written.replace(/[\t\n]/g, '')).not.toMatch(CONTROLS);
      expect(written).not.toMatch(TURNS);
      expect(LINE_ENDS.filter((one) => written.includes(one))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
