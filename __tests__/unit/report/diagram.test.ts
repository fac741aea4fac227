import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diagram, escapeLabel } from '../../../src/report/diagram.ts';
import type { TaskReport } from '../../../src/report/report.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { nodes, service, tasks } from '../../support/reports.ts';

const boxes = (text: string) =>
  [...text.matchAll(/^ {4}n\d+t\d+\("(.*)"\)$/gm)].map((match) => match[1]);

test('without nodes there is no diagram', () => {
  expect(diagram({ nodes: [], services: [service('web', tasks(3, nodes(3)))] })).toBe('');
});

test('a task is drawn on its node, in the order of the services', () => {
  const two = nodes(2);
  const text = diagram({
    nodes: two,
    services: [service('web', tasks(3, two)), service('db', tasks(1, two))],
  });
  expect(boxes(text)).toEqual(['web.1', 'web.3', 'db.1', 'web.2']);
});

test.each<[string, Partial<TaskReport>, string, string]>([
  ['a running task', { state: 'running' }, 'web.1', 'running'],
  ['a finished job', { state: 'complete', exitCode: 0 }, 'web.1: complete', 'complete'],
  ['a crashed task', { state: 'failed', exitCode: 137 }, 'web.1: exit 137', 'failed'],
  ['a task that never started', { state: 'failed' }, 'web.1: failed', 'failed'],
  ['a rejected task', { state: 'rejected' }, 'web.1: rejected', 'failed'],
  ['an orphaned task', { state: 'orphaned' }, 'web.1: orphaned', 'failed'],
  ['a stopped task', { state: 'shutdown' }, 'web.1: shutdown', 'stopped'],
  ['a task on its way', { state: 'preparing' }, 'web.1: preparing', 'starting'],
])('%s', (_, changes, label, look) => {
  const task = { id: 't', slot: 1, node: 'node-1', state: 'new', ...changes };
  const text = diagram({ nodes: nodes(1), services: [service('web', [task])] });
  expect(boxes(text)).toEqual([label]);
  expect(text).toContain(`class n0t0 ${look}`);
});

test('a task without a node, and one on a node that is gone, stand apart', () => {
  const lost = [
    { id: 'a', slot: 1, state: 'pending' },
    // The engine knows no name of it any more.
    { id: 'b', slot: 2, node: 'kqwfxvd4m4zs0gkq3ypefmwkc', state: 'running' },
  ];
  const text = diagram({ nodes: nodes(1), services: [service('web', lost)] });
  expect(text).toContain('n0t0("no tasks")');
  expect(text).toContain('n1title["on no node"]');
  expect(text).toContain('class n1 lost');
  expect(boxes(text)).toEqual(['no tasks', 'web.1: pending', 'web.2']);
});

test('a node of the swarm that is not of this cluster has a column of its own', () => {
  const tasks = [
    { id: 'a', slot: 1, node: 'node-1', state: 'running' },
    { id: 'b', slot: 2, node: 'node-9', state: 'running' },
  ];
  const text = diagram({ nodes: nodes(1), services: [service('web', tasks)] });
  expect(boxes(text)).toEqual(['web.1', 'web.2']);
  expect(text).toContain('n1title["node-9 · other node"]');
  expect(text).not.toMatch(/on no node|lost/);
});

test('tasks of the version from before are named and have a colour of their own, drawn one by one and in groups', () => {
  const [node] = nodes(1);
  const task = (slot: number, image: string, before?: true) => ({
    ...{ id: `${image}${slot}`, slot, node: node?.name ?? '', image },
    state: 'running',
    ...(before && { before }),
  });
  const web = service('web', [task(1, 'web:2'), task(2, 'web:1@sha256:0', true)]);
  const text = diagram({ nodes: nodes(1), services: [web] });
  expect(boxes(text)).toEqual(['web.1 · 2', 'web.2 · 1 (before)']);
  expect(text).toContain('class n0t0 running');
  expect(text).toContain('class n0t1 before');
  const many = Array.from({ length: 9 }, (_, at) => task(at + 1, 'web:1', true));
  const grouped = diagram({ nodes: nodes(1), services: [service('web', [...web.tasks, ...many])] });
  expect(boxes(grouped)).toEqual(['web · 2', '10 × web · 1 (before)']);
});

test('a box has the version and the published ports; a job that runs once has no number', () => {
  const on = { node: 'node-1', state: 'running' };
  const services = [
    service('web', [{ id: 'w', slot: 1, ...on, image: 'acme:5000/web:1.4' }], {
      ports: ['8080->80/tcp', '8443->443/tcp', '9000->9000/tcp'],
    }),
    service('api', [{ id: 'a', slot: 1, ...on, image: 'acme:5000/api' }]),
    service('db', [{ id: 'd', slot: 1, ...on, image: 'acme:5000/db:latest' }]),
    service('seed', [{ id: 's', slot: 0, ...on, state: 'complete' }], { mode: 'replicated-job' }),
  ];
  expect(boxes(diagram({ nodes: nodes(1), services }))).toEqual([
    'web.1 · 1.4 · 8080#44; 8443',
    'api.1',
    'db.1',
    'seed: complete',
  ]);
});

test('a node that is not ready is marked and says so', () => {
  const [one, two] = nodes(2, 2);
  if (!one || !two) throw new Error('two nodes');
  const text = diagram({ nodes: [one, { ...two, state: 'down' }], services: [] });
  expect(text).toContain('["node-1 · manager, leader"]');
  expect(text).toContain('["node-2 · manager · down"]');
  expect(text).toContain('class n1 lost');
});

test.each([
  ['40 tasks one by one', 5, 40, 'web.1'],
  ['more than 40 in groups', 7, 41, '6 × web'],
  ['more than 8 on one node in groups', 1, 9, '9 × web'],
])('%s', (_, nodeCount, taskCount, first) => {
  const all = nodes(nodeCount);
  const text = diagram({ nodes: all, services: [service('web', tasks(taskCount, all))] });
  expect(boxes(text)[0]).toBe(first);
});

test('too many groups are counted by state, within the length that Mermaid draws', () => {
  const all = nodes(50);
  const services = Array.from({ length: 30 }, (_, index) =>
    service(`service-${index}`, tasks(100, all)),
  );
  const text = diagram({ nodes: all, services });
  expect(boxes(text)).toEqual(all.map(() => '60 running'));
  expect(text.length).toBeLessThan(50_000);
});

test('long names keep the diagram within the length that Mermaid draws', () => {
  const all = nodes(50).map((node) => ({ ...node, name: `${node.name}${'%'.repeat(60)}` }));
  const services = Array.from({ length: 7 }, (_, index) =>
    service(`${'#'.repeat(60)}${index}`, tasks(50, all)),
  );
  expect(diagram({ nodes: all, services }).length).toBeLessThan(50_000);
});

test('more than 50 nodes stand together by role and state', () => {
  const all = nodes(1_000, 3).map((node, at) => ({ ...node, state: at >= 998 ? 'down' : 'ready' }));
  const few = [service('web', tasks(1_000, all)), service('db', tasks(3, all))];
  const text = diagram({ nodes: all, services: few });
  expect([...text.matchAll(/title\["(.*)"\]/g)].map(([, title]) => title)).toEqual([
    '3 managers',
    '995 workers',
    '2 workers · down',
  ]);
  expect(boxes(text)).toEqual(['3 × web', '3 × db', '995 × web', '2 × web']);
  expect(text.length).toBeLessThan(1_500);
});

test('many services on many nodes are counted by the states of their tasks', () => {
  const all = nodes(51);
  const many = Array.from({ length: 21 }, (_, at) => service(`service-${at}`, tasks(51, all)));
  const text = diagram({ nodes: all, services: many });
  expect(boxes(text)).toEqual(['21 running', '1050 running']);
});

test('a few nodes of the cluster, and many others of its swarm', () => {
  const all = nodes(100);
  const text = diagram({ nodes: all.slice(0, 2), services: [service('web', tasks(100, all))] });
  expect([...text.matchAll(/title\["(.*)"\]/g)].map(([, title]) => title)).toEqual([
    'node-1 · manager, leader',
    'node-2 · worker',
    '98 other nodes',
  ]);
});

test.each([
  [1, 1],
  [4, 4],
  [5, 3],
  [7, 4],
  [9, 5],
  [50, 6],
])('%i nodes stand in rows of %i', (number, perRow) => {
  expect(diagram({ nodes: nodes(number), services: [] })).toContain(`\n  columns ${perRow}\n`);
});

test.each([
  ['node-1.example_a', 'node-1.example_a'],
  ['a"b', 'a#34;b'],
  ['%%{init}', '#37;#37;#123;init#125;'],
  ['1. list', '1#46; list'],
  ['_em_', '#95;em#95;'],
  ['a\nb', 'a b'],
  ['日本', '日本'],
])('label %j', (text, label) => {
  expect(escapeLabel(text)).toBe(label);
});

/** Every line the diagram may have; labels hold nothing that Mermaid gives a meaning to. */
const LABEL = String.raw`(?:[\p{L}\p{N} ]|(?<=[A-Za-z0-9])[-._](?=[A-Za-z0-9])|#\d+;| × |: | · |, )*(?: \(before\))?`;
const LINE = new RegExp(
  String.raw`^(?:block-beta|  columns \d|  block:n\d+|    columns 1|    n\d+title\["${LABEL}"\]|    n\d+t\d+\("${LABEL}"\)|    space|  end|  classDef [a-z]+ [a-z0-9#:,\- ]+|  class [nt\d,ile]+ [a-z]+)$`,
  'u',
);

test('no name leaves its label', () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, (node, name, state) => {
      const [one] = nodes(1);
      if (one === undefined) return;
      const text = diagram({
        nodes: [{ ...one, name: node, state }],
        services: [
          service(name, [
            { id: 'a', slot: 1, node, state, image: name, before: true },
            { id: 'b', state },
          ]),
        ],
      });
      const lines = text.split('\n');
      expect([lines[0], lines.at(-1)]).toEqual(['```mermaid', '```']);
      expect(lines.slice(1, -1).filter((line) => !LINE.test(line))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
