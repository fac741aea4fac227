import { expect, test } from '@jest/globals';
import { collectOutput } from '../../../src/exec/output.ts';
import { outputMark } from '../../../src/ssh/output-mark.ts';

const lines = (chunks: readonly (string | Buffer)[]) => {
  const seen: string[] = [];
  const output = collectOutput((line) => seen.push(line));
  for (const chunk of chunks) output.write(Buffer.from(chunk));
  output.end();
  return { seen, text: output.text() };
};

test.each([
  ['nothing', [], []],
  ['lines in one piece', ['a\nb\n'], ['a', 'b']],
  ['a line in many pieces', ['a', 'b', '', 'c\nd'], ['abc', 'd']],
  ['empty lines', ['\n\na\n'], ['', '', 'a']],
  ['line ends of other systems', ['a\r', '\nb\r\n'], ['a', 'b']],
  ['a character in two pieces', [Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a])], ['é']],
  ['half a character at the end', [Buffer.from([0x61, 0xc3])], ['a\ufffd']],
])('splits into lines: %s', (_name, chunks, expected) => {
  expect(lines(chunks).seen).toEqual(expected);
});

test('keeps all text as it was', () => {
  expect(lines(['a\r\n', '\n', 'b']).text).toBe('a\r\n\nb');
});

test.each([
  ['no greeting', ['M\nown'], 'own', ''],
  ['a greeting', ['Welcome!\nM\nown'], 'own', ''],
  ['a greeting without a line end', ['hiM\nown'], 'own', ''],
  ['a mark in pieces', ['noise M', '\n', 'own ', 'M\nmore'], 'own M\nmore', ''],
  ['no output of its own', ['M\n'], '', ''],
  ['a shell that never comes to the command', ['not ', 'available'], '', 'not available'],
])('drops what stands before the mark: %s', (_name, chunks, own, unmarked) => {
  const filter = outputMark('M').filter();
  const kept = chunks.map((chunk) => filter.keep(Buffer.from(chunk)));
  expect(Buffer.concat(kept).toString()).toBe(own);
  expect(filter.unmarked().toString()).toBe(unmarked);
});

test('prints the mark, then becomes the command', () => {
  expect(outputMark('M').line(['docker', 'node', 'ls'])).toMatch(
    /^exec sh -c 'echo M; PATH="[^']*"; LC_ALL=C; export PATH LC_ALL; exec "\$0" "\$@"' docker node ls$/,
  );
  expect(outputMark().line(['true'])).toMatch(/^exec sh -c 'echo swarm-up-[0-9a-f]{24}; .*' true$/);
});
