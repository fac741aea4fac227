import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  isDiagnostic,
  plannedChanges,
  readMessage,
  removedBy,
  validateAnswer,
} from '../../../../src/machines/terraform/messages.ts';
import { locked, lockOf, placeOf, textOf } from '../../../../src/machines/terraform/problems.ts';

// What Terraform 1.11.4 said.

const RECORDED = join(import.meta.dirname, '../../../support/terraform/recorded.json');
const { faults } = JSON.parse(readFileSync(RECORDED, 'utf8'));
const GROUND = { module: '/job/machines', workspace: '/job' };

function linesOf(step: string): string[] {
  return faults.find((one: { step: string }) => one.step === step).said;
}

const diagnosticsOf = (step: string) =>
  linesOf(step)
    .flatMap((line) => readMessage(line) ?? [])
    .filter(isDiagnostic)
    .map(({ diagnostic }) => diagnostic);

test('an error is told with its file from the folder of the job, and its line', () => {
  const [error] = diagnosticsOf('an argument that there is not');
  if (!error) throw new Error('There is one.');
  expect(textOf(error, GROUND)).toBe(
    'machines/broken.tf:2: Unsupported argument. An argument named "inptu" is not expected here. Did you mean "input"?',
  );
  expect(placeOf(error, GROUND)).toEqual({ file: 'machines/broken.tf', line: 2 });
});

test('a file out of the folder of the job has no annotation, and is named all the same', () => {
  const range = { filename: '../shared/main.tf', start: { line: 3 } };
  const error = { severity: 'error', summary: 'Wrong', detail: '', range } as const;
  const ground = { module: '/job', workspace: '/job' };
  expect(placeOf(error, ground)).toBeUndefined();
  expect(textOf(error, ground)).toBe('../shared/main.tf:3: Wrong');
});

test('an error without a place names its resource, if it has one', () => {
  const error = { severity: 'error', summary: 'No room', detail: 'Later.' } as const;
  expect(textOf(error, GROUND)).toBe('No room. Later.');
  expect(textOf({ ...error, address: 'a.b' }, GROUND)).toBe('a.b: No room. Later.');
});

test('a provisioner that fails, a warning, and what `validate` says', () => {
  expect(diagnosticsOf('a provisioner fails').map((one) => textOf(one, GROUND))).toEqual([
    expect.stringContaining('machines/broken.tf:2: local-exec provisioner error'),
  ]);
  const [warning] = diagnosticsOf('a variable that there is not');
  expect(warning?.severity).toBe('warning');
  expect(warning?.summary).toBe('Value for undeclared variable');
  const text = linesOf('no syntax: validate').join('\n');
  const { diagnostics } = validateAnswer.parse(JSON.parse(text));
  expect(diagnostics.map((one) => textOf(one, GROUND))[1]).toBe(
    'machines/broken.tf:3: Missing name for resource. All resource blocks must have 2 labels (type, name).',
  );
});

const LOCK = `Error message: resource temporarily unavailable
Lock Info:
  ID:        b8394d53-0d1d-99ac-0b5a-36d977826067
  Path:      terraform.tfstate.d/su-1-shop/terraform.tfstate
  Operation: OperationTypeApply
  Who:       root@vm
  Version:   1.11.4
  Created:   2026-12-01 01:22:42.10316745 +0000 UTC
  Info:      


Terraform acquires a state lock to protect the state from being written
by multiple users at the same time.`;

test('a lock of another run: who has it, since when, and what to do', () => {
  const summary = 'Error acquiring the state lock';
  const lock = lockOf([{ severity: 'error', summary, detail: LOCK }]);
  if (!lock) throw new Error('It is one.');
  const about = { binary: 'terraform', module: '/job/machines', name: 'su-1-shop' };
  const error = locked(lock, about);
  expect(error.message).toBe(
    'The state su-1-shop is locked by root@vm since 2026-12-01 01:22:42.10316745 +0000 UTC.',
  );
  expect(error.details).toContain('OperationTypeApply');
  expect(error.hint).toContain(
    'TF_WORKSPACE=su-1-shop terraform -chdir=/job/machines force-unlock b8394d53-0d1d-99ac-0b5a-36d977826067',
  );
  const bare = lockOf([{ severity: 'error', summary, detail: 'ConditionalCheckFailed' }]);
  if (!bare) throw new Error('It is one.');
  expect(locked(bare, about).message).toBe('The state su-1-shop is locked by another run.');
  // As the backend `s3` says it where there is no workspace yet.
  const early = `error loading state: failed to lock s3 state: operation error S3: PutObject, https response error StatusCode: 412\n${LOCK}`;
  expect(lockOf([{ severity: 'error', summary: early, detail: '' }])?.who).toBe('root@vm');
  const other = { severity: 'error', summary: 'Other', detail: 'The door is locked.' } as const;
  expect(lockOf([other])).toBeUndefined();
});

test('lines that are not of `-json`, or not in the documented form, are none', () => {
  expect(readMessage('panic: runtime error')).toBeUndefined();
  expect(readMessage('{"type":"diagnostic","@message":"x"}')).toBeUndefined();
  expect(readMessage('{"type":"new_kind","@message":"x"}')).toEqual({
    type: 'new_kind',
    '@message': 'x',
  });
});

test('the summary of a removal counts what was removed, and not what was planned', () => {
  const summary = (operation: string, remove: number) =>
    readMessage(
      JSON.stringify({ '@message': '', type: 'change_summary', changes: { operation, remove } }),
    ) ?? [];
  expect(removedBy([summary('plan', 3), summary('destroy', 2)].flat())).toBe(2);
  expect(removedBy([summary('plan', 3)].flat())).toBe(0);
  expect(plannedChanges([summary('plan', 3)].flat())).toEqual([]);
});
