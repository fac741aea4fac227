import { expect, test } from '@jest/globals';
import { endpointTable, link } from '../../../src/report/tables/endpoint-table.ts';
import { serviceTable, shortImage } from '../../../src/report/tables/service-table.ts';
import { stateWords } from '../../../src/report/tables/state-words.ts';
import { nodes, service, success, tasks } from '../../support/reports.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

test.each([
  ['nginx', 'nginx'],
  ['nginx:1.27', 'nginx:1.27'],
  [`nginx:1.27@${DIGEST}`, 'nginx:1.27@sha256:0123456789ab…'],
  [DIGEST, DIGEST],
])('image %s', (image, expected) => {
  expect(shortImage(image)).toBe(expected);
});

test.each([
  ['counts in the summary', '2/3 running, 1 starting', '2/3 running, 1 starting'],
  ['no counts in the summary', '1 starting', '2/3 1 starting'],
  ['no summary', '', '2/3 running'],
])('state with %s', (_, summary, expected) => {
  expect(stateWords({ running: 2, desired: 3, summary })).toBe(expected);
});

test.each([
  ['http://127.0.0.1:8080', false],
  ['http://localhost:8080', false],
  ['http://node-1:8080', false],
  ['http://10.1.2.3', false],
  ['http://172.31.0.1', false],
  ['http://192.168.1.1', false],
  ['http://100.64.0.1', false],
  ['http://[::1]:80', false],
  ['http://[fd00::1]:80', false],
  ['tcp://203.0.113.7:5432', false],
  ['javascript:alert(1)', false],
  ['http://a.example/<x>', false],
  ['http://203.0.113.7:8080', true],
  ['http://172.32.0.1:8080', true],
  ['http://[2001:db8::1]:80', true],
  ['https://preview.example.com/a_b?c=d', true],
])('%s is a link: %s', (url, expected) => {
  expect(link(url) === `<${url}>`).toBe(expected);
});

test('services that failed come first; the others keep their order', () => {
  const rows = serviceTable(
    [service('a', []), service('b', [], { class: 'image' }), service('c', [])],
    [],
  );
  expect([...rows.matchAll(/^\| `(\w)`/gm)].map((row) => row[1])).toEqual(['b', 'a', 'c']);
});

const three = nodes(3);
test.each([
  ['everywhere', tasks(3, three), 'all 3'],
  ['twice on one node', tasks(2, three.slice(0, 1)), 'node-1 ×2'],
  ['nowhere', [{ id: 'a', state: 'pending' }], ''],
  ['failed tasks do not count', [{ id: 'a', node: 'node-1', state: 'failed' }], ''],
])('placement: %s', (_, own, expected) => {
  const anchor = service('anchor', tasks(1, three.slice(2)));
  const text = serviceTable([service('web', own), anchor], three);
  expect(text.split('\n')[2]).toBe(
    `| \`web\` | ${own.length}/${own.length} running | \`ghcr.io/acme/web:1.4.2\` | ${expected} |`,
  );
});

test('more services than anyone reads are counted', () => {
  const many = Array.from({ length: 203 }, (_, index) => service(`s${index}`, []));
  expect(serviceTable(many, [])).toMatch(/`s199`[^\n]*\n\nand 3 more\.$/);
});

test('an endpoint tells what was checked and why not', () => {
  const text = endpointTable(success.endpoints);
  expect(text).toContain('| answers |');
  expect(text).toContain('not checked: the kernel of the nodes has no ip_vs |');
  expect(text).toContain('and 1 more');
});
