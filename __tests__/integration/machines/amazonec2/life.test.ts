import { expect, test } from '@jest/globals';
import { destroyCluster, isGone } from '../../../../src/machines/amazonec2/destroy.ts';
import { listClusters, listMachines } from '../../../../src/machines/amazonec2/find.ts';
import { amazonec2Options } from '../../../../src/machines/amazonec2/options.ts';
import { preflight } from '../../../../src/machines/amazonec2/preflight.ts';
import { renew } from '../../../../src/machines/amazonec2/renew.ts';
import {
  amazonec2Trial,
  HOST_KEY,
  makeCluster,
  OWNER,
} from '../../../support/clouds/amazonec2/amazonec2-cluster.ts';

test('a cluster from its preflight to its removal', async () => {
  await using trial = await amazonec2Trial({ lingerMs: 3_000 });
  const { region } = trial.fake;
  const { facts } = await preflight(trial.work(), amazonec2Options.parse({}), { machines: 3 });
  expect(facts).toEqual([
    '3 × t3.small in eu-central-1a (ubuntu-24.04, ami-0a00000000000002): 6 vCPUs together. The price is not asked; see https://aws.amazon.com/ec2/pricing/on-demand/',
  ]);
  expect(region.all).toEqual([]);

  const made = await makeCluster(trial.work(), OWNER, 3);
  const found = await listMachines(trial.work(), OWNER, 'public');
  expect(found).toEqual(made);
  expect(found.map(({ name, state }) => `${name} ${state}`)).toEqual([
    ...['shop-1 running', 'shop-2 running', 'shop-3 running'],
  ]);
  expect(found[0]).toMatchObject({
    owner: OWNER,
    address: expect.stringMatching(/^198\.51\.100\./),
    privateAddress: expect.stringMatching(/^172\.31\.0\./),
    labels: { 'swarm-up.host-key': HOST_KEY, 'swarm-up.index': '1' },
  });

  const expires = '2026-12-09T12:00:00Z';
  await renew(trial.work(), { ...OWNER, expires });
  expect(await listClusters(trial.work())).toEqual([
    {
      owner: { ...OWNER, expires },
      created: expect.stringMatching(/^\d{4}-.*Z$/),
      parts: [
        ...['instance su-42-shop-1', 'instance su-42-shop-2', 'instance su-42-shop-3'],
        'security group su-42-shop',
      ],
    },
  ]);
  const renewed = await listMachines(trial.work(), OWNER, 'public');
  expect(renewed.map(({ owner }) => owner.expires)).toEqual([expires, expires, expires]);

  expect(await isGone(trial.work(), OWNER)).toBe(false);
  await destroyCluster(trial.work(), OWNER);
  expect(region.all).toEqual([]);
  expect(await isGone(trial.work(), OWNER)).toBe(true);
  await destroyCluster(trial.work(), OWNER);
});
