/**
 * Formats the Markdown of the repository and checks its links: files and anchors of the repository,
 * and the form of outer addresses. With --check it changes nothing, and fails if a page differs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { brokenLinks } from './markdown/links.ts';
import { format } from './markdown/parse.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');

/** All pages but those of fixtures, which programs have written. */
function pages(): ReadonlyMap<string, string> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'];
  const paths = execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8' }).split('\0');
  return new Map(
    paths
      .filter((path) => path !== '' && !path.startsWith('__tests__/') && exists(path))
      .map((path) => [path, readFileSync(resolve(REPOSITORY, path), 'utf8')]),
  );
}

function exists(path: string): boolean {
  return existsSync(resolve(REPOSITORY, path));
}

const isCheck = process.argv.includes('--check');
const found = pages();
const problems = brokenLinks({ pages: found, exists }).map((line) => `broken link: ${line}`);
for (const [path, text] of found) {
  const formatted = format(text);
  if (formatted === text) continue;
  if (isCheck) problems.push(`not formatted: ${path}: run npm run fix`);
  else writeFileSync(resolve(REPOSITORY, path), formatted);
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
