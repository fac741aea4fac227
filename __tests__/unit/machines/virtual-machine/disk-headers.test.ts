import { expect, test } from '@jest/globals';
import {
  qcow2Header,
  vdiHeader,
} from '../../../../src/machines/virtual-machine/image/disk-headers.ts';

function qcow2(version: number, features = 0n, compression = 0, backing = 0n): Buffer {
  const begin = Buffer.alloc(512);
  begin.write('QFI\u00fb', 'latin1');
  begin.writeUInt32BE(version, 4);
  begin.writeBigUInt64BE(backing, 8);
  begin.writeBigUInt64BE(3n * 2n ** 30n, 24);
  begin.writeBigUInt64BE(features, 72);
  begin.writeUInt8(compression, 104);
  return begin;
}

test('what VirtualBox cannot read of a QCOW2 image is known before', () => {
  const plain = { hasBackingFile: false, isZstd: false, bytes: 3 * 2 ** 30 };
  expect(qcow2Header(qcow2(3))).toEqual(plain);
  // Version 2 has other things there.
  expect(qcow2Header(qcow2(2, 8n, 1))).toEqual(plain);
  expect(qcow2Header(qcow2(3, 8n, 1))).toEqual({ ...plain, isZstd: true });
  expect(qcow2Header(qcow2(3, 8n, 0))).toEqual(plain);
  expect(qcow2Header(qcow2(3, 4n))).toEqual({ ...plain, hasBackingFile: true });
  expect(qcow2Header(qcow2(2, 4n))).toEqual(plain);
  expect(qcow2Header(qcow2(3, 0n, 0, 512n))).toEqual({ ...plain, hasBackingFile: true });
  expect(qcow2Header(Buffer.from('QFI\u00fb', 'latin1'))).toBeUndefined();
  expect(qcow2Header(Buffer.alloc(512))).toBeUndefined();
});

test('a VDI says how large its disk is, and whether it builds on another', () => {
  const begin = Buffer.alloc(512);
  expect(vdiHeader(begin)).toBeUndefined();
  begin.writeUInt32LE(0xbeda107f, 0x40);
  begin.writeUInt32LE(1, 0x4c);
  begin.writeBigUInt64LE(64n * 2n ** 20n, 0x170);
  const plain = { hasBackingFile: false, isZstd: false, bytes: 64 * 2 ** 20 };
  expect(vdiHeader(begin)).toEqual(plain);
  begin.writeUInt32LE(4, 0x4c);
  expect(vdiHeader(begin)).toEqual({ ...plain, hasBackingFile: true });
  expect(vdiHeader(begin.subarray(0, 100))).toBeUndefined();
});
