import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ActionError, describeError } from '../../../../src/base/errors.ts';
import { generateKeyPair } from '../../../../src/ssh/keys/generate.ts';
import { readPrivateKeys } from '../../../../src/ssh/keys/private-key.ts';
import { parsePublicKey } from '../../../../src/ssh/keys/public-key.ts';
import { anyCharacter } from '../../../support/any-character.ts';

const refusal = (text: string, passphrase?: string): string => {
  try {
    readPrivateKeys(text, passphrase);
  } catch (error) {
    if (error instanceof ActionError) return describeError(error);
    throw error;
  }
  return '';
};

test('reads the keys that this action makes', () => {
  const pair = generateKeyPair('comment');
  const [key] = readPrivateKeys(pair.privateKey);
  expect(key?.type).toBe('ssh-ed25519');
  expect(key?.blob).toEqual(parsePublicKey(pair.publicKey).blob);
});

const BODY = generateKeyPair('x').privateKey.split('\n').slice(1, -2).join('\n');

test.each([
  ['nothing', '', /it is empty\n.*name of the secret/],
  ['a mask of the log', '***', /copied from a log, where \*\*\* stands for what is secret/],
  [
    'a key with a mask inside',
    '-----BEGIN OPENSSH PRIVATE KEY-----\n***\n-----END OPENSSH PRIVATE KEY-----',
    /copied from a log/,
  ],
  [
    'line ends of a URL',
    '-----BEGIN OPENSSH PRIVATE KEY-----%0Ab3Blbn%0A-----END OPENSSH PRIVATE KEY-----%0A',
    /line ends were written as something else \(%0A, <br>\)/,
  ],
  [
    'line ends of HTML',
    '-----BEGIN OPENSSH PRIVATE KEY-----<br />b3Blbn<br/>-----END OPENSSH PRIVATE KEY-----',
    /line ends were written as something else/,
  ],
  ['blanks', ' \n\t', /it is empty/],
  ['a word', 'hello', /it has no -----BEGIN line/],
  [
    'a public key',
    generateKeyPair('x').publicKey,
    /it is a public key\n.*same name without `.pub`/,
  ],
  ['a path', '~/.ssh/id_ed25519', /it is the path of a file/],
  ['another path', '/home/me/key.pem', /it is the path of a file/],
  [
    'a PuTTY key',
    'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none',
    /PuTTY's own format.*\n.*puttygen/,
  ],
  [
    'an OpenPGP key',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----',
    /it is an OpenPGP key/,
  ],
  [
    'another block',
    '-----BEGIN SECRET THING-----\nAAAA\n-----END SECRET THING-----',
    /its format is not known/,
  ],
  [
    'a key whose END line is another',
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${BODY}\n-----END RSA PRIVATE KEY-----`,
    /its END line is missing/,
  ],
  [
    'an empty block',
    '-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----',
    /damaged or not whole/,
  ],
])('refuses %s', (_name, text, words) => {
  expect(refusal(text)).toMatch(words);
});

test('random text gives keys or an error for the user', () => {
  const label = fc
    .constantFrom('OPENSSH', 'RSA', 'EC', 'DSA', 'ENCRYPTED', '')
    .map((name) => `${name} PRIVATE KEY`.trim());
  const block = fc
    .tuple(label, fc.uint8Array({ maxLength: 300 }))
    .map(
      ([name, bytes]) =>
        `-----BEGIN ${name}-----\n${Buffer.from(bytes).toString('base64')}\n-----END ${name}-----`,
    );
  const text = fc.oneof(fc.string(), fc.string({ unit: anyCharacter }), block);
  void fc.assert(
    fc.property(text, fc.option(fc.string(), { nil: undefined }), (input, passphrase) => {
      refusal(input, passphrase);
    }),
    { numRuns: 500 },
  );
});

test('a key with any byte changed is the same key, or refused without a byte of it', () => {
  const { privateKey, publicKey } = generateKeyPair('x');
  const bytes = Buffer.from(bodyOf(privateKey), 'base64');
  const { blob } = parsePublicKey(publicKey);
  void fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const spoilt = Buffer.from(bytes);
      spoilt[at] = (spoilt[at] ?? 0) ^ by;
      const base64 = spoilt.toString('base64').replace(/.{70}/g, '$&\n');
      const text = `-----BEGIN OPENSSH PRIVATE KEY-----\n${base64}\n-----END OPENSSH PRIVATE KEY-----\n`;
      const said = refusal(text);
      if (said === '') expect(readPrivateKeys(text)[0]?.blob).toEqual(blob);
      for (const line of base64.split('\n')) expect(said).not.toContain(line.slice(0, 12));
    }),
    { numRuns: 300 },
  );
});

function bodyOf(key: string): string {
  return key.split('\n').slice(1, -2).join('');
}
