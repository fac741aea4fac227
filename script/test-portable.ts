/**
 * Runs the tests that need neither Linux nor an engine, on this system, whatever it is. Says which
 * are left out, and why. Arguments go to jest.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { LINUX_ONLY, reasonForLinux } from '../__tests__/support/linux-only.ts';

const ROOT = resolve(import.meta.dirname, '..');
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

const files = globSync('__tests__/{unit,integration,e2e}/**/*.test.ts', { cwd: ROOT })
  .map((file) => file.replaceAll('\\', '/'))
  .sort();
const [left, run] = [true, false].map((isLeft) =>
  files.filter((file) => (reasonForLinux(file) !== undefined) === isLeft),
);

console.log(`Not on this system (${left?.length} files):`);
for (const [path, reason] of Object.entries(LINUX_ONLY)) console.log(`  ${path}: ${reason}`);
console.log(`Running ${run?.length} files`);
const { status } = spawnSync(
  process.execPath,
  [
    ...JEST,
    resolve(ROOT, 'node_modules/jest/bin/jest.js'),
    ...process.argv.slice(2),
    '--runTestsByPath',
    ...(run ?? []),
  ],
  { cwd: ROOT, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
