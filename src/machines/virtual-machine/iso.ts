/** Bytes of a sector of a CD. */
const SECTOR = 2_048;
/** Sectors before it are the system's, the descriptors', and the two path tables'. */
const ROOT_AT = 20;
const PATH_TABLE_BYTES = 10;
/** Zero-terminated, sixteen digits and an offset: "not set" (ECMA-119, 8.4.26.1). */
const NO_DATE = '0'.repeat(16);

/**
 * A CD image (ISO 9660, ECMA-119) with these files in its root. Names are stored in capital
 * letters, without the extensions of Rock Ridge or Joliet; Linux shows them in small ones. Throws
 * `RangeError` where the names fill more than one sector.
 */
export function isoImage(label: string, files: Readonly<Record<string, string>>): Buffer {
  let next = ROOT_AT + 1;
  const extents = Object.keys(files)
    .sort()
    .map((name) => {
      const data = Buffer.from(files[name] ?? '');
      const extent = { name: `${name.toUpperCase()};1`, at: next, data };
      next += Math.max(1, Math.ceil(data.length / SECTOR));
      return extent;
    });
  const root = Buffer.concat([
    record('\0', ROOT_AT, SECTOR, true),
    record('\u0001', ROOT_AT, SECTOR, true),
    ...extents.map(({ name, at, data }) => record(name, at, data.length, false)),
  ]);
  if (root.length > SECTOR) throw new RangeError('too many files for one sector');
  const image = Buffer.alloc(next * SECTOR);
  primaryDescriptor(label, next).copy(image, 16 * SECTOR);
  image.set([255, ...Buffer.from('CD001'), 1], 17 * SECTOR);
  pathTable('LE').copy(image, 18 * SECTOR);
  pathTable('BE').copy(image, 19 * SECTOR);
  root.copy(image, ROOT_AT * SECTOR);
  for (const { at, data } of extents) data.copy(image, at * SECTOR);
  return image;
}

function primaryDescriptor(label: string, sectors: number): Buffer {
  const it = Buffer.alloc(SECTOR);
  it.set([1, ...Buffer.from('CD001'), 1]);
  text(it, 8, 32, 'LINUX');
  text(it, 40, 32, label);
  both32(it, 80, sectors);
  both16(it, 120, 1);
  both16(it, 124, 1);
  both16(it, 128, SECTOR);
  both32(it, 132, PATH_TABLE_BYTES);
  it.writeUInt32LE(18, 140);
  it.writeUInt32BE(19, 148);
  record('\0', ROOT_AT, SECTOR, true).copy(it, 156);
  for (const [at, length] of [
    [190, 128],
    [318, 128],
    [446, 128],
    [574, 128],
    [702, 37],
    [739, 37],
    [776, 37],
  ] as const) {
    text(it, at, length, '');
  }
  for (const at of [813, 830, 847, 864]) it.write(NO_DATE, at, 'latin1');
  it[881] = 1;
  return it;
}

function record(name: string, at: number, bytes: number, isFolder: boolean): Buffer {
  const id = Buffer.from(name, 'latin1');
  const length = 33 + id.length;
  const it = Buffer.alloc(length + (length % 2));
  it[0] = it.length;
  both32(it, 2, at);
  both32(it, 10, bytes);
  // The first day of 1980: nobody asks, and the same files give the same image.
  it.set([80, 1, 1], 18);
  it[25] = isFolder ? 2 : 0;
  both16(it, 28, 1);
  it[32] = id.length;
  id.copy(it, 33);
  return it;
}

function pathTable(order: 'LE' | 'BE'): Buffer {
  const it = Buffer.alloc(PATH_TABLE_BYTES);
  it[0] = 1;
  if (order === 'LE') {
    it.writeUInt32LE(ROOT_AT, 2);
    it.writeUInt16LE(1, 6);
  } else {
    it.writeUInt32BE(ROOT_AT, 2);
    it.writeUInt16BE(1, 6);
  }
  return it;
}

function text(to: Buffer, at: number, length: number, value: string): void {
  to.write(value.padEnd(length, ' ').slice(0, length), at, 'latin1');
}

/** ISO 9660 writes numbers twice, in both byte orders. */
function both16(to: Buffer, at: number, value: number): void {
  to.writeUInt16LE(value, at);
  to.writeUInt16BE(value, at + 2);
}

function both32(to: Buffer, at: number, value: number): void {
  to.writeUInt32LE(value, at);
  to.writeUInt32BE(value, at + 4);
}
