import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { readActionFile } from '../../../script/action-file.ts';
import type { ActionError } from '../../../src/base/errors.ts';
import { INPUT_NAMES, refuseUnknownInputs } from '../../../src/inputs/names.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

const warnings: string[] = [];

function refusal(environment: Readonly<Record<string, string>>): ActionError | undefined {
  try {
    refuseUnknownInputs(environment, (message) => warnings.push(message));
    return undefined;
  } catch (error) {
    return error as ActionError;
  }
}

test('the names are those of action.yml', () => {
  expect(INPUT_NAMES).toEqual(Object.keys(readActionFile(ROOT).inputs));
});

test('every input of action.yml is known as the runner hands it on, and what is no input is left alone', () => {
  const all = INPUT_NAMES.map((name) => [`INPUT_${name.toUpperCase()}`, 'x']);
  expect(refusal({ ...Object.fromEntries(all), PATH: '/bin', MY_INPUT_X: '1' })).toBeUndefined();
});

test.each([
  ['INPUT_DRY_RUN', 'dry_run: there is no such input. Did you mean `dry-run`?'],
  ['INPUT_TEARDWON', 'teardwon: there is no such input. Did you mean `teardown`?'],
  ['INPUT_COMPOSE_FILE', 'compose_file: there is no such input. Did you mean `compose-file`?'],
  [
    'INPUT_SSH_PRIVATE_KEY',
    'ssh_private_key: there is no such input. Did you mean `ssh-private-key`?',
  ],
])('%s is refused', (key, details) => {
  expect(refusal({ [key]: 'swordfish', INPUT_NODES: '3' })).toMatchObject({
    message: 'An input of this step is not known.',
    details,
    hint: expect.stringContaining('Nothing has been changed.'),
  });
});

test('what is near to no input is told, and passed over: other programs have such variables, too', () => {
  expect(refusal({ 'INPUT_REGISTRY-PASSWORD': 'swordfish', INPUT_FOO: '1' })).toBeUndefined();
  expect(warnings).toEqual([
    'registry-password: there is no such input; it is passed over.',
    'foo: there is no such input; it is passed over.',
  ]);
});

test('several are told at once, and no value is', () => {
  const error = refusal({ INPUT_NODE: '3', INPUT_MANAGER: 'swordfish' });
  expect(error).toMatchObject({
    message: '2 inputs of this step are not known.',
    details:
      'node: there is no such input. Did you mean `nodes`?\nmanager: there is no such input. Did you mean `managers`?',
  });
  expect(JSON.stringify(error)).not.toContain('swordfish');
});
