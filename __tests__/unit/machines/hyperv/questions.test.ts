import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as ask from '../../../../src/machines/hyperv/questions.ts';

// The script itself gets these requests and gives these answers in __tests__/pester.

interface Exchange {
  readonly action: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly answer: unknown;
  readonly cmdlets: readonly string[];
}

const FIXTURE = join(import.meta.dirname, '../../../fixtures/hyperv/exchanges.json');
const exchanges: readonly Exchange[] = JSON.parse(readFileSync(FIXTURE, 'utf8'));

const machine = '11111111-1111-4111-8111-111111111111';
const networkSwitch = '22222222-2222-4222-8222-222222222222';
const questions: readonly ask.Question<unknown>[] = [
  ask.askFacts(),
  ask.askLook(),
  ask.askAddresses(machine, '525400AABBCC'),
  ask.readDisk('C:\\state\\shop\\base.vhdx'),
  ask.convertDisk('C:\\state\\shop\\image.vhd', 'C:\\state\\shop\\base.vhdx'),
  ask.createNetwork('su-4711-new', '{"swarm-up.cluster":"new"}', '10.130.8'),
  ask.removeNetwork({ nat: 'su-4711-shop', switch: networkSwitch }),
  ask.createMachine({
    ...{ name: 'su-4711-shop-2', notes: '{"swarm-up.cluster":"shop"}' },
    ...{ folder: 'C:\\state\\shop', disk: 'C:\\state\\shop\\2\\disk.vhdx' },
    ...{ base: 'C:\\cache\\hyperv-sha256-00.vhdx', seed: 'C:\\state\\shop\\2\\seed.iso' },
    ...{ generation: 2, cpus: 2, memory: 2 ** 31, diskBytes: 20 * 2 ** 30 },
    ...{ switch: '$(Stop-Computer); \'x\' "y" `z', mac: '525400AABBCC' },
    console: '\\\\.\\pipe\\su-4711-shop-2',
  }),
  ask.startMachine(machine, 'shop-1'),
  ask.clearSeed(machine, 'shop-1'),
  ask.writeNotes([machine], networkSwitch, '{}'),
  ask.removeMachine(machine, 'shop-1'),
];

test('each question has an exchange with the script, and no other', () => {
  expect(questions.map(({ action }) => action)).toEqual(exchanges.map(({ action }) => action));
});

test.each(exchanges)('$action: the request and the answer are of the form of the script', (one) => {
  const question = questions.find(({ action }) => action === one.action);
  expect(question?.request).toEqual(one.request);
  expect(question?.answer.parse(one.answer)).toEqual(one.answer);
});

test.each(exchanges)('$action only asks if no cmdlet of it changes something', (one) => {
  // To read a disk may make it one that Hyper-V takes.
  const isAsking = one.cmdlets.length === 0 && one.action !== 'read-disk';
  expect(ask.onlyReads(one.action)).toBe(isAsking);
});

test.each([
  ['an id that is none', 'create-machine', { id: '*' }],
  ['an address that is none', 'addresses', { addresses: ['host'] }],
  ['no size', 'read-disk', {}],
  ['machines that are no list', 'look', { machines: {}, switches: [], nats: [] }],
])('%s is no answer', (_, action, answer) => {
  const question = questions.find((one) => one.action === action);
  expect(question?.answer.safeParse(answer).success).toBe(false);
});
