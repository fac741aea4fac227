import { expect, test } from '@jest/globals';
import { findingTexts } from '../../../src/preflight/finding-texts.ts';
import type { PreflightFinding } from '../../../src/preflight/host.ts';

const finding = (host: string, change: Partial<PreflightFinding> = {}): PreflightFinding => ({
  ...{ level: 'warning', host, check: 'modules' },
  message: `The kernel of ${host} has no ip_vs.`,
  remedy: `On ${host}, as root:\n  modprobe ip_vs`,
  ...change,
});

test('one finding is told as it is', () => {
  expect(findingTexts([finding('web-1')])).toEqual([
    'web-1: The kernel of web-1 has no ip_vs.\nOn web-1, as root:\n  modprobe ip_vs',
  ]);
});

test('what a thousand hosts lack is one text with a count', () => {
  const hosts = Array.from({ length: 1_000 }, (_, at) => `web-${at + 1}`);
  expect(findingTexts(hosts.map((host) => finding(host)))).toEqual([
    [
      'web-1: The kernel of web-1 has no ip_vs.',
      'On web-1, as root:',
      '  modprobe ip_vs',
      'The same on 999 other hosts: web-2, web-3, web-4, web-5, web-6, web-7, web-8, web-9, web-10, web-11 and 989 more',
    ].join('\n'),
  ]);
});

test('a name is no part of a longer one, and no pattern', () => {
  const other = finding('10.0.0.1', { message: 'The kernel of 10.0.0.10 has no ip_vs.' });
  expect(findingTexts([finding('10.0.0.1'), other, finding('a+b')])).toHaveLength(2);
});

test('of one check five texts are told, and the rest is counted', () => {
  const clocks = Array.from({ length: 8 }, (_, at) =>
    finding(`web-${at}`, { check: 'clock', message: `The clock is ${at} s behind.` }),
  );
  const texts = findingTexts([...clocks, finding('db')]);
  expect(texts).toHaveLength(7);
  expect(texts[5]).toBe(
    '3 more hosts with findings about clock, which the table shows: web-5, web-6, web-7',
  );
  expect(texts[6]).toMatch(/^db: /);
});
