import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { masksOf } from '../../../../src/action/runner/masks-of.ts';
import { hostileText } from '../../../support/hostile-text.ts';

test.each(['', ' \n', 'a', 'abc', ' abc\n', 'a\nb\nc\nd', '日本語', '😀😀😀'])(
  '%j is too short',
  (secret) => {
    expect(masksOf(secret)).toEqual([]);
  },
);

test.each([
  ['as it is', 'hunter2'],
  ['as base64', 'aHVudGVyMg=='],
  ['as base64 of `echo`', 'aHVudGVyMgo='],
])('a word: %s', (_, form) => {
  expect(masksOf(' hunter2\n')).toContain(form);
});

test.each([
  ['as it is', 'a&b c"é/😀'],
  ['as JSON', 'a&b c\\"é/😀'],
  ['as JSON of Go', 'a\\u0026b c\\"é/😀'],
  ['in an address', 'a%26b%20c%22%C3%A9%2F%F0%9F%98%80'],
  ['in a form', 'a%26b+c%22%C3%A9%2F%F0%9F%98%80'],
  ['as base64', 'YSZiIGMiw6kv8J+YgA=='],
  ['as base64 for addresses', 'YSZiIGMiw6kv8J-YgA'],
])('a password with other characters: %s', (_, form) => {
  expect(masksOf('a&b c"é/😀')).toContain(form);
});

test('several lines are masked each, those of three characters and the frame of a key not', () => {
  const pem =
    '-----BEGIN RSA PRIVATE KEY-----\r\nMIIEpAIB\r\n  AAKCAQEA\r\nQ==\r\n-----END RSA PRIVATE KEY-----\r\n';
  const masks = masksOf(pem);
  expect(masks.slice(0, 2)).toEqual(['MIIEpAIB', 'AAKCAQEA']);
  expect(masks).toContain(Buffer.from(pem).toString('base64'));
  expect(masks).toContain(JSON.stringify(pem).slice(1, -1));
  expect(masks.filter((one) => /^(Q==|-----[A-Z ]*-----)$/.test(one))).toEqual([]);
});

test('what the log writes out is masked as it is written there', () => {
  expect(masksOf('pass\x07\u202eword')).toEqual(expect.arrayContaining(['pass\\x07\\u202eword']));
});

test.each(['\u001b[31m', '\u001b[31mabc\u001b[0m'])('of %j no form is too short', (secret) => {
  expect(masksOf(secret)).toContain(secret);
  expect(masksOf(secret).filter((one) => one.length < 4)).toEqual([]);
});

test('a secret of half a megabyte is masked by its lines alone', () => {
  const lines = Array.from({ length: 8_000 }, (_, at) => `line ${at} ${'x'.repeat(50)}`);
  expect(masksOf(lines.join('\n'))).toEqual(lines);
});

test('no form is shorter than four characters or has a line end, whatever the secret', () => {
  fc.assert(
    fc.property(hostileText, (secret) => {
      for (const one of masksOf(secret)) {
        expect([...one].length).toBeGreaterThanOrEqual(4);
        expect(one).not.toMatch(/[\r\n]/);
      }
    }),
  );
});
