import { expect, test } from '@jest/globals';
import type { Finding } from '../../../src/compose/findings.ts';
import { kindsOf, logFindings } from '../../../src/compose/log-findings.ts';

const warning = (message: string, line = 1, level: Finding['level'] = 'warning'): Finding => ({
  ...{ level, message },
  location: { file: 'c.yaml', line },
});

function told(findings: readonly Finding[]): string[] {
  const lines: string[] = [];
  const log = {
    info: (line: string) => lines.push(line),
    warning: (message: string, { line, isMinor }: { line?: number; isMinor?: boolean } = {}) =>
      lines.push(`${isMinor ? 'minor' : 'warning'} ${line}: ${message}`),
  };
  logFindings(log, findings);
  return lines;
}

test('what is said of many services is one warning, and a line of the log for each', () => {
  const findings = ['a', 'b', 'c', 'd', 'e'].map((name, at) =>
    warning(`service ${name}: \`container_name\` is left out`, at + 3),
  );
  expect(told(findings)).toEqual([
    'warning 3: services a, b, c and 2 more: `container_name` is left out',
    ...findings.map(({ message }, at) => `  c.yaml:${at + 3}: ${message}`),
  ]);
});

test('what changes how a service runs comes before what is only left out, and ends the list of annotations', () => {
  const harmless = Array.from({ length: 9 }, (_, at) =>
    warning(`service a: \`k${at}\` is left out: x`),
  );
  const lines = told([
    ...harmless,
    warning(
      'service a: `cpu_count` is left out: Swarm has no such setting, so the service runs without it.',
      20,
    ),
    warning('The "TAG" variable is not set.', 30),
  ]);
  expect(lines.slice(0, 2)).toEqual([
    expect.stringMatching(/^warning 20: /),
    expect.stringMatching(/^warning 30: /),
  ]);
  expect(lines.filter((line) => line.startsWith('warning'))).toHaveLength(6);
  expect(lines.filter((line) => line.startsWith('minor'))).toHaveLength(5);
});

test('what is alike but for its level or its words stays apart, and errors come first', () => {
  const kinds = kindsOf([
    warning('service a: `x` is wrong'),
    warning('service b: `x` is wrong', 2, 'error'),
    warning('service c: `y` is wrong', 3),
    warning('services d, e: `y` is wrong', 4),
  ]);
  expect(kinds.map(({ message }) => message)).toEqual([
    'service b: `x` is wrong',
    'service a: `x` is wrong',
    'services c, d, e: `y` is wrong',
  ]);
});
