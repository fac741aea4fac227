import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseStatusInputs } from '../../../src/inputs/operations.ts';

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
  ).toEqual({ driver: 'docker', connection: undefined, cluster: 'prod', stackName: undefined });
  expect(parseStatusInputs(reader({}), { ...ENVIRONMENT, pullRequest: 12 }).cluster).toBe(
    'shop-pr-12',
  );
});

test('a name that only this run could mean is none', () => {
  expect(() => parseStatusInputs(reader({}), ENVIRONMENT)).toThrow('An input is not right.');
});
