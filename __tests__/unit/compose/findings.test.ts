import { expect, test } from '@jest/globals';
import { collectFindings, type Finding, groupFindings } from '../../../src/compose/findings.ts';

const finding = (message: string, line?: number, level: Finding['level'] = 'error'): Finding => ({
  ...{ level, message },
  location: line === undefined ? undefined : { file: 'compose.yaml', line },
});
const messages = (...given: readonly Finding[]) =>
  groupFindings(given).map(({ message }) => message);

test('what several services share by one line is one finding, in the place of the first', () => {
  const mount = (name: string) => finding(`service ${name}: \`volumes\` mounts ./etc`, 3);
  const names = ['a', 'b', 'c', 'd', 'e'];
  expect(
    messages(finding('service real: other', 18), ...names.map(mount), finding('no services', 1)),
  ).toEqual([
    'service real: other',
    'services a, b, c and 2 more: `volumes` mounts ./etc',
    'no services',
  ]);
});

test.each<[string, readonly Finding[]]>([
  ['another line', [finding('service a: x', 3), finding('service b: x', 4)]],
  ['another cause', [finding('service a: x', 3), finding('service b: y', 3)]],
  ['another level', [finding('service a: x', 3), finding('service b: x', 3, 'warning')]],
  ['no place', [finding('service a: x'), finding('service b: x')]],
  ['no service', [finding('network a: x', 3), finding('network b: x', 3)]],
])('findings with %s stay two', (_what, given) => {
  expect(groupFindings(given)).toEqual(given);
});

test('the same of one service twice is told once', () => {
  expect(messages(finding('service a: x', 3), finding('service a: x', 3))).toEqual([
    'service a: x',
  ]);
});

test('a collection gives them so', () => {
  const findings = collectFindings(() => ({ file: 'compose.yaml', line: 3 }));
  for (const name of ['a', 'b']) findings.refuse(['services', name], `service ${name}: x`);
  expect(findings.all()).toEqual([finding('services a, b: x', 3)]);
});
