import { expect, test } from '@jest/globals';
import {
  destroyCluster,
  destroyDroplet,
  isGone,
} from '../../../../src/machines/digitalocean/destroy.ts';
import { listClusters, listMachines } from '../../../../src/machines/digitalocean/find.ts';
import { digitaloceanOptions } from '../../../../src/machines/digitalocean/options.ts';
import { listDroplets } from '../../../../src/machines/digitalocean/owned.ts';
import { ensureOwnerTags } from '../../../../src/machines/digitalocean/owner-tags.ts';
import { preflight } from '../../../../src/machines/digitalocean/preflight.ts';
import { renew } from '../../../../src/machines/digitalocean/renew.ts';
import {
  digitaloceanTrial,
  HOST_KEY,
  makeCluster,
  OWNER,
  TWIN,
} from '../../../support/clouds/digitalocean-cluster.ts';

const WANTED = { cluster: OWNER, machines: 3, ttlMs: 72 * 3_600_000 };

test('a cluster from its preflight to its removal', async () => {
  await using trial = await digitaloceanTrial({ lingerMs: 3_000, applyMs: 3_000 });
  const { fake } = trial;
  const { facts, places } = await preflight(trial.work(), digitaloceanOptions.parse({}), WANTED);
  expect(facts).toEqual([
    '3 × s-1vcpu-2gb in fra1: about USD 0.05 an hour together, USD 3.86 until it expires in 72 h.',
  ]);
  expect(fake.account.all).toEqual([]);

  const made = await makeCluster(trial.work(), OWNER, 3, { places });
  const found = await listMachines(trial.work(), OWNER);
  expect(found).toEqual(made);
  expect(found.map(({ name, state }) => `${name} ${state}`)).toEqual([
    ...['shop-1 running', 'shop-2 running', 'shop-3 running'],
  ]);
  expect(found[0]).toMatchObject({
    owner: OWNER,
    address: expect.stringMatching(/^198\.51\.100\./),
    privateAddress: expect.stringMatching(/^10\.114\.0\./),
    labels: { 'swarm-up.host-key': HOST_KEY, 'swarm-up.index': '1' },
  });

  const expires = '2026-12-09T12:00:00Z';
  await renew(trial.work(), { ...OWNER, expires });
  expect(await listClusters(trial.work())).toEqual([
    {
      owner: { ...OWNER, expires },
      created: expect.stringMatching(/^\d{4}-.*Z$/),
      parts: [
        ...['droplet su-42-shop-1', 'droplet su-42-shop-2', 'droplet su-42-shop-3'],
        'firewall su-42-shop',
      ],
    },
  ]);
  const renewed = (await listMachines(trial.work(), OWNER)).map(({ owner }) => owner.expires);
  expect(renewed).toEqual([expires, expires, expires]);
  expect([...fake.account.tags].filter((tag) => tag.includes(':exp:'))).toHaveLength(1);

  expect(await isGone(trial.work(), OWNER)).toBe(false);
  await destroyCluster(trial.work(), OWNER);
  expect(fake.account.all).toEqual([]);
  expect(await isGone(trial.work(), OWNER)).toBe(true);
  await destroyCluster(trial.work(), OWNER);
});

test('a droplet asks for what the cluster has, and is found by its tags alone', async () => {
  await using trial = await digitaloceanTrial();
  await makeCluster(trial.work(), OWNER, 1);
  const [droplet] = trial.fake.account.droplets.values();
  expect(droplet).toMatchObject({
    ...{ name: 'su-42-shop-1', size: 's-1vcpu-2gb', region: 'fra1', image: 'debian-13-x64' },
    ...{ ipv6: false, monitoring: false, userData: '#cloud-config\n{}' },
    tags: [
      'su:42:shop:exp:1796385600',
      'su:42:shop:run:7_2ftest_2fup',
      `su:42:shop:key:1:${'ab'.repeat(32)}`,
      'su:42:shop',
    ],
  });
});

test('the firewall lets in SSH, the published ports, and the swarm from its own tag', async () => {
  await using trial = await digitaloceanTrial();
  await makeCluster(trial.work(), OWNER, 1, { ports: [80, 81] });
  const [firewall] = trial.fake.account.firewalls.values();
  const rules = (firewall?.inbound ?? []).map(
    ({ protocol, ports, sources }) =>
      `${ports}/${protocol} ${[...(sources?.addresses ?? []), ...(sources?.tags ?? [])]}`,
  );
  expect(rules).toEqual([
    ...['22/tcp 0.0.0.0/0,::/0', '80-81/tcp 0.0.0.0/0,::/0'],
    ...['2377/tcp su:42:shop', '7946/tcp su:42:shop', '7946/udp su:42:shop', '4789/udp su:42:shop'],
  ]);
  expect(firewall?.tags).toEqual(['su:42:shop']);
  expect(firewall?.outbound.map(({ protocol, ports }) => `${ports}/${protocol}`)).toEqual([
    ...['0/tcp', '0/udp', '0/icmp'],
  ]);
});

test('a later run adopts what is there, opens new ports and closes those that went', async () => {
  await using trial = await digitaloceanTrial();
  await makeCluster(trial.work(), OWNER, 1, { ports: [80, 81] });
  await makeCluster(trial.work(), { ...OWNER, run: '8/test/up' }, 2, { ports: [81, 443] });
  const { account } = trial.fake;
  const [firewall] = account.firewalls.values();
  expect(firewall?.inbound.slice(0, 3).map(({ ports }) => ports)).toEqual(['22', '81', '443']);
  expect(account.all.filter((one) => !one.startsWith('tag'))).toEqual([
    ...['droplet su-42-shop-1', 'droplet su-42-shop-2', 'firewall su-42-shop'],
  ]);
});

test('a cluster of the same name of another repository lives on beside it', async () => {
  await using trial = await digitaloceanTrial();
  await makeCluster(trial.work(), TWIN, 2);
  const before = trial.fake.account.all;
  await makeCluster(trial.work(), OWNER, 2);
  expect(await listMachines(trial.work(), OWNER)).toHaveLength(2);
  expect((await listClusters(trial.work())).map(({ owner }) => owner.repository).sort()).toEqual([
    ...['42', '43'],
  ]);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.account.all).toEqual(before);
});

test('what has the tags and not the name is told of once, and stays with its tags', async () => {
  await using trial = await digitaloceanTrial();
  await makeCluster(trial.work(), OWNER, 1);
  const { account } = trial.fake;
  const [own] = account.droplets.values();
  if (!own) throw new Error('no droplet');
  account.droplets.set(7, { ...own, id: 7, name: 'database' });
  await expect(destroyCluster(trial.work(20_000), OWNER)).rejects.toMatchObject({
    message:
      'Cluster shop could not be removed completely: droplet database (7, https://cloud.digitalocean.com/droplets/7) left.',
    hint: expect.stringContaining('https://cloud.digitalocean.com'),
  });
  expect([...account.droplets.values()].map(({ name }) => name)).toEqual(['database']);
  expect(account.tags).toContain('su:42:shop');
  expect(trial.lines).toEqual([
    expect.stringMatching(/^warning: The droplet database \(7\) at DigitalOcean has tags of Swarm/),
  ]);
});

test('a droplet that is not listed yet keeps its tags until it is found', async () => {
  await using trial = await digitaloceanTrial({ lagMs: 20_000 });
  await trial.work().api.createDroplet({
    ...{ name: 'su-42-shop-1', region: 'fra1', size: 's-1vcpu-2gb', image: 'debian-13-x64' },
    ...{ userData: '', vpc: undefined, ipv6: false, monitoring: false },
    tags: ['su:42:shop', `su:42:shop:key:1:${'ab'.repeat(32)}`],
  });
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.account.all).toEqual([]);
});

test('what a run that was killed before its first droplet has left is found and removed', async () => {
  await using trial = await digitaloceanTrial();
  await ensureOwnerTags(trial.work(), { ...OWNER, pullRequest: '3' });
  expect(await listClusters(trial.work())).toEqual([
    {
      owner: { ...OWNER, pullRequest: '3' },
      created: undefined,
      parts: [
        ...['tag su:42:shop:exp:1796385600', 'tag su:42:shop:run:7_2ftest_2fup'],
        ...['tag su:42:shop:pr:3', 'tag su:42:shop'],
      ],
    },
  ]);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.account.all).toEqual([]);
});

test('one droplet is removed with its own tag, and the others stay', async () => {
  await using trial = await digitaloceanTrial({ lingerMs: 5_000 });
  await makeCluster(trial.work(), OWNER, 2);
  const [first] = await listDroplets(trial.work(), OWNER);
  if (!first) throw new Error('no droplet');
  await destroyDroplet(trial.work(), first);
  await destroyDroplet(trial.work(), first);
  expect((await listMachines(trial.work(), OWNER)).map(({ name }) => name)).toEqual(['shop-2']);
  const keys = [...trial.fake.account.tags].filter((tag) => tag.includes(':key:'));
  expect(keys).toEqual([`su:42:shop:key:2:${'ab'.repeat(32)}`]);
});

test('the calls for 50 machines stay below the rate limit of a minute', async () => {
  await using trial = await digitaloceanTrial({ bootMs: 30_000 });
  const from = trial.now();
  await makeCluster(trial.work(), OWNER, 50);
  const minutes = Math.ceil((trial.now() - from) / 60_000);
  expect(trial.fake.journal.length / minutes).toBeLessThan(125);
  trial.fake.journal.length = 0;
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.account.all).toEqual([]);
  expect(trial.fake.journal.length).toBeLessThan(80);
});

test('100 clusters are found by three lists, and each is removed by few calls', async () => {
  await using trial = await digitaloceanTrial({ bootMs: 0, dropletLimit: 1_000 });
  for (let number = 1; number <= 100; number += 1) {
    await makeCluster(trial.work(), { ...OWNER, cluster: `pr-${number}` }, 1);
  }
  trial.fake.journal.length = 0;
  const clusters = await listClusters(trial.work());
  expect(clusters).toHaveLength(100);
  // Two pages of tags: a cluster of one machine has four.
  expect(trial.fake.journal.map((line) => line.split('?')[0])).toEqual([
    ...['GET /v2/droplets', 'GET /v2/firewalls', 'GET /v2/tags', 'GET /v2/tags'],
  ]);
  for (const { owner } of clusters) await destroyCluster(trial.work(), owner);
  expect(trial.fake.account.all).toEqual([]);
  expect(trial.fake.journal.length).toBeLessThan(100 * 20);
});
