import { expect, test } from '@jest/globals';
import { startOfPs, startOfStat } from '../../../src/docker-host/background.ts';

const stat = (name: string, state: string): string =>
  `4711 (${name}) ${state} 1 4711 4711 0 -1 4194560 611 0 0 0 1 2 3 4 20 0 1 0 987654 10000 200 18446744073709551615`;

test.each([
  ['a process', stat('ssh', 'S'), '987654'],
  ['a process with an odd name', stat('a) Z (b', 'R'), '987654'],
  ['one that ended and was not collected', stat('ssh', 'Z'), undefined],
  ['one that is just ending', stat('ssh', 'X'), undefined],
  ['none', '', undefined],
])('the start of %s, on Linux', (_name, text, expected) => {
  expect(startOfStat(text)).toBe(expected);
});

test.each([
  ['a process', 'Ss   Mon Nov 23 23:49:05 2026', 'Mon Nov 23 23:49:05 2026'],
  ['one that ended and was not collected', 'Z+   Mon Nov 23 23:49:05 2026', undefined],
  ['none', undefined, undefined],
])('the start of %s, by ps', (_name, text, expected) => {
  expect(startOfPs(text)).toBe(expected);
});
