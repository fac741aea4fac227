import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const REPOSITORY = resolve(import.meta.dirname, '../../../');
/** A file of this repository, as a script names it: the compiler looks at no such path. */
const FILE = /(?:\.\.\/)*\b((?:__tests__|script|src)\/[\w./-]+\.(?:json|mjs|ts|yaml))\b/g;

const isShell = (path: string) => readFileSync(path, 'utf8').startsWith('#!');

test('the files that shell scripts name are there', () => {
  const scripts = globSync('{.ci,node-image,script}/**/*', { cwd: REPOSITORY })
    .map((file) => join(REPOSITORY, file))
    .filter((path) => statSync(path).isFile() && isShell(path));
  const named = scripts.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(FILE)].map(([, file = '']) => file),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((file) => !existsSync(join(REPOSITORY, file)))).toEqual([]);
});
