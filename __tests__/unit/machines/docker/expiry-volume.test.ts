import { expect, test } from '@jest/globals';
import type { Argv } from '../../../../src/exec/argv.ts';
import type { Executor } from '../../../../src/exec/executor.ts';
import { renewLease } from '../../../../src/machines/docker/expiry-volume.ts';

const OWNER = {
  cluster: 'shop',
  repository: '42',
  run: '7/test/up',
  expires: '2026-11-25T00:00:00Z',
};
const NAME = 'shop-lease-20261125000000';
const { signal } = new AbortController();

/** Runs the renewal where these volumes are found afterwards; gives the commands. */
async function renewal(found: readonly string[]): Promise<string[]> {
  const commands: string[] = [];
  const runner: Executor = {
    where: 'the runner',
    open: () => Promise.reject(new Error('not asked for')),
    run: async (argv: Argv) => {
      commands.push(argv.join(' '));
      return { exitCode: 0, stdout: '', stderr: '' };
    },
  };
  await renewLease(
    runner,
    {
      get: async (_path, query, schema) => {
        expect(JSON.parse(query.filters ?? '').label).toContain('swarm-up.lease');
        return schema.parse({ Volumes: found.map((Name) => ({ Name })) });
      },
    },
    OWNER,
    signal,
  );
  return commands;
}

test('the newest expiry is a volume with the labels of the cluster, and takes the place of the older ones', async () => {
  const create = `docker volume create --label=swarm-up.cluster=shop --label=swarm-up.repository=42 --label=swarm-up.run=7/test/up --label=swarm-up.expires=2026-11-25T00:00:00Z --label=swarm-up.lease=true ${NAME}`;
  expect(await renewal([NAME])).toEqual([create]);
  expect(await renewal(['shop-lease-1', NAME, 'shop-lease-2', 'shop-lease-', 'twin'])).toEqual([
    create,
    'docker volume rm --force shop-lease-1 shop-lease-2',
  ]);
});

test('a volume of somebody else that has its name is an error', async () => {
  await expect(renewal(['old-1'])).rejects.toThrow(`The volume ${NAME} exists and is not of`);
});
