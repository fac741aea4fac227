import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { isoImage } from '../../../../src/machines/virtual-machine/iso.ts';
import {
  metaData,
  networkConfig,
  type SeedInput,
  seedImage,
  userData,
} from '../../../../src/machines/virtual-machine/seed.ts';

const input: SeedInput = {
  name: 'shop-2',
  index: 2,
  subnet: '10.200.7',
  lanMac: '52:54:00:00:00:01',
  wanMac: '56:54:00:00:00:01',
  hostKey: { privateKey: 'BEGIN\nprivate\nEND\n', publicKey: 'ssh-ed25519 AAAA shop-2' },
  authorizedKey: 'ssh-ed25519 BBBB swarm-up',
  internet: true,
};

/** The files in the root of a CD image, as a reader finds them (ECMA-119). */
function filesOf(image: Buffer): Record<string, string> {
  const root = image.readUInt32LE(16 * 2_048 + 156 + 2) * 2_048;
  const files: Record<string, string> = {};
  for (let at = root; image[at]; at += image[at] ?? 0) {
    if ((image[at + 25] ?? 0) & 2) continue;
    const name = image.toString('latin1', at + 33, at + 33 + (image[at + 32] ?? 0));
    const from = image.readUInt32LE(at + 2) * 2_048;
    files[name] = image.toString('utf8', from, from + image.readUInt32LE(at + 10));
  }
  return files;
}

test('the seed is a CD image with the label that cloud-init looks for, and its three files', () => {
  const image = seedImage(input);
  expect(image.toString('latin1', 16 * 2_048 + 1, 16 * 2_048 + 6)).toBe('CD001');
  expect(image.toString('latin1', 16 * 2_048 + 40, 16 * 2_048 + 72).trim()).toBe('CIDATA');
  expect(image.readUInt32LE(16 * 2_048 + 80) * 2_048).toBe(image.length);
  expect(filesOf(image)).toEqual({
    'META-DATA;1': metaData(input),
    'NETWORK-CONFIG;1': networkConfig(input),
    'USER-DATA;1': userData(input),
  });
});

test('numbers stand in both byte orders, and a file fills whole sectors', () => {
  const image = isoImage('X', { long: 'a'.repeat(2_049), none: '' });
  expect(image.readUInt32BE(16 * 2_048 + 84)).toBe(image.readUInt32LE(16 * 2_048 + 80));
  expect(image.length % 2_048).toBe(0);
  expect(filesOf(image)).toEqual({ 'LONG;1': 'a'.repeat(2_049), 'NONE;1': '' });
});

test('more files than a sector has room for are refused', () => {
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`file-${at}`, '']));
  expect(() => isoImage('X', files)).toThrow(RangeError);
});

test('user data lets one key in, and brings the host key of the machine', () => {
  const text = userData(input);
  expect(text).toMatch(/^#cloud-config\n/);
  expect(parse(text)).toEqual({
    users: [
      {
        name: 'swarm-up',
        groups: ['docker'],
        shell: '/bin/bash',
        lock_passwd: true,
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: ['ssh-ed25519 BBBB swarm-up'],
      },
    ],
    ssh_pwauth: false,
    ssh_deletekeys: true,
    ssh_keys: {
      ed25519_private: 'BEGIN\nprivate\nEND\n',
      ed25519_public: 'ssh-ed25519 AAAA shop-2',
    },
    manage_etc_hosts: 'localhost',
  });
});

test('the host name is the name of the machine', () => {
  expect(parse(metaData(input))).toEqual({
    'instance-id': 'swarm-up-shop-2',
    'local-hostname': 'shop-2',
  });
});

test('both interfaces are known by their MAC address; the way out is the second one', () => {
  expect(parse(networkConfig(input))).toEqual({
    version: 2,
    ethernets: {
      lan: { match: { macaddress: '52:54:00:00:00:01' }, addresses: ['10.200.7.12/24'] },
      wan: {
        match: { macaddress: '56:54:00:00:00:01' },
        addresses: ['198.18.0.15/24'],
        routes: [{ to: '0.0.0.0/0', via: '198.18.0.2' }],
        nameservers: { addresses: ['198.18.0.3'] },
      },
    },
  });
});

test('without `internet` there is no route out', () => {
  expect(parse(networkConfig({ ...input, internet: false })).ethernets.wan).toEqual({
    match: { macaddress: '56:54:00:00:00:01' },
    addresses: ['198.18.0.15/24'],
  });
});
