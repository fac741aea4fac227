import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ActionError } from '../../../src/base/errors.ts';
import { parseLogsInputs, parseRollbackInputs, parseStatusInputs } from '../../support/inputs.ts';

const manifest = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { default?: string }>;
};

const reader = (given: Readonly<Record<string, string>>) => (name: string) => {
  const input = manifest.inputs[name];
  if (!input) throw new Error(`action.yml has no input ${name}`);
  return given[name] ?? input.default ?? '';
};

const ENVIRONMENT = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '7' };

test('a name is enough, and what only other commands read may have any value', () => {
  expect(
    parseStatusInputs(reader({ cluster: 'prod', nodes: 'many', ttl: '?' }), ENVIRONMENT),
  ).toEqual({
    driver: expect.objectContaining({ name: 'docker' }),
    ...{ cluster: 'prod', stackName: undefined },
  });
  expect(parseStatusInputs(reader({}), { ...ENVIRONMENT, pullRequest: 12 }).cluster).toBe(
    'shop-pr-12',
  );
});

test('a name that only this run could mean is none', () => {
  expect(() => parseStatusInputs(reader({}), ENVIRONMENT)).toThrow('An input is not right.');
});

test('which lines of which services are read', () => {
  const given = {
    cluster: 'prod',
    services: 'web\n# not this\n db \nweb',
    since: '1h30m',
    tail: '5',
  };
  expect(parseLogsInputs(reader(given), ENVIRONMENT)).toMatchObject({
    services: ['web', 'db'],
    range: { tail: 5, sinceMs: 5_400_000 },
  });
  expect(parseLogsInputs(reader({ cluster: 'prod' }), ENVIRONMENT)).toMatchObject({
    services: [],
    range: { tail: 100, sinceMs: undefined },
  });
});

test.each([
  [{ tail: '0' }, 'tail: "0": must be a number of lines from 1 to 10000.'],
  [{ tail: 'all' }, 'tail: "all": not a number of lines.'],
  [{ since: '30' }, 'since: "30": not a span of time.'],
  [{ since: '0s' }, 'since: "0s": not a span of time.'],
])('%j is refused', (given, words) => {
  try {
    parseLogsInputs(reader({ cluster: 'prod', ...given }), ENVIRONMENT);
    throw new Error('accepted');
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    expect(error.details).toContain(words);
  }
});

test('what a rollback waits for, and that nothing could converge is said', () => {
  expect(parseRollbackInputs(reader({ cluster: 'prod', verify: '-' }), ENVIRONMENT)).toMatchObject({
    ...{ dryRun: false, asksPorts: false, waitTimeoutMs: 600_000, stableForMs: 5_000 },
    lockTimeoutMs: 1_800_000,
  });
  const given = { cluster: 'prod', 'stable-for': '2h', 'wait-timeout': '1h' };
  expect(() => parseRollbackInputs(reader(given), ENVIRONMENT)).toThrow('An input is not right.');
});
