import { expect, test } from '@jest/globals';
import { limitedLog } from '../../../src/report/limited-log.ts';
import { annotateServices } from '../../../src/report/service-annotations.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { failure } from '../../support/reports.ts';

test('nine warnings are annotations, the rest is counted in one, and the summary has all', () => {
  const { log, lines } = recordedLog();
  const limited = limitedLog(log);
  for (let at = 1; at <= 70; at += 1) limited.warning(`w${at}`, { file: 'c.yaml', line: at });
  limited.countOthers();
  expect(lines.filter((line) => line.startsWith('warning: '))).toEqual([
    ...Array.from({ length: 9 }, (_, at) => `warning: w${at + 1}`),
    'warning: 61 more warnings stand in the summary and in the log ("Warning: …").',
  ]);
  expect(lines).toContain('Warning: c.yaml:70: w70');
  expect(limited.warnings).toHaveLength(70);
  expect(limited.warnings[69]).toEqual({ message: 'w70', file: 'c.yaml', line: 70 });
});

test('a minor warning takes no place from one that comes later', () => {
  const { log, lines } = recordedLog();
  const limited = limitedLog(log);
  for (let at = 1; at <= 20; at += 1) limited.warning(`minor ${at}`, { isMinor: true });
  limited.warning('a node was lost');
  limited.countOthers();
  expect(lines.filter((line) => line.startsWith('warning: '))).toEqual([
    'warning: a node was lost',
    expect.stringContaining('20 more warnings'),
  ]);
});

test('few warnings are not counted, and one is one', () => {
  const { log, lines } = recordedLog();
  const limited = limitedLog(log);
  limited.warning('w');
  limited.countOthers();
  expect(lines).toEqual(['warning: w']);
  limited.warning('m', { isMinor: true });
  limited.countOthers();
  expect(lines.at(-1)).toMatch(/^warning: 1 more warning stands/);
});

test.each([
  [3, 3, undefined],
  [9, 9, undefined],
  [10, 8, 'error: 2 more services failed: the log says why.'],
  [70, 8, 'error: 62 more services failed: the log says why.'],
])(
  'of %i services that failed %i are annotations, and one place is left for the failure itself',
  (number, shown, rest) => {
    const { log, lines } = recordedLog();
    const [one] = failure.diagnoses;
    if (!one) throw new Error('one diagnosis');
    const diagnoses = Array.from({ length: number }, (_, at) => ({ ...one, service: `s${at}` }));
    annotateServices(log, { diagnoses });
    const errors = lines.filter((line) => line.startsWith('error: '));
    expect(errors).toHaveLength(shown + (rest ? 1 : 0));
    expect(errors.at(-1)).toEqual(rest ?? expect.stringContaining('ends with exit code 1'));
    expect(lines.filter((line) => line.startsWith('Service s'))).toHaveLength(number - shown);
  },
);
