import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { destroyCluster } from '../../../../src/machines/hetzner/destroy.ts';
import { listClusters, listMachines } from '../../../../src/machines/hetzner/find.ts';
import { existingNetwork } from '../../../../src/machines/hetzner/network.ts';
import { hetznerOptions } from '../../../../src/machines/hetzner/options.ts';
import { preflight } from '../../../../src/machines/hetzner/preflight.ts';
import { renew } from '../../../../src/machines/hetzner/renew.ts';
import type { FakeHetzner } from '../../../support/clouds/hetzner.ts';
import {
  hetznerTrial,
  makeCluster,
  OWNER,
  type Trial,
} from '../../../support/clouds/hetzner-cluster.ts';
import { type ValidatingProxy, validatingProxy } from '../../../support/clouds/validating-proxy.ts';

const STRUCTURE = join(import.meta.dirname, '../../../fixtures/clouds/hetzner-structure.json');
const PLANNED = { machines: 2, ports: [], ttlMs: undefined, hasIpv6: false };

/** `DELETE /servers/{id}` of a line of the journal. */
function callOf(line: string): string {
  const [method, path = ''] = line.split(/[ ?]/);
  return `${method} ${path.replace(/\d+/, '{id}')}`;
}

async function besideProxy(): Promise<{ trial: Trial; proxy: ValidatingProxy }> {
  const started = Promise.withResolvers<ValidatingProxy>();
  const before = async (fake: FakeHetzner) => {
    const proxy = await validatingProxy(STRUCTURE, fake.endpoint);
    started.resolve(proxy);
    return proxy.endpoint;
  };
  const trial = await hetznerTrial({ keepsAddresses: 'always', releaseMs: 5_000 }, before);
  return { trial, proxy: await started.promise };
}

test('each call and each answer of a whole life is as Hetzner describes it', async () => {
  const { trial, proxy } = await besideProxy();
  await using _trial = trial;
  await using _proxy = proxy;
  const options = hetznerOptions.parse({});
  await preflight(trial.work(), options, PLANNED);
  await preflight(trial.work(), { ...options, image: '5' }, PLANNED);
  const made = await makeCluster(trial.work(), OWNER, 2, { ports: [80, 81, 443] });
  await makeCluster(trial.work(), OWNER, 2, { ports: [81] });
  expect(await listMachines(trial.work(), 'shop')).toEqual(made);
  const [network] = trial.fake.project.networks.keys();
  await existingNetwork(trial.work(), network ?? 0, 'eu-central');
  await renew(trial.work(), { ...OWNER, expires: '2026-12-09T12:00:00Z' });
  expect(await listClusters(trial.work())).toHaveLength(1);
  // An answer with a refusal is described, too.
  trial.fake.project.full.add('cx23 in nbg1').add('cx23 in hel1');
  await expect(makeCluster(trial.work(), OWNER, 3)).rejects.toThrow('no room for shop-3');
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.project.all).toEqual([]);
  expect(proxy.violations).toEqual([]);

  const called = new Set(trial.fake.journal.map(callOf));
  const { default: structure } = await import(STRUCTURE, { with: { type: 'json' } });
  const described = Object.entries<object>(structure.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...called].sort()).toEqual(described.sort());
});

test('what does not fit is found on both sides', async () => {
  const { trial, proxy } = await besideProxy();
  await using _trial = trial;
  await using _proxy = proxy;
  const { api } = trial.work(20_000);
  const body = { name: 'a', labels: 3 as unknown as Record<string, string> };
  await expect(api.createPlacementGroup(body)).rejects.toMatchObject({
    ...{ httpStatus: 422, details: expect.stringMatching(/labels/) },
  });
  await api.createPlacementGroup({ name: 'a', labels: {} });
  const [group] = trial.fake.project.groups.values();
  if (group) group.labels = { answer: 42 as unknown as string };
  await expect(api.placementGroups({})).rejects.toMatchObject({
    ...{ httpStatus: 500, details: expect.stringMatching(/answer/) },
  });
  expect(new Set(proxy.violations)).toEqual(
    new Set([
      expect.stringMatching(/^post .placement_groups: /),
      expect.stringMatching(/^get .placement_groups: /),
    ]),
  );
});
