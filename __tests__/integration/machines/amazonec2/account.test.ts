import { expect, test } from '@jest/globals';
import { amazonec2Options } from '../../../../src/machines/amazonec2/options.ts';
import { preflight } from '../../../../src/machines/amazonec2/preflight.ts';
import {
  amazonec2Trial,
  makeCluster,
  OWNER,
  type Trial,
  TWIN,
} from '../../../support/clouds/amazonec2/amazonec2-cluster.ts';
import type { FakeInstance } from '../../../support/clouds/amazonec2/instances.ts';

// What the preflight asks of the account: the quota of vCPUs, and prices.

const asked = async (trial: Trial, machines: number, given: object = {}, ttlMs?: number) =>
  await preflight(trial.work(60_000), amazonec2Options.parse(given), {
    ...{ cluster: OWNER, machines, ttlMs },
  });

const changes = ({ fake }: Trial) => fake.journal.filter((line) => !line.startsWith('GET '));
const questions = ({ fake }: Trial) =>
  fake.journal.filter((line) => /Quota|Products/.test(line)).map((line) => line.split('?')[0]);

test('the quota, what is used of it and the price are in the plan', async () => {
  await using trial = await amazonec2Trial({ vcpuLimit: 16 });
  await makeCluster(trial.work(), TWIN, 2);
  const { facts } = await asked(trial, 3, {}, 72 * 3_600_000);
  expect(facts).toEqual([
    '3 × t3.small in eu-central-1a (ubuntu-24.04, ami-0a00000000000002): about USD 0.07 an hour together, USD 5.18 until it expires in 72 h. Disks and IPv4 addresses cost extra.',
    '6 vCPUs together; the quota is 16, of which 4 are used.',
  ]);
});

test('a cluster that does not fit is refused with the numbers before anything exists', async () => {
  await using trial = await amazonec2Trial({ vcpuLimit: 8 });
  await makeCluster(trial.work(), TWIN, 2);
  trial.fake.journal.length = 0;
  await expect(asked(trial, 3)).rejects.toMatchObject({
    message: 'The account at AWS may not have so many vCPUs in eu-central-1 at the same time.',
    details:
      'Limit 8, 4 used, 6 more wanted (3 × t3.small)\nQuota: Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances (L-1216C47A)',
    hint: 'Remove what is not needed (`command: sweep` removes expired clusters), or ask for a higher quota: https://eu-central-1.console.aws.amazon.com/servicequotas/home/services/ec2/quotas/L-1216C47A',
  });
  expect(changes(trial)).toEqual([]);
  await expect(asked(trial, 2)).resolves.toMatchObject({ facts: expect.any(Array) });
});

test('machines that the cluster has already are not wanted again', async () => {
  await using trial = await amazonec2Trial({ vcpuLimit: 6 });
  await makeCluster(trial.work(), OWNER, 2);
  const { facts } = await asked(trial, 3);
  expect(facts[1]).toBe('6 vCPUs together; the quota is 6, of which 4 are used.');
  await expect(asked(trial, 4)).rejects.toMatchObject({
    details: expect.stringMatching(/^Limit 6, 4 used, 4 more wanted \(2 × t3\.small\)/),
  });
});

test('a cluster that is complete is not refused by a quota that is exceeded', async () => {
  await using trial = await amazonec2Trial();
  await makeCluster(trial.work(), OWNER, 2);
  await using smaller = await amazonec2Trial({ vcpuLimit: 2 });
  for (const [id, one] of trial.fake.region.instances) smaller.fake.region.instances.set(id, one);
  const { facts } = await asked(smaller, 2);
  expect(facts[1]).toBe('4 vCPUs together; the quota is 2, of which 4 are used.');
});

/** Puts a copy of an instance beside it, as somebody else has it. */
function addLike(trial: Trial, changes: Partial<FakeInstance> & { parameters?: object }): void {
  const { instances } = trial.fake.region;
  const [like] = instances.values();
  if (!like) throw new Error('no instance');
  const parameters = { ...like.parameters, ...changes.parameters };
  const id = `i-0${instances.size}`;
  instances.set(id, { ...like, tags: {}, ...changes, id, parameters });
}

test.each([
  ['of another family', { parameters: { InstanceType: 'p5.48xlarge' } }],
  ['that is stopped', { state: 'stopped' as const }],
  ['that is a spot instance', { parameters: { InstanceMarketOptions: { MarketType: 'spot' } } }],
  [
    'of a reserved block',
    { parameters: { InstanceMarketOptions: { MarketType: 'capacity-block' } } },
  ],
  ['on a dedicated host', { parameters: { Placement: { Tenancy: 'host' } } }],
])('an instance %s does not count', async (_, changes) => {
  await using trial = await amazonec2Trial({ vcpuLimit: 8 });
  await makeCluster(trial.work(), TWIN, 1);
  addLike(trial, {});
  addLike(trial, changes);
  const { facts } = await asked(trial, 1);
  expect(facts[1]).toBe('2 vCPUs together; the quota is 8, of which 4 are used.');
});

test('spot instances have a quota of their own', async () => {
  await using trial = await amazonec2Trial({ vcpuLimit: 4 });
  await makeCluster(trial.work(), TWIN, 1);
  addLike(trial, { parameters: { InstanceMarketOptions: { MarketType: 'spot' } } });
  const spot = { 'request-spot-instance': true };
  expect((await asked(trial, 1, spot)).facts[1]).toBe(
    '2 vCPUs together; the quota is 4, of which 2 are used.',
  );
  await expect(asked(trial, 2, spot)).rejects.toMatchObject({
    details: expect.stringContaining('Spot Instance Requests (L-34B43A08)'),
  });
});

test('what AWS does not tell of an instance, its type tells', async () => {
  await using trial = await amazonec2Trial({ vcpuLimit: 8 });
  await makeCluster(trial.work(), TWIN, 2);
  trial.fake.region.hidesCpuOptions = true;
  const { facts } = await asked(trial, 1);
  expect(facts[1]).toBe('2 vCPUs together; the quota is 8, of which 4 are used.');
});

test('if AWS tells no quota of the account, that of everybody counts', async () => {
  await using trial = await amazonec2Trial({ vcpuLimit: 2 });
  trial.fake.region.account.hasOnlyDefaults = true;
  await expect(asked(trial, 2)).rejects.toThrow('may not have so many vCPUs');
  expect(questions(trial)).toEqual(
    ['GET /GetServiceQuota', 'GET /GetAWSDefaultServiceQuota 200'].map((line) =>
      expect.stringContaining(line),
    ),
  );
});

test.each([
  [
    'servicequotas:GetServiceQuota',
    1,
    /^4 vCPUs together\. Whether the quota allows them is not known: (.*)\.$/,
  ],
  [
    'pricing:GetProducts',
    0,
    /2\)\. The price is not known: (.*)\. See https:\/\/aws\.amazon\.com\/ec2\/pricing\/on-demand\/$/,
  ],
])('without the right %s one line says so, and the run goes on', async (right, at, line) => {
  await using trial = await amazonec2Trial({ vcpuLimit: 4 });
  trial.fake.region.permissions.lacking.set(right, undefined);
  const { facts } = await asked(trial, 2);
  expect(line.exec(facts[at] ?? '')?.[1]).toBe(`the credentials may not do ${right}`);
  expect(facts).toHaveLength(2);
  expect(await makeCluster(trial.work(), OWNER, 2)).toHaveLength(2);
});

test.each([
  ['lost', undefined, /No answer from Service Quotas at AWS to GET \/GetServiceQuota/],
  [
    500,
    'ServiceException',
    /Service Quotas at AWS answered GET \/GetServiceQuota with status 500 \(Service\)/,
  ],
  [
    429,
    undefined,
    /Service Quotas at AWS answered GET \/GetServiceQuota with status 429 \(TooManyRequests\)/,
  ],
] as const)(
  'a quota that is not told (%s) holds nobody up for long',
  async (answer, code, line) => {
    await using trial = await amazonec2Trial();
    trial.fake.fault({ call: /GetServiceQuota$/, answer, times: 999, ...(code && { code }) });
    const from = trial.now();
    const { facts } = await asked(trial, 1);
    expect(facts[1]).toMatch(line);
    expect(trial.now() - from).toBeLessThanOrEqual(10_000);
  },
);

test('a type of which AWS tells no price is named', async () => {
  await using trial = await amazonec2Trial();
  trial.fake.region.account.prices.delete('t3.small');
  const { facts } = await asked(trial, 1);
  expect(facts[0]).toContain('The price is not known: AWS tells none of t3.small. See https://');
});

test('an abort ends the questions with its reason', async () => {
  await using trial = await amazonec2Trial();
  trial.fake.fault({ call: /GetServiceQuota$/, answer: 'lost', times: 999 });
  const controller = new AbortController();
  const work = trial.work(60_000, controller.signal);
  const asking = preflight(work, amazonec2Options.parse({}), {
    ...{ cluster: OWNER, machines: 1, ttlMs: undefined },
  });
  const ended = expect(asking).rejects.toThrow('cancelled');
  while (!trial.fake.journal.some((line) => line.includes('Quota'))) {
    await new Promise(setImmediate);
  }
  controller.abort(new Error('cancelled'));
  await ended;
});
