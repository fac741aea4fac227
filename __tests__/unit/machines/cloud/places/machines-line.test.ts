import { expect, test } from '@jest/globals';
import { machinesLine } from '../../../../../src/machines/cloud/places/machines-line.ts';

const NBG1 = { type: 'cx23', location: 'nbg1' };
const HEL1 = { type: 'cpx22', location: 'hel1' };
const PRICES = new Map([
  ['cx23', 0.006],
  ['cpx22', 0.012],
]);
const prices = {
  ...{ currency: '€', ttlMs: 72 * 3_600_000 },
  hourlyOf: ({ type }: { readonly type: string }) => PRICES.get(type),
};

test.each([
  [[NBG1], '1 × cx23 in nbg1: about € 0.01 an hour, € 0.43 until it expires in 72 h.'],
  [
    [NBG1, HEL1, NBG1],
    '2 × cx23 in nbg1, 1 × cpx22 in hel1: about € 0.02 an hour together, € 1.73 until it expires in 72 h.',
  ],
  // No price of a part is called the price of all.
  [[NBG1, { type: 'cx99', location: 'nbg1' }], '1 × cx23 in nbg1, 1 × cx99 in nbg1.'],
])('%j', (places, line) => {
  expect(machinesLine(places, prices)).toBe(line);
});
