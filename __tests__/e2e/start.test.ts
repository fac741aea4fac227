import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

/** What a bundle has done when it ends for want of inputs. */
interface Start {
  readonly files: readonly string[];
  /** How many programs it has written for its schemas (`new Function`). */
  readonly written: number;
}

function startOf(stage: string): Start {
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
  try {
    const list = join(folder, 'list.json');
    const hook = join(folder, 'hook.cjs');
    writeFileSync(
      hook,
      `let written = 0;
      globalThis.Function = new Proxy(Function, {
        construct: (target, words) => {
          if (words.includes('shape')) written += 1;
          return Reflect.construct(target, words);
        },
      });
      process.on('exit', () => {
        const files = Object.keys(require.cache);
        require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify({ files, written }));
      });`,
    );
    const argv = ['--require', hook, resolve(`dist/${stage}/index.js`)];
    // It fails, and says why.
    const env = { PATH: process.env.PATH, INPUT_DRIVER: 'ssh' };
    try {
      execFileSync(process.execPath, argv, { env, stdio: 'ignore' });
    } catch {}
    const { files, written } = JSON.parse(readFileSync(list, 'utf8')) as Start;
    return { files: files.filter((file) => file !== hook), written };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(['main', 'post'])('%s loads no HTTP client at its start', (stage) => {
  const { files } = startOf(stage);
  expect(files.map((file) => resolve(file, '..'))).toContain(resolve(`dist/${stage}`));
  expect(files.filter((file) => /\bundici\b/.test(readFileSync(file, 'utf8')))).toEqual([]);
});

test('main writes no programs for its schemas', () => {
  expect(startOf('main').written).toBe(0);
});
