import { expect, test } from '@jest/globals';
import { promiseBeyondJob } from '../../../src/inputs/hosted-runner.ts';
import type { ChosenDriver } from '../../../src/machines/chosen-driver.ts';
import { LOADED } from '../../support/inputs.ts';

const GITHUBS = { RUNNER_ENVIRONMENT: 'github-hosted' };
const driver = (name: string) => ({ name, onRunner: LOADED.get(name)?.onRunner }) as ChosenDriver;
const none = { comment: false, deployment: false, environment: undefined, token: '' };
const inputs = {
  ...({
    driver: driver('docker'),
    teardown: 'auto',
    ttlMs: undefined,
    announcements: none,
  } as const),
};

test.each([
  ['teardown: never', { teardown: 'never' }],
  ['ttl', { ttlMs: 1 }],
  ['comment', { announcements: { ...none, comment: true } }],
  ['deployment', { announcements: { ...none, deployment: true } }],
] as const)('`%s` promises what a runner of GitHub cannot keep', (name, given) => {
  const said = promiseBeyondJob({ ...inputs, ...given }, GITHUBS);
  expect(said).toMatch(
    new RegExp(`^\`${name}\`: this is a runner of GitHub's\\. .*driver \`docker\``),
  );
  expect(promiseBeyondJob({ ...inputs, ...given, driver: driver('qemu') }, GITHUBS)).toContain(
    '`qemu`',
  );
  expect(promiseBeyondJob({ ...inputs, ...given, driver: driver('ssh') }, GITHUBS)).toBeUndefined();
  expect(promiseBeyondJob({ ...inputs, ...given }, {})).toBeUndefined();
  const own = { RUNNER_ENVIRONMENT: 'self-hosted' };
  expect(promiseBeyondJob({ ...inputs, ...given }, own)).toBeUndefined();
});

test('a test that ends with its job promises nothing', () => {
  expect(promiseBeyondJob(inputs, GITHUBS)).toBeUndefined();
});
