import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { workingDirectory } from '../../../src/up/working-directory.ts';

const policy = { maxServices: 1, maxTasks: 1 };

let folder = '';
let workspace = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'working-directory-'));
  // As on a runner whose work folder is reached by a link.
  mkdirSync(join(folder, 'real/app'), { recursive: true });
  mkdirSync(join(folder, 'secrets'));
  symlinkSync(join(folder, 'real'), join(folder, 'workspace'));
  symlinkSync(join(folder, 'secrets'), join(folder, 'real/preview'));
  symlinkSync('app', join(folder, 'real/same'));
  writeFileSync(join(folder, 'real/file'), '');
  workspace = join(folder, 'workspace');
});
afterAll(() => rmSync(folder, { recursive: true }));

const resolved = (given: string | undefined, isRestricted = false) =>
  workingDirectory(
    { workingDirectory: given, policy: isRestricted ? policy : undefined },
    workspace,
  );

test('relative paths start in a folder of the workspace, or anywhere where nobody has to be guarded from', async () => {
  expect(await resolved(undefined)).toBe(workspace);
  expect(await resolved('app')).toBe(join(workspace, 'app'));
  expect(await resolved('../secrets')).toBe(join(folder, 'secrets'));
  expect(await resolved(join(folder, 'secrets'))).toBe(join(folder, 'secrets'));
});

test.each(['nothing', 'file'])('%s is refused: there is no such folder', async (given) => {
  await expect(resolved(given)).rejects.toThrow(
    `working-directory: ${given}: there is no such folder.`,
  );
});

test('a policy lets nobody out of the workspace, by words or by a link', async () => {
  expect(await resolved('app', true)).toBe(join(workspace, 'app'));
  expect(await resolved('.', true)).toBe(workspace);
  expect(await resolved('same', true)).toBe(join(workspace, 'same'));
  for (const given of ['../secrets', 'preview', '../real/app', join(folder, 'secrets'), '/']) {
    await expect(resolved(given, true)).rejects.toThrow(
      `working-directory: ${given}: it leads out of the workspace, which the policy`,
    );
  }
});
