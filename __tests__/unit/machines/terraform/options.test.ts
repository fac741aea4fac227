import { expect, test } from '@jest/globals';
import { placeOptions, terraformOptions } from '../../../../src/machines/terraform/options.ts';

const DEFAULTS = {
  ...{ binary: 'terraform', 'backend-config': [], 'var-file': [], variables: {} },
  ...{ 'allow-local-state': false, timeout: 900_000, 'lock-timeout': 120_000 },
};

test('what is taken if nothing else is said', () => {
  expect(terraformOptions.parse({ module: 'machines' })).toEqual({
    module: 'machines',
    ...DEFAULTS,
  });
});

test('a removal needs the module, and looks at no option that only making needs', () => {
  const given = { module: 'm', timeout: 'soon', 'allow-local-state': 'yes', typo: 1 };
  expect(placeOptions.parse(given)).toEqual({ module: 'm', ...DEFAULTS });
  expect(placeOptions.safeParse({ binary: 'tofu' }).success).toBe(false);
});

test.each([
  [{ module: '' }, 'module', /^give the folder of the module/],
  [{ binary: 1 }, 'binary', /^give the program/],
  [{ variables: ['a'] }, 'variables', /^give a map/],
  [{ variables: { swarm_up: 1 } }, 'variables', /are given by Swarm Up/],
  [{ variables: { swarm_up_user_data: 1 } }, 'variables', /are given by Swarm Up/],
  [{ 'var-file': 'a.tfvars' }, 'var-file', /^give a list/],
  [{ 'backend-config': ['secret_key=x'] }, 'backend-config', /seen by every user/],
  [{ 'backend-config': ['conn_str=postgres://u:p@h/d'] }, 'backend-config', /seen by every user/],
  [{ 'allow-local-state': 'yes' }, 'allow-local-state', /^give `true` or `false`/],
  [{ timeout: '0s' }, 'timeout', /^give a duration above 0/],
  [{ 'lock-timeout': 90 }, 'lock-timeout', /^give a duration above 0/],
])('%j is refused', (given, key, message) => {
  const { error } = terraformOptions.safeParse({ module: 'm', ...given });
  expect(error?.issues[0]?.path[0]).toBe(key);
  expect(error?.issues[0]?.message).toMatch(message);
});

test('settings of a backend that are no secrets, and files of them, are taken', () => {
  const settings = ['bucket=states', 'key=shop.tfstate', 'machines/backend.hcl'];
  expect(
    terraformOptions.parse({ module: 'm', 'backend-config': settings })['backend-config'],
  ).toEqual(settings);
});
