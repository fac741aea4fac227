import { expect, test } from '@jest/globals';
import { AT_ONCE } from '../../../../src/machines/amazonec2/api/work.ts';
import { destroyCluster } from '../../../../src/machines/amazonec2/destroy.ts';
import { listMachines } from '../../../../src/machines/amazonec2/find.ts';
import {
  amazonec2Trial,
  makeCluster,
  OWNER,
  type Trial,
  TWIN,
} from '../../../support/clouds/amazonec2/amazonec2-cluster.ts';

/** `su-42-shop-1 t3.small subnet-000aaaaa`. */
const where = ({ fake }: Trial) =>
  fake.region.present
    .map(({ tags, parameters }) => {
      const [wanted] = parameters.NetworkInterface as unknown as { SubnetId: string }[];
      return `${tags.Name} ${parameters.InstanceType} ${wanted?.SubnetId}`;
    })
    .sort();

test('a zone without room is left out, for all machines', async () => {
  await using trial = await amazonec2Trial();
  trial.fake.region.full.add('t3.small in eu-central-1a');
  await makeCluster(trial.work(), OWNER, 3);
  expect(where(trial)).toEqual([
    'su-42-shop-1 t3.small subnet-001aaaaa',
    'su-42-shop-2 t3.small subnet-001aaaaa',
    'su-42-shop-3 t3.small subnet-001aaaaa',
  ]);
  // Of the three only one tells of it.
  expect(trial.lines).toEqual(['AWS has no room for shop-1 as t3.small in eu-central-1a.']);
});

test('a lack of room that AWS finds out while it starts an instance leads to the next place', async () => {
  await using trial = await amazonec2Trial();
  trial.fake.region.fullLater.add('t3.small in eu-central-1a');
  await makeCluster(trial.work(), OWNER, 1);
  expect(where(trial)).toEqual(['su-42-shop-1 t3.small subnet-001aaaaa']);
});

test('no room anywhere is an error that names what was tried', async () => {
  await using trial = await amazonec2Trial();
  for (const type of ['t3.small', 't3a.small'])
    for (const zone of ['a', 'b']) trial.fake.region.full.add(`${type} in eu-central-1${zone}`);
  const given = { zone: ['eu-central-1b', 'eu-central-1a'] };
  await expect(makeCluster(trial.work(), OWNER, 1, { given })).rejects.toMatchObject({
    message: 'AWS has no room for shop-1 at this moment.',
    details:
      'Tried: t3.small in eu-central-1b, t3.small in eu-central-1a, t3a.small in eu-central-1b, t3a.small in eu-central-1a',
    hint: 'Add a zone to `zone` or a type to `instance-type` in `driver-options`, or run this again later.',
  });
  expect(trial.fake.region.present).toEqual([]);
});

test('the quota of vCPUs is told by the first order if the credentials may not ask for it', async () => {
  await using trial = await amazonec2Trial({ vcpuLimit: 2 });
  trial.fake.region.permissions.lacking.set('servicequotas:GetServiceQuota', undefined);
  await expect(makeCluster(trial.work(), OWNER, 2)).rejects.toMatchObject({
    message:
      'The instance of shop-2 could not be created: the quota of vCPUs of the account in this region is reached.',
    details: expect.stringMatching(/vCPU limit/),
    hint: expect.stringMatching(/servicequotas/),
  });
});

test('an action that the credentials may not do is named', async () => {
  await using trial = await amazonec2Trial();
  const code = 'UnauthorizedOperation';
  trial.fake.fault({ call: /^POST .RunInstances/, answer: 403, code, times: 99 });
  await expect(makeCluster(trial.work(), OWNER, 1)).rejects.toMatchObject({
    message:
      'The instance of shop-1 could not be created: the credentials may not do ec2:RunInstances.',
    hint: expect.stringMatching(/^Add ec2:RunInstances to the policy of the role\./),
  });
});

test('a security group of others that has the name is refused, and stays as it is', async () => {
  await using trial = await amazonec2Trial();
  const { region } = trial.fake;
  await makeCluster(trial.work(), OWNER, 1);
  const [own] = region.groups.values();
  if (!own) throw new Error('no group');
  own.tags = { ...own.tags, 'swarm-up.repository': '43' };
  const before = [...own.rules];
  await expect(makeCluster(trial.work(), OWNER, 1, { ports: [443] })).rejects.toThrow(
    'The security group su-42-shop at AWS exists and is not of this cluster.',
  );
  expect([...own.rules]).toEqual(before);
});

test('of two runs at once each machine stays once, the elder one', async () => {
  await using trial = await amazonec2Trial({ bootMs: 40_000, lagMs: 15_000 });
  const [one, other] = await Promise.all([
    makeCluster(trial.work(), OWNER, 4),
    makeCluster(trial.work(), { ...OWNER, run: '8/test/up' }, 4),
  ]);
  const orders = trial.fake.journal.filter((line) => line === 'POST /RunInstances 200');
  expect(orders).toHaveLength(8);
  const names = trial.fake.region.present.map(({ tags }) => tags.Name).sort();
  expect(names).toEqual(['su-42-shop-1', 'su-42-shop-2', 'su-42-shop-3', 'su-42-shop-4']);
  expect(one?.map(({ id }) => id)).toEqual(other?.map(({ id }) => id));
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.region.all).toEqual([]);
});

test('an instance that is on its way out is not taken for the machine', async () => {
  await using trial = await amazonec2Trial({ lingerMs: 60_000 });
  const [first] = await makeCluster(trial.work(), OWNER, 1);
  await trial.work().api.terminateInstances([first?.id ?? '']);
  expect(await listMachines(trial.work(), OWNER, 'public')).toEqual([]);
  const [second] = await makeCluster(trial.work(), OWNER, 1);
  expect(second?.id).not.toBe(first?.id);
});

test('a new instance that is listed late is waited for', async () => {
  await using trial = await amazonec2Trial({ lagMs: 25_000 });
  await makeCluster(trial.work(), OWNER, 2);
  expect(await listMachines(trial.work(), OWNER, 'public')).toHaveLength(2);
  expect(trial.fake.region.present).toHaveLength(2);
});

test('a security group that is not known everywhere yet is waited for', async () => {
  await using trial = await amazonec2Trial();
  const code = 'InvalidGroup.NotFound';
  trial.fake.fault({ call: /^POST .Authorize/, answer: 400, code, times: 2 });
  trial.fake.fault({ call: /^POST .RunInstances/, answer: 400, code, times: 2 });
  await makeCluster(trial.work(), OWNER, 1);
  expect(trial.fake.region.all).toEqual(['instance su-42-shop-1', 'security group su-42-shop']);
});

test('a removal while instances are being created leaves nothing, and the run says what happened', async () => {
  await using trial = await amazonec2Trial({ bootMs: 20_000, lingerMs: 3_000 });
  await makeCluster(trial.work(), TWIN, 1);
  const before = trial.fake.region.all;
  const up = makeCluster(trial.work(), OWNER, 12).catch((error: unknown) => error);
  while (trial.fake.region.present.length < 4) await new Promise(setImmediate);
  await destroyCluster(trial.work(), OWNER);
  expect(await up).toMatchObject({ message: expect.stringMatching(/su-42-shop|shop-\d/) });
  // What was ordered after the first look is found by the next removal.
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.region.all).toEqual(before);
});

test('after an abort nothing more is ordered, and what exists has its tags', async () => {
  await using trial = await amazonec2Trial({ bootMs: 60_000 });
  const controller = new AbortController();
  const up = makeCluster(trial.work(600_000, controller.signal), OWNER, 30);
  while (trial.fake.region.present.length < 3) await new Promise(setImmediate);
  controller.abort(new Error('cancelled'));
  await expect(up).rejects.toThrow('cancelled');
  const ordered = trial.fake.journal.filter((line) => line.startsWith('POST /RunInstances')).length;
  // Three were made, and so many orders may have been on their way.
  expect(ordered).toBeLessThanOrEqual(3 + AT_ONCE);
  expect(await listMachines(trial.work(), OWNER, 'public')).toHaveLength(ordered);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.region.all).toEqual([]);
});
