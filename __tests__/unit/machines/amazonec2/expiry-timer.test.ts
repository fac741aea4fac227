import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { expiryAdditions } from '../../../../src/machines/amazonec2/expiry-timer.ts';
import { USER_DATA_BYTES, userData } from '../../../../src/machines/cloud/user-data.ts';

const machine = {
  name: 'shop-2',
  hostKey: { privateKey: 'BEGIN\nprivate\nEND\n', publicKey: 'ssh-ed25519 AAAA shop-2' },
  authorizedKeys: ['ssh-ed25519 BBBB'],
};

function configOf(expires: string | undefined) {
  const additions = expiryAdditions(expires);
  return parse(userData({ ...machine, additions }, USER_DATA_BYTES.amazonec2)) as {
    readonly write_files: readonly { path: string; permissions: string; content: string }[];
    readonly runcmd: readonly string[][];
  };
}

test('a machine of a cluster that expires sets its timer at the first boot, in UTC', () => {
  const { write_files, runcmd } = configOf('2026-12-04T13:00:00+01:00');
  expect(write_files.at(-1)).toMatchObject({
    ...{ path: '/usr/local/sbin/swarm-up-expire-at', permissions: '0755' },
    content: expect.stringContaining('systemctl poweroff'),
  });
  expect(runcmd[0]?.[2]).toMatch(
    /\n\/usr\/local\/sbin\/swarm-up-expire-at '2026-12-04 12:00:00'\n$/,
  );
});

test('a machine of a cluster that does not expire has no timer, and may get one later', () => {
  const { write_files, runcmd } = configOf(undefined);
  expect(runcmd[0]?.[2]).not.toContain('swarm-up-expire-at');
  expect(write_files.at(-1)?.path).toBe('/usr/local/sbin/swarm-up-expire-at');
});
