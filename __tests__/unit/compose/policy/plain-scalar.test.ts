import { expect, test } from '@jest/globals';
import { resolvePlain } from '../../../../src/compose/policy/plain-scalar.ts';

// What `docker compose config` (2.26, go-yaml v3) made of each was seen;
// __tests__/integration/compose/canonical.test.ts asks it again.
test.each([
  ['0440', '288'],
  ['012', '10'],
  ['089', '89.0'],
  ['0o17', '15'],
  ['0O17', '15'],
  ['0b101', '5'],
  ['0B1', '1'],
  ['-0b1', '-1'],
  ['0xFF', '255'],
  ['0X1F', '31'],
  ['+0x1F', '31'],
  ['-0x1F', '-31'],
  ['0x_F', '15'],
  ['1_000', '1000'],
  ['1__0', '10'],
  ['1_', '1'],
  ['+1', '1'],
  ['-0', '0'],
  ['00', '0'],
  ['18446744073709551615', '18446744073709551615'],
  ['18446744073709551616', '18446744073709552000.0'],
  ['-9223372036854775808', '-9223372036854775808'],
  ['1.0', '1.0'],
  ['3.80', '3.8'],
  ['1.', '1.0'],
  ['.5', '0.5'],
  ['-.5', '-0.5'],
  ['1e3', '1000.0'],
  ['1e_3', '1000.0'],
  ['1_0.5', '10.5'],
  ['1e21', '1e+21'],
  ['-0.0', '-0.0'],
])('%s is the number %s', (text, digits) => {
  expect(resolvePlain(text)).toEqual({ value: { digits } });
});

test.each([
  ...[
    '0x',
    '0b2',
    '0o8',
    '_1',
    '1.2.3',
    '1:30',
    '1,000',
    '+',
    '.',
    '1e400',
    '0xG',
    '.1_5',
    '8080:80',
  ],
  ...['yes', 'no', 'on', 'off', 'y', 'tRUE', 'nULL', '=', '2001-1', '0xFFFFFFFFFFFFFFFFFFFFFF'],
])('%s is a text', (text) => {
  expect(resolvePlain(text)).toEqual({ value: text });
});

test.each([
  ['', null],
  ['~', null],
  ['Null', null],
  ['TRUE', true],
  ['False', false],
])('%j is %j', (text, value) => {
  expect(resolvePlain(text)).toEqual({ value });
});

test.each(['2001-12-14', '2001-1-1', '2001-12-14T21:59:43.10-05:00', '2001-01-01 10:00:00'])(
  '%s is a date to some parsers: a fault',
  (text) => {
    expect(resolvePlain(text)).toEqual({ fault: 'is a date to some parsers and a text to others' });
  },
);

test.each(['.inf', '-.Inf', '+.INF', '.NaN'])('%s is a fault', (text) => {
  expect(resolvePlain(text)).toEqual({ fault: 'is a number without end' });
});
