import { expect, test } from '@jest/globals';
import { parseChaosArguments, USAGE } from '../../../../script/chaos/arguments.ts';

const parse = (...argv: string[]) => parseChaosArguments(argv, () => 4711);

test('without arguments it is one minute with a seed of its own, which decides the start', () => {
  expect(parse()).toEqual({ seed: 4711, minutes: 1, start: undefined });
});

test('what is given is taken', () => {
  expect(parse('--seed', '0', '--minutes', '0.5', '--start', 'theirs')).toEqual({
    seed: 0,
    minutes: 0.5,
    start: 'theirs',
  });
});

test.each([['--help'], ['-h'], ['--seed', '1', '--help']])('%s %s %s asks for help', (...argv) => {
  expect(parse(...argv.filter(Boolean))).toBe('help');
});

test.each([
  [['--seed', 'x'], '--seed x: not a whole number'],
  [['--seed', '1.5'], '--seed 1.5: not a whole number'],
  [['--seed', ''], '--seed : not a whole number'],
  [['--seed', '99999999999999999999'], '--seed 99999999999999999999: not a whole number'],
  [['--minutes', '0'], '--minutes 0: not a number of minutes, more than 0 and at most 600'],
  [['--minutes', '601'], '--minutes 601: not a number of minutes'],
  [['--minutes', '1e2'], '--minutes 1e2: not a number of minutes'],
  [['--minutes=-1'], '--minutes -1: not a number of minutes'],
  [['--start', 'now'], '--start now: not one of theirs, production, together'],
  [['--sed', '1'], "Unknown option '--sed'"],
  [['--seed'], "Option '--seed <value>' argument missing"],
  [['7'], "Unexpected argument '7'"],
])('%j is refused', (argv, words) => {
  expect(parse(...argv)).toEqual({ problem: expect.stringContaining(words) });
});

test('the help names every option', () => {
  for (const option of ['--seed', '--minutes', '--start', '--help'])
    expect(USAGE).toContain(option);
});
