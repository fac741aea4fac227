import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

/** The files that a bundle loads until it ends for want of inputs. */
function loadedBy(stage: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
  try {
    const list = join(folder, 'list.json');
    const hook = join(folder, 'hook.cjs');
    writeFileSync(
      hook,
      `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache))));`,
    );
    const argv = ['--require', hook, resolve(`dist/${stage}/index.js`)];
    // It fails, and says why.
    const env = { PATH: process.env.PATH, INPUT_DRIVER: 'ssh' };
    try {
      execFileSync(process.execPath, argv, { env, stdio: 'ignore' });
    } catch {}
    const files = JSON.parse(readFileSync(list, 'utf8')) as string[];
    return files.filter((file) => file !== hook);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(['main', 'post'])('%s loads no HTTP client at its start', (stage) => {
  const files = loadedBy(stage);
  expect(files.map((file) => resolve(file, '..'))).toContain(resolve(`dist/${stage}`));
  expect(files.filter((file) => /\bundici\b/.test(readFileSync(file, 'utf8')))).toEqual([]);
});
