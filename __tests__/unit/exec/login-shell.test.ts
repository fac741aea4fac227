import { expect, test } from '@jest/globals';
import { loginShellLine } from '../../../src/exec/login-shell.ts';

const PATH =
  'echo M; PATH="$PATH:/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin:/snap/bin:/opt/bin:/usr/syno/bin:/var/packages/ContainerManager/target/usr/bin:/share/CACHEDEV1_DATA/.qpkg/container-station/bin"; LC_ALL=C; export PATH LC_ALL';
const BECOME = `exec sh -c '${PATH}; exec "$0" "$@"'`;

test.each([
  ['plain words', ['docker', 'node', 'ls'], 'docker node ls'],
  ['an empty word', ['docker', ''], "docker ''"],
  ['a space', ['echo', 'a b'], "echo 'a b'"],
  ['what a shell expands', ['echo', '$HOME', '*', '~'], `echo '$HOME' '*' '~'`],
  ['a quote', ['echo', `it's`], `echo 'it'\\''s'`],
  ['a backslash, which fish reads in quotes', ['echo', 'a\\b'], `echo 'a'\\\\'b'`],
  ['an exclamation mark, which csh reads in quotes', ['echo', 'hi!'], `echo 'hi'\\!`],
  ['an equals sign at the start, which zsh expands', ['echo', '=ls', 'a=b'], `echo '=ls' a=b`],
  ['a percent sign at the start, which old fish expands', ['echo', '%1'], `echo '%1'`],
])('quotes %s for any shell', (_name, [program = '', ...rest], line) => {
  expect(loginShellLine([program, ...rest], 'M')).toBe(`${BECOME} ${line}`);
});

test.each([
  ['a line end', 'a\nb', `'echo '\\\\'047a'\\\\'012b'\\\\'047'`],
  ['another language', 'é', `'echo '\\\\'047'\\\\'303'\\\\'251'\\\\'047'`],
])('encodes %s', (_name, word, piece) => {
  expect(loginShellLine(['echo', word], 'M')).toBe(
    `exec sh -c '${PATH}; eval "exec $(for piece in "$@"; do printf "$piece"; done)"' sh ${piece}`,
  );
});

test('has neither line ends nor long words nor more than ASCII, whatever the arguments', () => {
  const line = loginShellLine(['echo', "'!\\\n%é".repeat(1_000)], 'M');
  expect(line).toMatch(/^[ -~]*$/);
  expect(Math.max(...line.split(' ').map((word) => word.length))).toBeLessThan(1_000);
});
