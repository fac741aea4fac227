import { expect, test } from '@jest/globals';
import { AT_ONCE } from '../../../../src/machines/digitalocean/api/work.ts';
import { destroyCluster } from '../../../../src/machines/digitalocean/destroy.ts';
import { listMachines } from '../../../../src/machines/digitalocean/find.ts';
import {
  digitaloceanTrial,
  makeCluster,
  OWNER,
  TWIN,
} from '../../../support/clouds/digitalocean-cluster.ts';

const where = (droplets: Iterable<{ name: string; size: string; region: string }>) =>
  [...droplets].map(({ name, size, region }) => `${name} ${size} ${region}`).sort();

test('a region without room is left out, and no cluster is ever in two', async () => {
  await using trial = await digitaloceanTrial();
  const { account } = trial.fake;
  account.full.add('s-1vcpu-2gb in fra1');
  await makeCluster(trial.work(), OWNER, 3);
  expect(where(account.droplets.values())).toEqual([
    'su-42-shop-1 s-1vcpu-2gb ams3',
    'su-42-shop-2 s-1vcpu-2gb ams3',
    'su-42-shop-3 s-1vcpu-2gb ams3',
  ]);
  expect(trial.lines).toEqual(['DigitalOcean has no room for shop-1 as s-1vcpu-2gb in fra1.']);
});

test('a region that becomes full goes on with another size, and not with another region', async () => {
  const full = { after: 2 };
  await using trial = await digitaloceanTrial({
    onDroplet: async () => {
      full.after -= 1;
      if (full.after === 0) trial.fake.account.full.add('s-1vcpu-2gb in fra1');
      return undefined;
    },
  });
  const { account } = trial.fake;
  await makeCluster(trial.work(), OWNER, 4);
  expect(new Set([...account.droplets.values()].map(({ region }) => region))).toEqual(
    new Set(['fra1']),
  );
  const sizes = [...account.droplets.values()].map(({ size }) => size);
  expect(sizes.sort()).toEqual(['s-1vcpu-2gb', 's-1vcpu-2gb', 's-2vcpu-2gb', 's-2vcpu-2gb']);
});

test('no room anywhere is an error that names what was tried, and where the others are', async () => {
  await using trial = await digitaloceanTrial();
  const { account } = trial.fake;
  await makeCluster(trial.work(), OWNER, 1);
  for (const size of ['s-1vcpu-2gb', 's-2vcpu-2gb']) account.full.add(`${size} in fra1`);
  account.full.add('s-1vcpu-2gb in ams3');
  // Its one machine keeps the cluster where it is.
  await expect(makeCluster(trial.work(), OWNER, 2)).rejects.toMatchObject({
    message: 'DigitalOcean has no room for shop-2 at this moment.',
    details:
      'Tried: s-1vcpu-2gb in fra1, s-2vcpu-2gb in fra1\nThe machines of the cluster are in fra1.',
    hint: expect.stringMatching(/^Add a size to `size` in `driver-options` that fra1 has/),
  });
  await expect(makeCluster(trial.work(), TWIN, 1)).rejects.toMatchObject({
    message: 'DigitalOcean has no room for shop-1 at this moment.',
    details: 'Tried: s-1vcpu-2gb in fra1, s-1vcpu-2gb in ams3, s-2vcpu-2gb in fra1',
    hint: expect.stringMatching(/^Add a region to `region`/),
  });
  expect(account.droplets.size).toBe(1);
});

test('the limit of the account is told as one', async () => {
  await using trial = await digitaloceanTrial({ dropletLimit: 1 });
  await expect(makeCluster(trial.work(), OWNER, 2)).rejects.toMatchObject({
    message:
      'The droplet of shop-2 could not be created: the droplet limit of the account is reached.',
    details: expect.stringMatching(/exceed your droplet limit/),
    hint: expect.stringMatching(/command: sweep/),
  });
});

test('a scope that the token lacks is named', async () => {
  await using trial = await digitaloceanTrial();
  trial.fake.fault({ call: /^POST .v2.droplets/, answer: 403, code: 'forbidden', times: 99 });
  await expect(makeCluster(trial.work(), OWNER, 1)).rejects.toMatchObject({
    message:
      'The droplet of shop-1 could not be created: the token lacks the scope droplet:create.',
    hint: expect.stringMatching(/cloud\.digitalocean\.com\/account\/api\/tokens/),
  });
});

test('a firewall of others that has the name is refused, and stays as it is', async () => {
  await using trial = await digitaloceanTrial();
  const { account } = trial.fake;
  await makeCluster(trial.work(), OWNER, 1);
  const [own] = account.firewalls.values();
  if (!own) throw new Error('no firewall');
  own.tags = ['su:43:shop'];
  const { inbound } = own;
  await expect(makeCluster(trial.work(), OWNER, 1, { ports: [443] })).rejects.toThrow(
    'The firewall su-42-shop at DigitalOcean exists and is not of this cluster.',
  );
  expect(own.inbound).toBe(inbound);
});

test('of two runs at once each machine stays once, the elder one', async () => {
  await using trial = await digitaloceanTrial({ bootMs: 40_000, lagMs: 15_000 });
  const [one, other] = await Promise.all([
    makeCluster(trial.work(), OWNER, 4),
    makeCluster(trial.work(), { ...OWNER, run: '8/test/up' }, 4),
  ]);
  expect(trial.fake.journal.filter((line) => /^POST .v2.droplets 202/.test(line)).length).toBe(8);
  const names = [...trial.fake.account.droplets.values()].map(({ name }) => name).sort();
  expect(names).toEqual(['su-42-shop-1', 'su-42-shop-2', 'su-42-shop-3', 'su-42-shop-4']);
  expect(one?.map(({ id }) => id)).toEqual(other?.map(({ id }) => id));
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.account.all).toEqual([]);
});

test('a droplet that was removed and is still listed is not taken for the machine', async () => {
  await using trial = await digitaloceanTrial();
  const [first] = await makeCluster(trial.work(), OWNER, 1);
  const { account } = trial.fake;
  const old = account.droplets.get(first?.id ?? 0);
  if (!old) throw new Error('no droplet');
  // Lists tell of it, and by its id there is none.
  trial.fake.fault({
    ...{ call: new RegExp(`/droplets/${old.id}$`), answer: 404, code: 'not_found', times: 99 },
  });
  const [second] = await makeCluster(trial.work(), OWNER, 1);
  expect(second?.id).toBeGreaterThan(old.id);
  expect(account.droplets.has(second?.id ?? 0)).toBe(true);
});

test('a new droplet that is listed late is waited for', async () => {
  await using trial = await digitaloceanTrial({ lagMs: 25_000 });
  await makeCluster(trial.work(), OWNER, 2);
  expect(await listMachines(trial.work(), OWNER)).toHaveLength(2);
  expect(trial.fake.account.droplets.size).toBe(2);
});

test('a removal while droplets are being created leaves nothing, and the run says what happened', async () => {
  await using trial = await digitaloceanTrial({ bootMs: 20_000, lingerMs: 3_000 });
  await makeCluster(trial.work(), TWIN, 1);
  const before = trial.fake.account.all;
  const up = makeCluster(trial.work(), OWNER, 12).catch((error: unknown) => error);
  while (trial.fake.account.droplets.size < 4) await new Promise(setImmediate);
  await destroyCluster(trial.work(), OWNER);
  expect(await up).toMatchObject({ message: expect.stringMatching(/su-42-shop|shop-\d/) });
  // What was ordered after the first look is found by the next removal.
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.account.all).toEqual(before);
});

test('droplets that cannot be removed while they are made are removed after that', async () => {
  await using trial = await digitaloceanTrial({ bootMs: 20_000, refusesWhileNew: true });
  await makeCluster(trial.work(), OWNER, 2);
  const up = makeCluster(trial.work(), OWNER, 4).catch((error: unknown) => error);
  while (trial.fake.account.droplets.size < 4) await new Promise(setImmediate);
  await destroyCluster(trial.work(), OWNER);
  await up;
  expect(trial.fake.account.all).toEqual([]);
});

test('after an abort nothing more is ordered, and what exists has its tags', async () => {
  await using trial = await digitaloceanTrial({ bootMs: 60_000 });
  const controller = new AbortController();
  const up = makeCluster(trial.work(600_000, controller.signal), OWNER, 30);
  while (trial.fake.account.droplets.size < 3) await new Promise(setImmediate);
  const before = trial.fake.account.droplets.size;
  controller.abort(new Error('cancelled'));
  await expect(up).rejects.toThrow('cancelled');
  const ordered = trial.fake.journal.filter((line) => line.startsWith('POST /v2/droplets')).length;
  // Only those that were on their way.
  expect(ordered - before).toBeLessThanOrEqual(AT_ONCE);
  expect(await listMachines(trial.work(), OWNER)).toHaveLength(ordered);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.account.all).toEqual([]);
});

test('what stands for a droplet gives it its addresses, and ends with it', async () => {
  const log: string[] = [];
  await using trial = await digitaloceanTrial({
    onDroplet: async ({ name, userData }) => {
      log.push(`start ${name} ${userData.slice(0, 13)}`);
      return { publicIp: '172.20.0.5', privateIp: '10.64.0.9' };
    },
    onDropletGone: async ({ name }) => void log.push(`end ${name}`),
  });
  const [machine] = await makeCluster(trial.work(), OWNER, 1);
  expect(machine).toMatchObject({ address: '172.20.0.5', privateAddress: '10.64.0.9' });
  await destroyCluster(trial.work(), OWNER);
  expect(log).toEqual(['start su-42-shop-1 #cloud-config', 'end su-42-shop-1']);
});
