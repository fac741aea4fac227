import { open } from 'node:fs/promises';

/** What a disk image says of itself. */
export interface DiskHeader {
  /** Whether a part of it is in another file: an image that it builds on, or its data. */
  readonly hasBackingFile: boolean;
  /** Whether it is compressed by Zstandard, which VirtualBox does not read. */
  readonly isZstd: boolean;
  /** Size of the disk that it is of. */
  readonly bytes: number;
}

const MAGIC = 0x51_46_49_fb;
/** Bit of the incompatible features that says that the data are in another file. */
const EXTERNAL_DATA = 4n;
/** Bit of the incompatible features that says that the compression is not that of zlib. */
const OTHER_COMPRESSION = 8n;

/** How many bytes of a file are read here. */
const HEADER_BYTES = 512;

const VDI_SIGNATURE = 0xbeda107f;
const VDI_DIFFERENCING = 4;

/** Reads the begin of a file; undefined where it is no QCOW2 image. */
export function qcow2Header(begin: Buffer): DiskHeader | undefined {
  if (begin.length < 105 || begin.readUInt32BE(0) !== MAGIC) return undefined;
  // Version 2 has other things there.
  const features = begin.readUInt32BE(4) >= 3 ? begin.readBigUInt64BE(72) : 0n;
  const isZstd = (features & OTHER_COMPRESSION) !== 0n && begin.readUInt8(104) === 1;
  return {
    hasBackingFile: begin.readBigUInt64BE(8) !== 0n || (features & EXTERNAL_DATA) !== 0n,
    isZstd,
    bytes: Number(begin.readBigUInt64BE(24)),
  };
}

/** Reads the begin of a file; undefined where it is no VDI. */
export function vdiHeader(begin: Buffer): DiskHeader | undefined {
  if (begin.length < 0x178 || begin.readUInt32LE(0x40) !== VDI_SIGNATURE) return undefined;
  return {
    hasBackingFile: begin.readUInt32LE(0x4c) === VDI_DIFFERENCING,
    isZstd: false,
    bytes: Number(begin.readBigUInt64LE(0x170)),
  };
}

/** The first bytes of a file, as many as the readers of this file need. */
export async function beginOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const begin = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(begin, 0, HEADER_BYTES, 0);
    return begin.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
