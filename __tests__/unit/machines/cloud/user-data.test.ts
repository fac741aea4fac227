import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ActionError } from '../../../../src/base/errors.ts';
import { USER_DATA_BYTES, userData } from '../../../../src/machines/cloud/user-data.ts';

const machine = {
  name: 'shop-2',
  hostKey: { privateKey: 'BEGIN\nprivate\nEND\n', publicKey: 'ssh-ed25519 AAAA shop-2' },
  authorizedKeys: ['ssh-ed25519 BBBB', 'ssh-rsa CCCC'],
};
const text = userData(machine, USER_DATA_BYTES.amazonec2);
const config = parse(text) as {
  readonly write_files: readonly { path: string; permissions: string; content: string }[];
  readonly runcmd: readonly string[][];
};

test('a cloud’s machine has the name of its node, one host key, and lets in who has a key', () => {
  expect(text).toMatch(/^#cloud-config\n/);
  expect(config).toMatchObject({
    hostname: 'shop-2',
    fqdn: 'shop-2',
    preserve_hostname: false,
    prefer_fqdn_over_hostname: false,
    manage_etc_hosts: 'localhost',
    users: [
      {
        name: 'swarm-up',
        lock_passwd: true,
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: ['ssh-ed25519 BBBB', 'ssh-rsa CCCC'],
      },
    ],
    ssh_pwauth: false,
    chpasswd: { expire: false },
    updates: { network: { when: ['boot-new-instance'] } },
    ssh_deletekeys: true,
    ssh_keys: {
      ed25519_private: 'BEGIN\nprivate\nEND\n',
      ed25519_public: 'ssh-ed25519 AAAA shop-2',
    },
  });
});

test('cloud-init makes no user but the one', () => {
  expect(config).not.toHaveProperty('users.1');
  expect(config).not.toHaveProperty('system_info');
});

test('each start of the engine closes the metadata first, and the first boot closes it by itself', () => {
  const [close, dropIn] = config.write_files;
  expect(close).toEqual({
    path: '/usr/local/sbin/swarm-up-close-metadata',
    permissions: '0755',
    content: expect.stringMatching(
      /^#!\/bin\/sh\n[\s\S]*PREROUTING ! -i lo -d 169\.254\.169\.254 -j DROP\n[\s\S]*-I "\$@"\n$/,
    ),
  });
  expect(dropIn).toEqual({
    path: '/etc/systemd/system/docker.service.d/swarm-up.conf',
    permissions: '0644',
    content: '[Service]\nExecStartPre=/usr/local/sbin/swarm-up-close-metadata\n',
  });
  expect(config.runcmd).toEqual([
    [
      'sh',
      '-c',
      expect.stringMatching(/^set -e\n[\s\S]*daemon-reload[\s\S]*swarm-up-close-metadata/),
    ],
  ]);
});

test('at the end of each boot the copies of the user data go, and no later boot makes new ones', () => {
  const { path, permissions, content } = config.write_files[2] ?? {};
  expect({ path, permissions }).toEqual({
    path: '/var/lib/cloud/scripts/per-boot/swarm-up-forget',
    permissions: '0755',
  });
  for (const copy of ['user-data.txt*', 'vendor-*.txt*', 'cloud-config.txt', 'obj.pkl']) {
    expect(content).toContain(` */${copy}`);
  }
  expect(content).toContain("echo 'policy: disabled' >/etc/cloud/ds-identify.cfg");
});

test('the host key stands in no command and in no file that is written beside it', () => {
  const { write_files, runcmd } = config;
  expect(JSON.stringify({ write_files, runcmd })).not.toContain('BEGIN');
});

test('it fits into the user data of every cloud, and what is too long is refused', () => {
  expect(Buffer.byteLength(text)).toBeLessThan(4_096);
  expect(userData(machine, Buffer.byteLength(text))).toBe(text);
  const refused = () => userData(machine, Buffer.byteLength(text) - 1);
  expect(refused).toThrow(ActionError);
  expect(refused).toThrow(
    /^User data of shop-2 is too long: \d+ bytes, and this cloud takes \d+\.$/,
  );
});

test('characters of more than one byte count as what they are', () => {
  const name = 'ü'.repeat(10);
  const bytes = Buffer.byteLength(userData({ ...machine, name }, 65_536));
  expect(() => userData({ ...machine, name }, bytes - 1)).toThrow(`${bytes} bytes`);
});
