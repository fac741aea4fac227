import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import {
  canonicalJson,
  decode,
  parseStrictYaml,
  plainValue,
  StrictYamlError,
} from '../../../../src/compose/policy/strict-yaml.ts';

const read = (text: string | Uint8Array) =>
  parseStrictYaml(decode(typeof text === 'string' ? Buffer.from(text) : text));
const canonical = (text: string) => canonicalJson(read(text));

function fault(text: string | Uint8Array): string {
  try {
    read(text);
    return 'none';
  } catch (error) {
    if (error instanceof StrictYamlError) return `${error.line}: ${error.message}`;
    throw error;
  }
}

test.each([
  ['latin1', Buffer.from('a: \xe9\n', 'latin1'), /^1: not in UTF-8/],
  ['UTF-16', Buffer.from('\ufeffa: b\n', 'utf16le'), /^1: not in UTF-8/],
  ['UTF-16 without a mark', Buffer.from('a: b\n', 'utf16le'), /^1: has the character U\+0000/],
  ['a lone CR', 'a: b # c\rd: e\n', /^1: has the character U\+000D/],
  ['U+0085', 'a: b\nc: d # x\u0085e: f\n', /^2: has the character U\+0085/],
  ['U+2028', 'a: b # x\u2028e: f\n', /^1: has the character U\+2028/],
  ['U+2029 in quotes', 'a: "x\u2029y"\n', /^1: has the character U\+2029/],
  ['a vertical tab', 'a: b\v\n', /^1: has the character U\+000B/],
  ['an escape character', 'a: \u001b[1m\n', /^1: has the character U\+001B/],
  ['a byte order mark inside', 'a: b\n\ufeffc: d\n', /^2: has the character U\+FEFF/],
  ['DEL', 'a: \x7f\n', /^1: has the character U\+007F/],
  ['a version', '%YAML 1.1\n---\na: b\n', /^1: the directive %YAML 1\.1/],
  ['a handle for tags', '# x\n%TAG !e! tag:e\n---\na: b\n', /^2: the directive/],
  ['two documents', 'a: b\n---\nc: d\n', /^2: a second document/],
  ['a tag of YAML', 'a:\n  b: !!binary eA==\n', /^2: the tag !!binary/],
  ['a tag in full', 'a: !<tag:yaml.org,2002:str> x\n', /^1: the tag !</],
  ['a tag of one mark', 'a: ! x\n', /^1: the tag !\./],
  ['a tag of a key', '!!str a: b\n', /^1: the tag !!str/],
  ['a tag of a map', 'a: !!set {b}\n', /^1: the tag !!set/],
  ['a key twice', 'a: b\nc: d\na: e\n', /^3: the key a stands there twice/],
  ['a key twice in other quotes', '{a: b,\n"a": c}\n', /^2: the key a stands there twice/],
  ['two merges', 'x: &x {}\na:\n  <<: *x\n  <<: *x\n', /^4: the key << stands there twice/],
  ['a number as a key', 'a:\n  8080: b\n', /^2: the key 8080 is not a text/],
  ['a map as a key', '? {a: b}\n: c\n', /^1: a key that is not a text/],
  ['nothing as a key', 'a: {: b}\n', /^1: the key .* is not a text/],
  ['an alias as a key', 'x: &x a\n*x : b\n', /a key that is not a text/],
  ['__proto__', 'a:\n  __proto__: b\n', /^2: no key can be called __proto__/],
  ['a merge in quotes', 'x: &x {}\na:\n  "<<": *x\n', /^3: the key "<<" in quotes/],
  ['a merge of a text', 'a:\n  <<: b\n', /^2: `<<` merges something that is not a map/],
  ['a merge of a list of texts', 'a: {<<: [b]}\n', /`<<` merges something/],
  ['an alias without its anchor', 'a: *b\n', /^1: \*b has no anchor before it/],
  ['an alias before its anchor', 'a: *b\nc: &b d\n', /^1: \*b has no anchor before it/],
  ['a value that holds itself', 'a: &b [*b]\n', /^1: \*b has no anchor before it/],
  ['half a character', 'a: "\\ud800"\n', /^1: an escape that is half a character/],
  ['a date', 'a: 2001-12-14\n', /^1: 2001-12-14 is a date .* Put it in quotes/],
  ['what is no YAML', 'a: [b\n', /^\d: /],
  ['brackets without end', `a: ${'['.repeat(50_000)}`, /^1: nested more than 64/],
  ['dashes without end', `${'- '.repeat(50_000)}a\n`, /^1: nested more than 64/],
  ['question marks without end', `${'? '.repeat(50_000)}a\n`, /^1: nested more than 64/],
  ['steps without end', staircase(3_000), /nested more than 64/],
  ['a long key', `${'k'.repeat(200)}: v\n`, /^1: a key of more than 150 characters/],
])('%s is refused', (_name, text, message) => {
  expect(fault(text)).toMatch(message);
});

function staircase(steps: number): string {
  return Array.from({ length: steps }, (_, at) => `${' '.repeat(at)}k:\n`).join('');
}

test('an alias bomb is refused before it goes off', () => {
  const levels = Array.from({ length: 30 }, (_, at) => {
    const of = at === 0 ? 'x' : `*a${at - 1}`;
    return `a${at}: &a${at} [${Array.from({ length: 9 }, () => of).join(', ')}]\n`;
  });
  expect(fault(levels.join(''))).toMatch(/more than 50000 values/);
  const many = `a: &a x\nb: [${Array.from({ length: 1_001 }, () => '*a').join(', ')}]\n`;
  expect(fault(many)).toMatch(/more than 1000 aliases/);
});

test('what people write is read: comments, CRLF, a mark at the beginning, block texts, anchors, merge keys', () => {
  const text = [
    '\ufeff# a comment',
    '---',
    'x-base: &base',
    '  restart: always # kept',
    '  labels: &labels {a: "1"}',
    'services:',
    '  web:',
    '    <<: *base',
    '    restart: "no"',
    '    command: |',
    '      echo one',
    '      echo two',
    '    labels:',
    '      <<: [*labels, {b: two, a: lost}]',
    '    ports: ["8080:80"]',
    '    tty: yes',
    '    mode: 0440',
    '...',
    '',
  ].join('\r\n');
  expect(plainValue(read(text))).toMatchObject({
    services: {
      web: {
        restart: 'no',
        command: 'echo one\necho two\n',
        labels: { a: '1', b: 'two' },
        ports: ['8080:80'],
        tty: 'yes',
        mode: 288,
      },
    },
  });
});

test("Compose's own tags stay, and what is reset is gone", () => {
  const text = 'a: !reset [x]\nb: !override\n  - y\nc: !override {d: e}\nf: [!reset x, z]\n';
  expect(canonical(text)).toBe(
    '{"a": !reset null, \n"b": \n!override ["y"], \n"c": !override {"d": "e"}, \n"f": [!reset null, "z"]}\n',
  );
  expect(plainValue(read(text))).toEqual({ b: ['y'], c: { d: 'e' }, f: ['z'] });
});

test('each value stands on the line where it was written', () => {
  const text = 'services:\n\n  web:\n    image: x\n    ports:\n      - "1"\n      - "2"\n';
  const lines = canonical(text).split('\n');
  expect(lines.map((line) => line.trim())).toEqual([
    '{"services":',
    '',
    '{"web":',
    '{"image": "x",',
    '"ports":',
    '["1",',
    '"2"]}}}',
    '',
  ]);
});

test('nothing but ASCII is written, and every text comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (one) => {
      const node = read(`a: ${JSON.stringify(one.toWellFormed()).replace(/[^ -~]/g, escaped)}\n`);
      const out = canonicalJson(node);
      expect(out).toMatch(/^[\n -~]*$/);
      expect(parse(out)).toEqual({ a: one.toWellFormed() });
    }),
  );
});

function escaped(unit: string): string {
  // Half a pair is written with its other half, by code point.
  return unit >= '\ud800' && unit <= '\udfff'
    ? unit
    : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

test('an empty file is nothing', () => {
  expect(canonical('')).toBe('null\n');
  expect(canonical('# only a comment\n')).toBe('null\n');
});
