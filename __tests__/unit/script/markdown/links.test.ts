import { expect, test } from '@jest/globals';
import { brokenLinks } from '../../../../script/markdown/links.ts';

const broken = (text: string, other = '# A page\n') =>
  brokenLinks({
    pages: new Map([
      ['docs/page.md', text],
      ['docs/other.md', other],
    ]),
    exists: (path) => ['docs', 'docs/page.md', 'docs/other.md', 'src', 'logo.svg'].includes(path),
  });

test.each([
  ['[a](other.md) [b](../src) ![c](../logo.svg) <https://example.com/a#b>'],
  ['[a](other.md#a-page) [b](#the-title)\n\n# The `title`'],
  ['[a][ref]\n\n[ref]: other.md#a-page'],
  ['<a href="other.md#a-page">x</a> <a id="here"></a> [b](#here)'],
  ['# Twice\n\n# Twice\n\n[a](#twice-1)'],
  ['`[a](nowhere.md)`\n\n```md\n[a](nowhere.md)\n```'],
])('%j has no broken link', (text) => {
  expect(broken(text)).toEqual([]);
});

test.each([
  ['[a](nowhere.md)', 'docs/page.md:1: nowhere.md: there is no docs/nowhere.md'],
  ['\n[a](other.md#no)', 'docs/page.md:2: other.md#no: docs/other.md has no section #no'],
  ['[a](#no)', 'docs/page.md:1: #no: docs/page.md has no section #no'],
  ['[a][r]\n\n[r]: no.md', 'docs/page.md:3: no.md: there is no docs/no.md'],
  ['<img src="../no.svg">', 'docs/page.md:1: ../no.svg: there is no no.svg'],
  ['[a](/docs/other.md)', 'docs/page.md:1: /docs/other.md: give a path relative to this page'],
  ['[a](../../x.md)', 'docs/page.md:1: ../../x.md: this path leaves the repository'],
  ['[a](http://example.com)', 'docs/page.md:1: http://example.com: give an https address'],
  ['[a](https://:x/)', 'docs/page.md:1: https://:x/: give an https address'],
])('%j has a broken link', (text, problem) => {
  expect(broken(text)).toEqual([problem]);
});
