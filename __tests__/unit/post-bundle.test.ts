import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

/**
 * Every package that a source loads at its start, by itself or through what it imports; types and
 * `import()` load nothing.
 */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  for (const [, isType, from = ''] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (type )?[^;]*?from '([^']+)';/gms,
  )) {
    if (isType || seen.has(from)) continue;
    if (!from.startsWith('.')) {
      seen.add(from);
      continue;
    }
    const next = join(dirname(file), from).replaceAll('\\', '/');
    if (seen.has(next)) continue;
    seen.add(next);
    loadedBy(next, seen);
  }
  return seen;
}

test('main loads ssh2, so this test can see it', () => {
  expect([...loadedBy('src/action/up.ts')]).toContain('ssh2');
});

test('the usual removal does not load SSH: half of the post step would be the loading of it', () => {
  expect([...loadedBy('src/action/post.ts')]).not.toContain('ssh2');
});

test('nor what talks to GitHub', () => {
  const files = loadedBy('src/action/post.ts');
  expect([...files].filter((file) => /announce|github/.test(file))).toEqual([]);
  expect([...loadedBy('src/action/post-announce.ts')]).toContain('src/github/client.ts');
});
