import { existsSync, globSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { LINUX_ONLY, PORTABLE, reasonForLinux } from '../../support/linux-only.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

test('every test that is left out on Windows and macOS is there, and has its reason', () => {
  const named = [...Object.keys(LINUX_ONLY), ...PORTABLE];
  expect(named.filter((path) => !existsSync(resolve(ROOT, path)))).toEqual([]);
  expect(Object.values(LINUX_ONLY).filter((reason) => reason.length < 10)).toEqual([]);
});

test('most unit tests run there, and the bundle over SSH does', () => {
  const unit = globSync('__tests__/unit/**/*.test.ts', { cwd: ROOT }).map((file) =>
    file.replaceAll('\\', '/'),
  );
  const left = unit.filter((file) => reasonForLinux(file));
  expect(left.length).toBeLessThan(unit.length / 8);
  expect(reasonForLinux('__tests__/e2e/over-ssh.test.ts')).toBeUndefined();
  expect(reasonForLinux('__tests__/e2e/up.test.ts')).toBe('real engines and machines');
});
