import { expect, test } from '@jest/globals';
import { describeError } from '../../../../src/base/errors.ts';
import {
  blobType,
  fingerprint,
  hostKeyAlgorithms,
  isExpected,
  parsePublicKey,
} from '../../../../src/ssh/keys/public-key.ts';

/** Made by ssh-keygen 9.2; the fingerprints are those that `ssh-keygen -l` prints. */
const VECTORS: [type: string, line: string, print: string][] = [
  [
    'ssh-ed25519',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAqL2ITBSA+CDjsR8QZ+wgu7DHHbBvIHJmylQg5ma14F test',
    'SHA256:3m7w2IFdEU3Hn/ubC50K6Mz3MoNdwG/PVUG+1ETsWaM',
  ],
  [
    'ssh-rsa',
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC+StqrEilAYk7TpwIKy8rjhsf7X9jZ6czslloeC7qSljYFU/EN8r5m1gLhVhbwyjXdT5Pk/3vFjulih6jvcEDxDVsH49upBhxN7GyECX1GhG+buL9Uacw06zWJr3o1u5boFTb13/qNaIA4eoJTnlY10g5y82x6mCeZW3aBsujIh+jIS7KkQxcpE6M9cPSSZ6xswY9W+az+H+1TSwfq3MO40Og+V7GRiicSAStvvx+Ziqvkwrwg3Kz2N5QyExlAZB/spxqdYYYjiBjFumNul9zd4A8ORzen/irGu9DAhENlCS7MlzANd2MK7XhCER2Z1xg8z2gMC0BjVccqBGEG7DxX test',
    'SHA256:+gXmms4lBgfdrqeeHzTuPhdSxMCbi5RqlV2bKZmWoCs',
  ],
  [
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBKb/yrIUMRse2oD97MG6QlS+P78XsY1qFaE4PssMsU8H6QxdyOORqaCiu6wGaXXncRlH5eGqYvJoEu+/MF0k+Ok= test',
    'SHA256:PkBqap7hP1G11s4KMjX19HTcMgd1wPzUvMenmmNSkdA',
  ],
];

test.each(VECTORS)('%s has the fingerprint that ssh-keygen prints', (type, line, print) => {
  const key = parsePublicKey(`  ${line}\n`);
  expect(key.type).toBe(type);
  expect(blobType(key.blob)).toBe(type);
  expect(fingerprint(key)).toBe(print);
  expect(fingerprint(key.blob)).toBe(print);
});

const [ed25519, rsa, ecdsa] = VECTORS.map(([, line]) => parsePublicKey(line));
if (!ed25519 || !rsa || !ecdsa) throw new Error('Three vectors are needed.');

test('expects exactly the keys that it is given', () => {
  expect(isExpected(rsa.blob, [ed25519, rsa])).toBe(true);
  expect(isExpected(ecdsa.blob, [ed25519, rsa])).toBe(false);
  expect(isExpected(ed25519.blob, [])).toBe(false);
  expect(isExpected(ed25519.blob.subarray(0, -1), [ed25519])).toBe(false);
});

test.each([
  ['ed25519', [ed25519], ['ssh-ed25519']],
  ['RSA, with SHA-2 first', [rsa], ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']],
  ['several, each once', [ecdsa, ed25519, ecdsa], ['ecdsa-sha2-nistp256', 'ssh-ed25519']],
])('offers the algorithms of the expected keys: %s', (_name, keys, algorithms) => {
  expect(hostKeyAlgorithms(keys)).toEqual(algorithms);
});

test.each([
  ['no key', [], /^No host key is known/],
  [
    'a type that cannot be checked',
    [{ type: 'sk-ssh-ed25519@openssh.com', blob: Buffer.alloc(0) }],
    /^Host keys of type sk-ssh-ed25519@openssh.com cannot be checked/,
  ],
])('refuses %s', (_name, keys, message) => {
  expect(() => hostKeyAlgorithms(keys)).toThrow(message);
});

test.each([
  ['nothing', ''],
  ['a type alone', 'ssh-ed25519'],
  ['a known_hosts line', `example.org ${VECTORS[0]?.[1]}`],
  ['a type that is not the one inside', VECTORS[0]?.[1].replace('ssh-ed25519', 'ssh-rsa') ?? ''],
  ['no base64', 'ssh-ed25519 !!!!'],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
])('does not take %s for a public key', (_name, line) => {
  let said = '';
  try {
    parsePublicKey(line);
  } catch (error) {
    said = describeError(error);
  }
  expect(said).toMatch(/^Not an OpenSSH public key/);
});
