import { afterAll, expect, test } from '@jest/globals';
import { USER } from '../../../../src/machines/cloud/first-login.ts';
import { USER_DATA_BYTES, userData } from '../../../../src/machines/cloud/user-data.ts';
import { userKey } from '../../../../src/machines/cloud/user-key.ts';
import { waitForCloudInit } from '../../../../src/machines/cloud/wait-for-cloud-init.ts';
import { connectSsh } from '../../../../src/ssh/connect.ts';
import type { SshExecutor } from '../../../../src/ssh/executor.ts';
import { generateKeyPair, type KeyPair } from '../../../../src/ssh/keys/generate.ts';
import {
  type HostMachine,
  hostMachines,
  startHostMachine,
} from '../../../support/clouds/host-machine.ts';
import { docker, inside } from '../../../support/engine.ts';

const { signal } = new AbortController();
const ORIGIN = { secret: 'token-of-the-tests', repository: '4711', cluster: 'shop' };
const KEY = userKey([], ORIGIN);
const NETWORK = `cloud-test-${process.pid}`;

/** A machine starts in seconds; the first has its image built. */
const LIMIT_MS = 300_000;

afterAll(async () => expect(await hostMachines()).toBe(''));

function told(hostKey: KeyPair, name = 'shop-1'): string {
  const machine = { name, hostKey, authorizedKeys: KEY.authorizedKeys };
  return userData(machine, USER_DATA_BYTES.amazonec2);
}

async function enter(
  { address }: Pick<HostMachine, 'address'>,
  { publicKey }: KeyPair,
  key = KEY,
): Promise<SshExecutor> {
  const hostKeys = { kind: 'pinned' as const, keys: [publicKey] };
  const target = { name: 'shop-1', host: address, port: 22, user: USER, hostKeys };
  return await connectSsh({ ...target, ...key }, { signal, timeoutMs: 60_000 });
}

const readiness = () => {
  const lines: string[] = [];
  const log = { info: (line: string) => lines.push(line), warning: () => {} };
  return {
    ...{ user: USER, image: 'test', hasEngine: true, timeoutMs: 60_000, signal, log, lines },
  };
};

test(
  'a host that was told by user data alone is entered with the pinned host key and the derived user key, and keeps no copy of its key',
  async () => {
    const hostKey = generateKeyPair('shop-1');
    await docker('network', 'create', NETWORK);
    try {
      await using machine = await startHostMachine({
        ...{ name: 'su-4711-shop-1', userData: told(hostKey), network: NETWORK, signal },
      });
      const ssh = await enter(machine, hostKey);
      await waitForCloudInit(ssh, readiness());
      const run = async (line: string, stdin = '') =>
        (await ssh.run(['sudo', '-n', 'sh', '-c', line], { stdin })).stdout.trim();
      expect(await run('hostname; getent hosts 127.0.1.1')).toMatch(
        /^shop-1\n127\.0\.1\.1 +shop-1$/,
      );
      expect((await ssh.run(['id', '-nG'])).stdout.trim()).toBe(`${USER} docker`);
      expect(await run('ip -4 -o address show')).toContain(` ${machine.privateAddress}/`);
      expect(machine.privateAddress).not.toBe(machine.address);
      expect(await run('iptables -t raw -S PREROUTING | tail -n 1')).toBe(
        '-A PREROUTING -d 169.254.169.254/32 ! -i lo -j DROP',
      );
      const copies =
        'grep -rlsF -f - /etc /var/lib/cloud /var/log /run /root /home /usr/lib/cloud-init';
      expect(await run(copies, hostKey.privateKey.split('\n')[2])).toBe(
        '/etc/ssh/ssh_host_ed25519_key',
      );
      expect(await run('getent shadow root')).toBe('root:*::0::7:::');
      await ssh.close();

      // Once more, as after a reboot: there is nothing that would set it up again.
      const again = await enter({ address: await machine.restart() }, hostKey);
      await waitForCloudInit(again, readiness());
      await again.close();
    } finally {
      await docker('network', 'rm', NETWORK);
    }
  },
  LIMIT_MS,
);

test(
  'the key of another token and another host key are refused',
  async () => {
    const hostKey = generateKeyPair('shop-1');
    await using machine = await startHostMachine({ name: 'one', userData: told(hostKey), signal });
    const other = userKey([], { ...ORIGIN, secret: 'another token' });
    await expect(enter(machine, hostKey, other)).rejects.toThrow('refused to log in');
    await expect(enter(machine, generateKeyPair('shop-1'))).rejects.toThrow(/[Hh]ost key/);
  },
  LIMIT_MS,
);

test(
  'a command of the user data that fails is a failure that names its module and what it said',
  async () => {
    const hostKey = generateKeyPair('shop-1');
    const text = told(hostKey).replace('set -e\\n', 'set -e\\necho no such rule >&2; exit 4\\n');
    await using machine = await startHostMachine({ name: 'one', userData: text, signal });
    const ssh = await enter(machine, hostKey);
    await expect(waitForCloudInit(ssh, readiness())).rejects.toMatchObject({
      message: 'cloud-init failed on shop-1, in its module scripts_user.',
      details: expect.stringContaining('no such rule'),
    });
    await ssh.close();
  },
  LIMIT_MS,
);

test(
  'user data that the test does not understand are refused, and nothing is left',
  async () => {
    const text = told(generateKeyPair('shop-1'));
    const start = async (userData: string) =>
      await startHostMachine({ name: 'one', userData, signal });
    await expect(start(text.replace('"runcmd"', '"packages": ["x"], "runcmd"'))).rejects.toThrow(
      'packages',
    );
    await expect(start(text.replace('"ssh_pwauth": false', '"ssh_pwauth": true'))).rejects.toThrow(
      'ssh_pwauth',
    );
    await expect(start('#!/bin/sh\n')).rejects.toThrow('cloud-config');
    expect(await hostMachines()).toBe('');
  },
  LIMIT_MS,
);

test(
  'a machine that is removed twice is gone',
  async () => {
    const userData = told(generateKeyPair('shop-1'));
    const machine = await startHostMachine({ name: 'one', userData, signal });
    await machine.remove();
    await machine.remove();
    expect(await inside(machine.container, 'true')).toContain('No such container');
  },
  LIMIT_MS,
);
