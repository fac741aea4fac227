/**
 * Makes package-lock.json whole, by npm itself: beside a `node_modules`, npm leaves out the
 * optional packages of other platforms (github.com/npm/cli/issues/4828). With `--check` it only
 * says what is missing.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { lockGaps } from './lock-gaps.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const LOCK = join(REPOSITORY, 'package-lock.json');

if (!process.argv.includes('--check')) completeLock();
const gaps = lockGaps(readFileSync(LOCK, 'utf8'));
for (const gap of gaps) console.error(`package-lock.json: ${gap}`);
if (gaps.length > 0) {
  console.error('Run: npm run lock. A registry that leaves packages out cannot complete it.');
  process.exitCode = 1;
}

function completeLock(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  try {
    for (const file of ['package.json', '.npmrc']) {
      copyFileSync(join(REPOSITORY, file), join(folder, file));
    }
    const copy = join(folder, 'package-lock.json');
    writeFileSync(copy, withoutUnchecked(readFileSync(LOCK, 'utf8')));
    const options = [
      '--package-lock-only',
      '--ignore-scripts',
      '--omit-lockfile-registry-resolved',
    ];
    execFileSync('npm', ['install', ...options], { cwd: folder, stdio: 'inherit' });
    copyFileSync(copy, LOCK);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** npm asks the registry anew about what is not listed, and never about what is. */
function withoutUnchecked(text: string): string {
  const lock = JSON.parse(text) as { packages: Record<string, { integrity?: string }> };
  const packages = Object.entries(lock.packages).filter(
    ([path, { integrity }]) => path === '' || integrity !== undefined,
  );
  return `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`;
}
