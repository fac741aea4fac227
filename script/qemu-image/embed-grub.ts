/**
 * Writes GRUB into the boot sector and the BIOS boot partition of a disk image, as grub-bios-setup
 * does, which would need a loop device.
 */
import { openSync, readFileSync, readSync, writeSync } from 'node:fs';

const SECTOR = 512;
/** First sector of the BIOS boot partition. */
const CORE_AT = 2_048;

const [disk = '', bootImage = '', coreImage = ''] = process.argv.slice(2);
const boot = readFileSync(bootImage);
const core = readFileSync(coreImage);

// The block list at the end of the first sector of core.img: where the rest of it is, and how many
// sectors.
core.writeBigUInt64LE(BigInt(CORE_AT + 1), 0x1f4);
core.writeUInt16LE(Math.ceil(core.length / SECTOR) - 1, 0x1fc);
// boot.img: where core.img begins, and no guess of the drive, as grub-install does for hard disks.
boot.writeBigUInt64LE(BigInt(CORE_AT), 0x5c);
boot.writeUInt16LE(0x9090, 0x66);

const file = openSync(disk, 'r+');
const first = Buffer.alloc(SECTOR);
readSync(file, first, 0, SECTOR, 0);
// After these bytes comes the partition table.
boot.copy(first, 0, 0, 440);
writeSync(file, first, 0, SECTOR, 0);
writeSync(file, core, 0, core.length, CORE_AT * SECTOR);
