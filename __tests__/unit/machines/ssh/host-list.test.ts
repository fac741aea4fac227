import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseHosts } from '../../../../src/machines/ssh/host-list.ts';
import { anyCharacter } from '../../../support/any-character.ts';

const bare = {
  user: undefined,
  port: undefined,
  name: undefined,
  advertiseAddr: undefined,
  dataPathAddr: undefined,
  labels: {},
};

test.each([
  ['10.0.0.4', { host: '10.0.0.4', role: 'manager' }],
  ['deploy@10.0.0.4 manager', { user: 'deploy', host: '10.0.0.4', role: 'manager' }],
  [
    'deploy@Web.Example.com:2222 manager',
    { user: 'deploy', host: 'web.example.com', port: 2222, role: 'manager' },
  ],
  ['ssh://deploy@h:2222/ manager', { user: 'deploy', host: 'h', port: 2222, role: 'manager' }],
  ['SSH://[::1] manager', { host: '::1', role: 'manager' }],
  ['web.example.com.:22 manager', { host: 'web.example.com', port: 22, role: 'manager' }],
  ['deploy@web.example.com. manager', { user: 'deploy', host: 'web.example.com', role: 'manager' }],
  ['deploy@corp.example@h manager', { user: 'deploy@corp.example', host: 'h', role: 'manager' }],
  ['CORP\\deploy@h manager', { user: 'CORP\\deploy', host: 'h', role: 'manager' }],
  ['corp+deploy@h manager', { user: 'corp+deploy', host: 'h', role: 'manager' }],
  ['4711@h manager', { user: '4711', host: 'h', role: 'manager' }],
  ['[::1]:22 manager', { host: '::1', port: 22, role: 'manager' }],
  ['root@[2001:DB8::4] manager', { user: 'root', host: '2001:db8::4', role: 'manager' }],
  ['2001:db8::4 manager', { host: '2001:db8::4', role: 'manager' }],
  [
    '10.0.0.4 manager zone=a constructor=ssd # rack 3',
    { host: '10.0.0.4', role: 'manager', labels: { zone: 'a', constructor: 'ssd' } },
  ],
  [
    'h manager name=web advertise-addr=eth1 data-path-addr=10.1.0.4 empty=',
    {
      host: 'h',
      role: 'manager',
      name: 'web',
      advertiseAddr: 'eth1',
      dataPathAddr: '10.1.0.4',
      labels: { empty: '' },
    },
  ],
])('%j', (text, host) => {
  expect(parseHosts(text)).toEqual({ hosts: [{ ...bare, line: 1, ...host }] });
});

test.each([
  ['no role: the first is the manager', 'a\nb\n\nc', ['manager', 'worker', 'worker']],
  ['some roles: those without are workers', 'a\nb manager\nc', ['worker', 'manager', 'worker']],
])('%s', (_name, text, roles) => {
  const parsed = parseHosts(text);
  expect('hosts' in parsed && parsed.hosts.map(({ role }) => role)).toEqual(roles);
});

test.each([
  ['', undefined, 'no host is named. Write one per line'],
  ['# nothing\n', undefined, 'for example `deploy@swarm-1.example.com manager`'],
  ['\na worker\nb worker', 2, 'no line is a `manager`'],
  ['a manager\nb worker\nA worker', 3, '`a` stands in line 1 already'],
  ['a manager swarm-up.joined=true', 1, '`swarm-up.joined` is a label that Swarm Up gives itself'],
  ['a manager\nb Swarm-Up.cluster=x', 2, '`Swarm-Up.cluster` is a label that'],
  ['a manager name=x\nb name=x', 2, 'the name `x` stands in line 1 already'],
  [
    'a manager advertise-addr=10.0.0.1\nb advertise-addr=10.0.0.1',
    2,
    '`10.0.0.1` stands in line 1',
  ],
  ['a manger', 1, '`manger` is neither a role nor a label'],
  ['a manager worker', 1, 'has two roles'],
  ['a manager x=1 x=2', 1, '`x` is given twice'],
  ['a manager -x=1', 1, 'cannot be the key'],
  ['a manager name=', 1, '`name=` has no value'],
  ['a:b manager', 1, '`b` is not a port'],
  ['a:0', 1, '`0` is not a port'],
  ['a:65536', 1, 'is not a port'],
  ['a:', 1, '`` is not a port'],
  ['[::1', 1, 'is not a host'],
  ['[host]:22', 1, 'is not a host'],
  ['@a', 1, 'is not the name of a user'],
  ['-l@a', 1, 'is not the name of a user'],
  ['a;b@h', 1, 'is not the name of a user'],
  ['tcp://h:2376', 1, 'an address of something else than SSH'],
  ['h..', 1, 'is not a host'],
  ['a b@c', 1, 'neither a role nor a label'],
  ['ssh://a:x', 1, 'is not a port'],
])('%j: line %d: %s', (text, line, reason) => {
  expect(parseHosts(text)).toEqual({
    problems: [{ line, reason: expect.stringContaining(reason) }],
  });
});

test('every wrong line is named', () => {
  const parsed = parseHosts('a:x\nb manager\nc:y');
  expect('problems' in parsed && parsed.problems.map(({ line }) => line)).toEqual([1, 3]);
});

test('the same interface on two hosts is no duplicate', () => {
  expect(parseHosts('a manager advertise-addr=eth1\nb advertise-addr=eth1')).toHaveProperty(
    'hosts',
  );
});

test('any text gives hosts or problems, never an exception', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: anyCharacter }),
        fc
          .array(fc.constantFrom('a', '@', ':', '[', ']', ' ', '=', '#', '\n', '::1', 'manager'), {
            maxLength: 30,
          })
          .map((parts) => parts.join('')),
      ),
      (text) => {
        const parsed = parseHosts(text);
        if ('problems' in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
        else expect(parsed.hosts.some(({ role }) => role === 'manager')).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a thousand hosts are taken, and no more', () => {
  const list = (count: number) => Array.from({ length: count }, (_, at) => `host-${at}`).join('\n');
  expect(parseHosts(list(1_000))).toMatchObject({ hosts: expect.any(Array) });
  expect(parseHosts(list(1_002))).toEqual({
    problems: [
      {
        line: 1_001,
        reason: 'the input has 1002 hosts. At most 1000 are taken; make several swarms of more.',
      },
    ],
  });
});
