import { expect, test } from '@jest/globals';
import { HostKeyOffer, offeredHostKeys } from '../../../src/ssh/kexinit.ts';

function sshString(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
}

/** As RFC 4253 lays it out; what comes after the second list is left out. */
function kexinit(hostKeys: string, message = 20): Buffer {
  const lists = Buffer.concat([sshString('curve25519-sha256'), sshString(hostKeys)]);
  const head = Buffer.from([0, 0, 4, 0, 6, message, ...Array.from({ length: 16 }, () => 0x0a)]);
  return Buffer.concat([head, lists]);
}

const OFFER = kexinit('ssh-ed25519,rsa-sha2-512');
const VERSION = Buffer.from('SSH-2.0-OpenSSH_9.2\r\n');

test.each([
  ['a version', VERSION],
  ['a version without CR', Buffer.from('SSH-2.0-x\n')],
  ['a greeting', Buffer.from('Welcome to\r\nthis host\r\nSSH-2.0-x\r\n')],
])('is read after %s', (_name, before) => {
  expect(offeredHostKeys(Buffer.concat([before, OFFER]))).toEqual(['ssh-ed25519', 'rsa-sha2-512']);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a version alone', VERSION],
  ['an HTTP server', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['another message', Buffer.concat([VERSION, kexinit('ssh-ed25519', 4)])],
  ['a list that does not end', Buffer.concat([VERSION, OFFER.subarray(0, -1)])],
])('is not read from %s', (_name, bytes) => {
  expect(offeredHostKeys(bytes)).toBeUndefined();
});

test('is read in whatever parts it comes', () => {
  const whole = Buffer.concat([VERSION, OFFER]);
  const offer = new HostKeyOffer();
  for (const [at, byte] of [...whole].entries()) {
    expect(offer.add(Buffer.from([byte]))).toBe(at < whole.length - 1);
  }
  expect(offer.algorithms).toEqual(['ssh-ed25519', 'rsa-sha2-512']);
});

test('is given up after 64 KiB', () => {
  const offer = new HostKeyOffer();
  expect(offer.add(Buffer.alloc(64 * 1024 - 1))).toBe(true);
  expect(offer.add(Buffer.alloc(1))).toBe(false);
  expect(offer.algorithms).toBeUndefined();
});
