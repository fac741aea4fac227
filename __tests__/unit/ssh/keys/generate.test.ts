import { expect, test } from '@jest/globals';
import ssh2 from 'ssh2';
import { generateKeyPair } from '../../../../src/ssh/keys/generate.ts';
import { parsePublicKey } from '../../../../src/ssh/keys/public-key.ts';

const parse = (key: string) => {
  const parsed = ssh2.utils.parseKey(key);
  if (parsed instanceof Error || Array.isArray(parsed)) throw new Error(String(parsed));
  return parsed;
};

test('makes a pair whose halves belong together', () => {
  const { privateKey, publicKey } = generateKeyPair('swarm-up demo');
  expect(publicKey).toMatch(/^ssh-ed25519 [A-Za-z0-9+/]{68} swarm-up demo$/);
  const data = Buffer.from('signed');
  const signature = parse(privateKey).sign(data);
  if (signature instanceof Error) throw signature;
  expect(parse(publicKey).verify(data, signature)).toBe(true);
  expect(parse(privateKey).comment).toBe('swarm-up demo');
  expect(parse(privateKey).getPublicSSH()).toEqual(parsePublicKey(publicKey).blob);
});

test('never makes the same pair twice', () => {
  expect(generateKeyPair('a').publicKey).not.toBe(generateKeyPair('a').publicKey);
});

// One public key in 256 begins with a zero byte; 2 000 pairs hold none with a probability below
// 0.05 %.
test('keeps the 32 bytes of a public key that begins with zeros', () => {
  const blobs = Array.from(
    { length: 2_000 },
    () => parsePublicKey(generateKeyPair('').publicKey).blob,
  );
  expect(new Set(blobs.map((blob) => blob.length))).toEqual(new Set([4 + 11 + 4 + 32]));
  expect(blobs.some((blob) => blob[19] === 0)).toBe(true);
});

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('pads for a comment of %i characters', (length) => {
  const comment = 'c'.repeat(length);
  expect(parse(generateKeyPair(comment).privateKey).comment).toBe(comment);
});
