/**
 * Writes what the driver tells machines at their first boot into a folder, one file each, for
 * `cloud-init schema`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { networkConfig, userData } from '../../src/machines/qemu/machine/seed.ts';
import { generateKeyPair } from '../../src/ssh/keys/generate.ts';

const [folder = ''] = process.argv.slice(2);
const seed = {
  name: 'test-1',
  index: 1,
  subnet: '10.77.0',
  lanMac: '52:54:00:00:00:01',
  wanMac: '52:54:00:00:00:02',
  hostKey: generateKeyPair('host'),
  authorizedKey: generateKeyPair('user').publicKey,
  internet: true,
};
writeFileSync(join(folder, 'user-data'), userData(seed));
writeFileSync(join(folder, 'network-config'), networkConfig(seed));
