import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { userKey } from '../../../../src/machines/cloud/user-key.ts';
import { generateKeyPair } from '../../../../src/ssh/keys/generate.ts';
import { readPrivateKeys } from '../../../../src/ssh/keys/private-key.ts';

const origin = { secret: 'token-of-the-tests', repository: '4711', cluster: 'shop' };

/** The seed in a private key of OpenSSH: the field before it is its length and that of the public half. */
function seedOf(text: string): string {
  const bytes = Buffer.from(text.replace(/^-----.*$/gm, ''), 'base64');
  const at = bytes.lastIndexOf(Buffer.from('00000040', 'hex')) + 4;
  return bytes.toString('hex', at, at + 32);
}

function derived(from: Partial<typeof origin> = {}) {
  const { credentials, authorizedKeys } = userKey([], { ...origin, ...from });
  const [key] = credentials.privateKeys;
  return { key, line: authorizedKeys.join('\n'), seed: seedOf(key?.text ?? '') };
}

// Computed with Python's hmac and the program openssl.
test.each([
  {
    from: {},
    seed: '2c2be862109fc1c8628422d931c03569cff8e0404d079f2fc79ea7a3fda5f52c',
    line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKAPpLb4L9M2ZiO5KcTM89F+OdhUUSAFnt6FZ9Ux8nPw',
  },
  {
    from: { cluster: 'shop-pr-7' },
    seed: 'aea66287c8afe019f2a3f78b037b8f161de9cd5d366c9554e7205c0677ce904c',
    line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFa+PWWnP5YTMKfaKLiDv9cJMi7XWWYGmP/g2jkjQ5VK',
  },
  {
    from: { secret: 'tökén 🔑', repository: '9007199254740993', cluster: 'a' },
    seed: 'ce83fc53a7192df139dc17889779dcfaaec622640c20629b42ab5a820bf8e8db',
    line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILSwZjd2JiJISr0Z2NhsncYFmp6/JT9yqExmH0btmqRg',
  },
])('the key of a token is the one that others compute: $from', ({ from, seed, line }) => {
  expect(derived(from)).toMatchObject({ seed, line });
});

test('HKDF is two HMACs where 32 bytes are wanted (RFC 5869)', () => {
  const hmac = (key: Buffer | string, data: string) =>
    createHmac('sha256', key).update(data).digest();
  const pseudorandom = hmac(origin.repository, origin.secret);
  expect(derived().seed).toBe(hmac(pseudorandom, 'swarm-up user shop\x01').toString('hex'));
});

test('the same token gives the same key, and whatever differs gives another', () => {
  const prints = [{}, {}, { secret: 'other' }, { repository: '471' }, { cluster: 'shop-2' }].map(
    (from) => derived(from).key?.fingerprint,
  );
  expect(prints[0]).toBe(prints[1]);
  expect(new Set(prints).size).toBe(4);
  expect(derived().key?.type).toBe('ssh-ed25519');
});

test('keys that were given are the keys, all of them, and nothing is derived', () => {
  const pairs = [generateKeyPair('one'), generateKeyPair('two')];
  const given = readPrivateKeys(pairs.map(({ privateKey }) => privateKey).join(''));
  const { credentials, authorizedKeys } = userKey(given, { ...origin, secret: '' });
  expect(credentials).toEqual({ privateKeys: given });
  // Without the comment, which may be anything.
  expect(authorizedKeys).toEqual(
    pairs.map(({ publicKey }) => publicKey.split(' ').slice(0, 2).join(' ')),
  );
});

test('from an empty token anybody could derive the key', () => {
  expect(() => derived({ secret: '' })).toThrow(RangeError);
});
