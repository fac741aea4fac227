/**
 * Writes what drivers tell machines at their first boot into a folder, one file each, for
 * `cloud-init schema`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userData as cloudUserData, USER_DATA_BYTES } from '../../src/machines/cloud/user-data.ts';
import { networkConfig, userData } from '../../src/machines/virtual-machine/seed.ts';
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
const machine = { name: seed.name, hostKey: seed.hostKey, authorizedKeys: [seed.authorizedKey] };
writeFileSync(join(folder, 'cloud-user-data'), cloudUserData(machine, USER_DATA_BYTES.amazonec2));
writeFileSync(join(folder, 'network-config'), networkConfig(seed));
