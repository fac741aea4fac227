import { expect, test } from '@jest/globals';
import { hideKey } from '../../../../src/machines/command/hide-key.ts';
import { generateKeyPair } from '../../../../src/ssh/keys/generate.ts';

test('no line of the private key is left, in whatever form it was printed', () => {
  const { privateKey, publicKey } = generateKeyPair('');
  const hide = hideKey(privateKey);
  const secret = privateKey.split('\n').filter((line) => line && !line.startsWith('-'));
  for (const text of [
    privateKey,
    JSON.stringify({ host_key: privateKey }),
    `+ echo ${privateKey}`,
  ]) {
    const hidden = hide(text);
    expect(secret.filter((line) => hidden.includes(line))).toEqual([]);
  }
  expect(hide(publicKey)).toBe(publicKey);
  expect(hideKey(undefined)('a')).toBe('a');
});
