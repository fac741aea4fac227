import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

/** The folders of the table "Where things are", the first above all others. */
const order = [...page.matchAll(/^\| `src\/([\w-]+)`/gm)].map(([, folder = '']) => folder);

const files = globSync('src/**/*.ts', { cwd: ROOT }).map((file) => file.replaceAll('\\', '/'));

/** Type imports count: what a file needs to be understood is above or below it, too. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const found = [...text.matchAll(/(?:from|import\(|import)\s*'(\.{1,2}\/[^']+)'/g)];
    const paths = found.map(([, path = '']) => join(dirname(file), path).replaceAll('\\', '/'));
    return [file, paths] as const;
  }),
);

const folderOf = (file: string) => relative('src', file).split(/[\\/]/)[0] ?? '';

test('the page names every folder of src, and no other', () => {
  const folders = files.filter((file) => file.split('/').length > 2).map(folderOf);
  expect([...order].sort()).toEqual([...new Set(folders)].sort());
});

test('only the two entries lie beside the folders', () => {
  expect(files.filter((file) => file.split('/').length === 2).sort()).toEqual([
    'src/main.ts',
    'src/post.ts',
  ]);
});

test('a folder imports only what stands below it on the page', () => {
  const upwards = [...imports].flatMap(([file, paths]) =>
    paths
      .filter((path) => order.indexOf(folderOf(path)) < order.indexOf(folderOf(file)))
      .map((path) => `${file} -> ${path}`),
  );
  expect(upwards.filter((arrow) => !/^src\/(main|post)\.ts/.test(arrow))).toEqual([]);
});

test('no file imports itself by way of others', () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const next of imports.get(file) ?? []) {
      visit(next, [...path, file]);
    }
    done.add(file);
  };
  for (const file of files) {
    visit(file, []);
  }
  expect(circles).toEqual([]);
});

test('no folder holds more than 18 files', () => {
  const count = Map.groupBy(files, (file) => dirname(file));
  expect([...count].filter(([, held]) => held.length > 18).map(([folder]) => folder)).toEqual([]);
});
