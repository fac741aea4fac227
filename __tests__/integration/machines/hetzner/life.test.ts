import { expect, test } from '@jest/globals';
import { createTimeline } from '../../../../src/base/timeline.ts';
import { sweep } from '../../../../src/down/sweep.ts';
import { destroyCluster, destroyServer, isGone } from '../../../../src/machines/hetzner/destroy.ts';
import { listClusters, listMachines } from '../../../../src/machines/hetzner/find.ts';
import { hetznerOptions } from '../../../../src/machines/hetzner/options.ts';
import { preflight } from '../../../../src/machines/hetzner/preflight.ts';
import { renew } from '../../../../src/machines/hetzner/renew.ts';
import {
  HOST_KEY,
  hetznerTrial,
  makeCluster,
  OWNER,
  TWIN,
} from '../../../support/clouds/hetzner-cluster.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const PARTS = ['firewall su-42-shop', 'network su-42-shop', 'placement group su-42-shop-1'];
const PLANNED = { machines: 3, ports: [], ttlMs: 72 * 3_600_000, hasIpv6: false };

test('a cluster from its preflight to its removal', async () => {
  await using trial = await hetznerTrial();
  const { fake } = trial;
  const { facts, places, zone } = await preflight(trial.work(), hetznerOptions.parse({}), PLANNED);
  expect(zone).toBe('eu-central');
  expect(facts).toEqual([
    '3 × cx23 in nbg1: about € 0.02 an hour together, € 1.30 until it expires in 72 h. IPv4 addresses cost extra.',
  ]);
  expect(fake.project.all).toEqual([]);

  const made = await makeCluster(trial.work(), OWNER, 3, { places });
  const found = await listMachines(trial.work(), 'shop');
  expect(found).toEqual(made);
  expect(found.map(({ name, state }) => `${name} ${state}`)).toEqual([
    ...['shop-1 running', 'shop-2 running', 'shop-3 running'],
  ]);
  expect(found[0]).toMatchObject({
    owner: OWNER,
    address: expect.stringMatching(/^198\.51\.100\./),
    privateAddress: expect.stringMatching(/^10\.64\.0\./),
    labels: { 'swarm-up.host-key': HOST_KEY, 'swarm-up.index': '1' },
  });

  const expires = '2026-12-09T12:00:00Z';
  await renew(trial.work(), { ...OWNER, expires });
  const clusters = await listClusters(trial.work());
  expect(clusters).toEqual([
    {
      owner: { ...OWNER, expires },
      created: expect.stringMatching(/^\d{4}-.*Z$/),
      parts: [...['server su-42-shop-1', 'server su-42-shop-2', 'server su-42-shop-3'], ...PARTS],
    },
  ]);
  const [first] = await listMachines(trial.work(), 'shop');
  expect(first?.labels['swarm-up.host-key']).toBe(HOST_KEY);

  expect(await isGone(trial.work(), OWNER)).toBe(false);
  await destroyCluster(trial.work(), OWNER);
  expect(fake.project.all).toEqual([]);
  expect(await isGone(trial.work(), OWNER)).toBe(true);
  await destroyCluster(trial.work(), OWNER);
});

test('a server asks for what the cluster has, and metadata stays out of the labels', async () => {
  await using trial = await hetznerTrial();
  await makeCluster(trial.work(), OWNER, 1);
  const [server] = trial.fake.project.servers.values();
  const [network] = trial.fake.project.networks.values();
  const [firewall] = trial.fake.project.firewalls.values();
  expect(server).toMatchObject({
    ...{ name: 'su-42-shop-1', type: 'cx23', location: 'nbg1', image: 'docker-ce' },
    ...{ networks: [network?.id], firewalls: [firewall?.id], userData: '#cloud-config\n{}' },
  });
  expect(Object.keys(server?.labels ?? {}).sort()).toEqual([
    ...['swarm-up.cluster', 'swarm-up.expires', 'swarm-up.host-key', 'swarm-up.index'],
    ...['swarm-up.repository', 'swarm-up.run'],
  ]);
});

test('a later run adopts what is there, opens new ports and closes those that went', async () => {
  await using trial = await hetznerTrial();
  await makeCluster(trial.work(), OWNER, 1, { ports: [80, 81] });
  await makeCluster(trial.work(), { ...OWNER, run: '8/test/up' }, 2, { ports: [81, 443] });
  const { project } = trial.fake;
  const [firewall] = project.firewalls.values();
  expect(firewall?.rules.map(({ port }) => port)).toEqual(['22', '81', '443']);
  expect(project.all.filter((one) => !one.startsWith('primary'))).toEqual([
    ...PARTS,
    ...['server su-42-shop-1', 'server su-42-shop-2'],
  ]);
});

test('a cluster of the same name of another repository lives on beside it', async () => {
  await using trial = await hetznerTrial();
  await makeCluster(trial.work(), TWIN, 2);
  const before = trial.fake.project.all;
  await makeCluster(trial.work(), OWNER, 2);
  expect(await listMachines(trial.work(), 'shop')).toHaveLength(4);
  expect((await listClusters(trial.work())).map(({ owner }) => owner.repository).sort()).toEqual([
    ...['42', '43'],
  ]);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.project.all).toEqual(before);
});

test('what has the labels and not the name is told of once, and stays', async () => {
  await using trial = await hetznerTrial();
  await makeCluster(trial.work(), OWNER, 1);
  const { project } = trial.fake;
  const [own] = project.servers.values();
  if (!own) throw new Error('no server');
  project.servers.set(7, { ...own, id: 7, name: 'database', ipv4: undefined });
  // The firewall is that of the other server, too.
  await expect(destroyCluster(trial.work(20_000), OWNER)).rejects.toThrow(
    /^Cluster shop could not be removed completely: firewall su-42-shop \(\d+\).* left\.$/,
  );
  expect([...project.servers.values()].map(({ name }) => name)).toEqual(['database']);
  expect(trial.lines).toEqual([
    expect.stringMatching(/^warning: The server database \(7\) at Hetzner has labels of Swarm Up/),
  ]);
});

test('what appears after a look that found nothing is removed, too', async () => {
  await using trial = await hetznerTrial();
  const work = trial.work();
  let looks = 0;
  const sleep = async () => {
    looks += 1;
    if (looks === 1) await makeCluster(trial.work(), OWNER, 1);
  };
  await destroyCluster({ ...work, clock: { now: () => trial.now(), sleep } }, OWNER);
  expect(looks).toBeGreaterThan(1);
  expect(trial.fake.project.all).toEqual([]);
});

test('one server is removed with its address, and the others stay', async () => {
  await using trial = await hetznerTrial({ keepsAddresses: 'always', lingerMs: 5_000 });
  const [first] = await makeCluster(trial.work(), OWNER, 2);
  await destroyServer(trial.work(), first?.id ?? 0);
  await destroyServer(trial.work(), first?.id ?? 0);
  expect((await listMachines(trial.work(), 'shop')).map(({ name }) => name)).toEqual(['shop-2']);
  expect(trial.fake.project.addresses.size).toBe(1);
});

test('the calls for 50 machines stay far below the rate limit of an hour', async () => {
  await using trial = await hetznerTrial({ actionMs: 30_000 });
  await makeCluster(trial.work(), OWNER, 50);
  expect(trial.fake.project.groups.size).toBe(5);
  expect(trial.fake.journal.length).toBeLessThan(600);
  trial.fake.journal.length = 0;
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.project.all).toEqual([]);
  expect(trial.fake.journal.length).toBeLessThan(300);
});

test('a sweep of 100 clusters asks eight times, for four lists of 50 a page, and removes the one that is due', async () => {
  await using trial = await hetznerTrial({ actionMs: 0, serverLimit: 1_000 });
  const now = new Date('2026-12-01T00:00:00Z');
  for (let number = 1; number <= 100; number += 1) {
    const expires = number === 7 ? '2026-11-30T00:00:00Z' : OWNER.expires;
    await makeCluster(trial.work(), { ...OWNER, expires, cluster: `pr-${number}` }, 1);
  }
  const { fake } = trial;
  const gone: string[] = [];
  let removal = 0;
  fake.journal.length = 0;
  await sweep(
    {
      list: () => listClusters(trial.work()),
      remove: async ({ owner }) => {
        expect(fake.journal).toHaveLength(2 * 8);
        await destroyCluster(trial.work(), owner);
        removal = fake.journal.length - 16;
        return undefined;
      },
    },
    {
      ...{ repository: '42', dryRun: false, isClosed: undefined, now: () => now },
      signal: new AbortController().signal,
      reporter: { log: recordedLog().log, timeline: createTimeline(virtualClock()) },
      swept: ({ cluster, result }) => {
        if (result === 'removed') gone.push(cluster.owner.cluster);
      },
    },
  );
  expect(gone).toEqual(['pr-7']);
  expect(removal).toBeLessThan(30);
  expect(fake.project.servers.size).toBe(99);
});
