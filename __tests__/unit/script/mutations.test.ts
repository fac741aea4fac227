import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { plant } from '../../../script/mutations/plant.ts';
import { MUTATIONS } from '../../../script/mutations/table.ts';
import { readVerdicts } from '../../../script/mutations/verdict.ts';

describe('the table', () => {
  test.each(MUTATIONS.map((one) => [one.name, one] as const))('%s', (_name, mutation) => {
    const text = readFileSync(mutation.file, 'utf8');
    expect(plant(text, mutation)).not.toBe(text);
    expect(mutation.tests).not.toHaveLength(0);
    expect(mutation.tests.filter((file) => !existsSync(file))).toEqual([]);
    // The quick command runs no others.
    for (const file of mutation.tests) expect(file).toMatch(/^__tests__\/(unit|integration)\//);
  });

  test('names each once, and has at least ten folders', () => {
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
    expect(new Set(MUTATIONS.map(({ file }) => dirname(file))).size).toBeGreaterThanOrEqual(10);
  });
});

const MUTATION = { name: 'n', file: 'f', find: 'a', put: '$&', tests: [] };

test('a fault is planted as it is written, and only if its place is certain', () => {
  expect(plant('b a c', MUTATION)).toBe('b $& c');
  expect(() => plant('b c', MUTATION)).toThrow(
    'n: its text is 0 times in f, and must be there once',
  );
  expect(() => plant('a a', MUTATION)).toThrow('its text is 2 times in f');
  expect(() => plant('a', { ...MUTATION, find: '' })).toThrow('its text is 0 times in f');
});

test('a test file that could not be loaded has found nothing', () => {
  const result = (name: string, ...statuses: string[]) => ({
    name,
    status: 'failed',
    assertionResults: statuses.map((status) => ({ status, fullName: 'x' })),
  });
  const testResults = [
    result('/r/failed', 'passed', 'failed'),
    result('/r/passed', 'passed', 'pending'),
    result('/r/broken'),
    result('/r/skipped', 'pending'),
  ];
  const json = JSON.stringify({ testResults });
  const tests = ['failed', 'passed', 'broken', 'skipped', 'absent'];
  expect([...readVerdicts(json, '/r', tests).values()]).toEqual([
    'failed',
    'passed',
    ...['did not run', 'did not run', 'did not run'],
  ]);
});
