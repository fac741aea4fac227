import { expect, test } from '@jest/globals';
import { AT_ONCE } from '../../../../src/machines/hetzner/api/work.ts';
import { destroyCluster } from '../../../../src/machines/hetzner/destroy.ts';
import { listMachines } from '../../../../src/machines/hetzner/find.ts';
import { existingNetwork } from '../../../../src/machines/hetzner/network.ts';
import { hetznerTrial, makeCluster, OWNER, TWIN } from '../../../support/clouds/hetzner-cluster.ts';

const where = (servers: Iterable<{ name: string; type: string; location: string }>) =>
  [...servers].map(({ name, type, location }) => `${name} ${type} ${location}`).sort();

test.each(['full', 'fullLater'] as const)(
  'a place without room (%s) is left out, and asked for only by those that ask at once',
  async (kind) => {
    await using trial = await hetznerTrial({ lingerMs: 3_000 });
    const { project, journal } = trial.fake;
    project[kind].add('cx23 in nbg1');
    await makeCluster(trial.work(), OWNER, 3);
    expect(where(project.servers.values())).toEqual([
      'su-42-shop-1 cx23 hel1',
      'su-42-shop-2 cx23 hel1',
      'su-42-shop-3 cx23 hel1',
    ]);
    expect(trial.lines).toContain('Hetzner has no room for shop-1 as cx23 in nbg1.');
    journal.length = 0;
    await destroyCluster(trial.work(), OWNER);
    expect(project.all).toEqual([]);
  },
);

test('no room anywhere is an error that names what was tried, and nothing is left', async () => {
  await using trial = await hetznerTrial();
  const { project } = trial.fake;
  for (const place of ['cx23 in nbg1', 'cx23 in hel1']) project.fullLater.add(place);
  await expect(makeCluster(trial.work(), OWNER, 2)).rejects.toMatchObject({
    message: 'Hetzner has no room for shop-1 at this moment.',
    details: 'Tried: cx23 in nbg1, cx23 in hel1',
    hint: expect.stringMatching(/location/),
  });
  expect([...project.servers.values()]).toEqual([]);
});

test('a limit of the project is told as one', async () => {
  await using trial = await hetznerTrial({ serverLimit: 1 });
  await expect(makeCluster(trial.work(), OWNER, 2)).rejects.toThrow(
    'The server of shop-2 could not be created: a limit of the project is reached (server_limit).',
  );
});

test.each(['servers', 'networks', 'firewalls', 'groups'] as const)(
  'a name that others have among %s is refused, and what has it stays',
  async (kind) => {
    await using trial = await hetznerTrial();
    const { project } = trial.fake;
    await makeCluster(trial.work(), OWNER, 1);
    const [own] = project[kind].values();
    if (!own) throw new Error('nothing was made');
    own.labels = { ...own.labels, 'swarm-up.repository': TWIN.repository };
    await expect(makeCluster(trial.work(), OWNER, 1)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^The \w+( group)? su-42-shop(-1)? at Hetzner exists and is not of this cluster\.$/,
      ),
    });
    expect(own.labels['swarm-up.repository']).toBe(TWIN.repository);
  },
);

test('a server that still leaves makes room for the next of its name', async () => {
  await using trial = await hetznerTrial({ lingerMs: 5_000 });
  const [first] = await makeCluster(trial.work(), OWNER, 1);
  await trial.work().api.deleteServer(first?.id ?? 0);
  const [second] = await makeCluster(trial.work(), OWNER, 1);
  expect(second?.id).not.toBe(first?.id);
  expect(await listMachines(trial.work(), 'shop')).toHaveLength(1);
});

test('a removal while servers are being created leaves nothing, and the run says what happened', async () => {
  await using trial = await hetznerTrial({ actionMs: 20_000, lingerMs: 3_000 });
  await makeCluster(trial.work(), TWIN, 1);
  const before = trial.fake.project.all;
  const up = makeCluster(trial.work(), OWNER, 12).catch((error: unknown) => error);
  while (trial.fake.project.servers.size < 4) await new Promise(setImmediate);
  await destroyCluster(trial.work(), OWNER);
  expect(await up).toMatchObject({ message: expect.stringMatching(/su-42-shop|shop-\d/) });
  // What was ordered after the first look is found by the next removal.
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.project.all).toEqual(before);
});

test('after an abort nothing more is ordered, and what exists has its labels', async () => {
  await using trial = await hetznerTrial({ actionMs: 60_000 });
  const controller = new AbortController();
  const up = makeCluster(trial.work(600_000, controller.signal), OWNER, 30);
  while (trial.fake.project.servers.size < 3) await new Promise(setImmediate);
  const before = trial.fake.project.servers.size;
  controller.abort(new Error('cancelled'));
  await expect(up).rejects.toThrow('cancelled');
  const ordered = trial.fake.journal.filter((line) => line.startsWith('POST /servers')).length;
  // Only those that were on their way.
  expect(ordered - before).toBeLessThanOrEqual(AT_ONCE);
  expect(await listMachines(trial.work(), 'shop')).toHaveLength(ordered);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.project.all).toEqual([]);
});

test('what stands for a server gives it its addresses, and ends with it', async () => {
  const log: string[] = [];
  await using trial = await hetznerTrial({
    onServer: async ({ name, userData }) => {
      log.push(`start ${name} ${userData.slice(0, 13)}`);
      return { ipv4: '172.20.0.5', privateIp: '10.64.0.9' };
    },
    onServerGone: async ({ name }) => void log.push(`end ${name}`),
  });
  const [machine] = await makeCluster(trial.work(), OWNER, 1);
  expect(machine).toMatchObject({ address: '172.20.0.5', privateAddress: '10.64.0.9' });
  await destroyCluster(trial.work(), OWNER);
  expect(log).toEqual(['start su-42-shop-1 #cloud-config', 'end su-42-shop-1']);
});

test('a network of the project is taken as it is', async () => {
  await using trial = await hetznerTrial();
  const work = trial.work();
  const name = 'office';
  const made = await work.api.createNetwork({
    ...{ name, labels: {}, range: '10.1.0.0/16', zone: 'us-east' },
  });
  expect(await existingNetwork(work, made.id, 'us-east')).toMatchObject({ name, labels: {} });
  await expect(existingNetwork(work, made.id, 'eu-central')).rejects.toThrow(
    'The network office has no subnet in eu-central, where the servers would be.',
  );
  await expect(existingNetwork(work, 7, 'us-east')).rejects.toThrow(
    'driver-options: `network`: the project has no network 7.',
  );
});
