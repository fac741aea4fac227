import { expect, test } from '@jest/globals';
import type { Work } from '../../../../src/machines/amazonec2/api/work.ts';
import { destroyCluster } from '../../../../src/machines/amazonec2/destroy.ts';
import { listClusters } from '../../../../src/machines/amazonec2/find.ts';
import { amazonec2Options } from '../../../../src/machines/amazonec2/options.ts';
import { type Preflight, preflight } from '../../../../src/machines/amazonec2/preflight.ts';
import { renew } from '../../../../src/machines/amazonec2/renew.ts';
import type { Owner } from '../../../../src/machines/ownership.ts';
import {
  amazonec2Trial,
  makeCluster,
  OWNER,
  type Trial,
  TWIN,
} from '../../../support/clouds/amazonec2/amazonec2-cluster.ts';
import { FAULT_KINDS, testCloudFaults } from '../../../support/clouds/test-cloud-faults.ts';

const WANTED = { cluster: TWIN, machines: 1, ttlMs: undefined };
let planned: Promise<Preflight> | undefined;

const besideTwin = testCloudFaults<Work, Trial>({
  vendor: 'AWS',
  kinds: [...FAULT_KINDS, ['RequestLimitExceeded', { answer: 429 }]],
  most: 2,
  pathOf: (path) => path,
  rest: '',
  start: () => amazonec2Trial({ lingerMs: 3_000 }),
  ...{ owner: OWNER, twin: TWIN },
  make: async (trial, owner, machines) => {
    // What AWS has is the same in each trial.
    planned ??= preflight(trial.work(), amazonec2Options.parse({}), WANTED);
    return await makeCluster(trial.work(), owner, machines, { planned: await planned });
  },
  up,
  destroy: destroyCluster,
  clusters: listClusters,
  all: ({ fake }) => fake.region.all,
  noun: 'instance',
  limited: ['Service Quotas at AWS', 'the Price List at AWS'],
  outage: { call: /^POST .Terminate/, answer: 503, code: 'Unavailable', times: 20 },
  outageMs: 60_000,
});

async function up(trial: Trial, renewed: Owner): Promise<void> {
  await makeCluster(trial.work(), OWNER, 2);
  await makeCluster(trial.work(), OWNER, 2, { ports: [443] });
  await renew(trial.work(), renewed);
}

test('an order whose answer was lost becomes no second machine', async () => {
  await using trial = await amazonec2Trial({ lagMs: 15_000, bootMs: 30_000 });
  trial.fake.fault({ call: /^POST .RunInstances$/, answer: 'lost', isDone: true });
  await makeCluster(trial.work(), OWNER, 1);
  expect(trial.fake.journal.filter((line) => line.startsWith('POST /RunInstances'))).toEqual([
    ...['POST /RunInstances lost', 'POST /RunInstances 200'],
  ]);
  expect(trial.fake.region.present).toHaveLength(1);
});

test('a security group that is still in use is tried until it goes', async () => {
  const { trial, before } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  const code = 'DependencyViolation';
  trial.fake.fault({ call: /^POST .DeleteSecurityGroup/, answer: 400, code, times: 20 });
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.region.all).toEqual(before);
});

test('what stays is named with its id, and where a person removes it', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  trial.fake.fault({ call: /^POST .Terminate/, answer: 400, code: 'IncorrectState', times: 999 });
  const own = trial.fake.region.present.filter(({ tags }) => tags.Name?.startsWith('su-42'));
  const text = (at: number) => `instance su-42-shop-${at + 1} (${own[at]?.id})`;
  const [group] = [...trial.fake.region.groups.values()].filter(
    ({ name }) => name === 'su-42-shop',
  );
  await expect(destroyCluster(trial.work(120_000), OWNER)).rejects.toMatchObject({
    message: `Cluster shop could not be removed completely: ${text(0)}, ${text(1)}, security group su-42-shop (${group?.id}) left.`,
    details: expect.stringContaining('TerminateInstances ended with IncorrectState'),
    hint: expect.stringContaining('https://console.aws.amazon.com/ec2/home?region=eu-central-1'),
  });
});

test.each([
  ['UnauthorizedOperation', 'the credentials may not do ec2:TerminateInstances'],
  ['OperationNotPermitted', 'it is protected from termination'],
])('what only a person can change is told at once: %s', async (code, words) => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  trial.fake.fault({ call: /^POST .Terminate/, answer: 400, code, times: 999 });
  const from = trial.now();
  await expect(destroyCluster(trial.work(), OWNER)).rejects.toMatchObject({
    message: expect.stringMatching(/^Cluster shop could not be removed completely: instance su-42/),
    details: expect.stringContaining(words),
  });
  expect(trial.now() - from).toBeLessThan(30_000);
});

test('one protected instance keeps no other from being removed', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  const own = trial.fake.region.present.filter(({ tags }) => tags.Name?.startsWith('su-42'));
  const [first] = own;
  if (first) first.isProtected = true;
  await expect(destroyCluster(trial.work(60_000), OWNER)).rejects.toThrow(/instance su-42-shop-1/);
  expect(own.map(({ state }) => state)).toEqual(['running', 'shutting-down']);
});

test.each([
  ['AuthFailure', 'AWS does not accept the credentials'],
  ['RequestExpired', 'the credentials have expired'],
])('credentials that are refused end up and removal at once: %s', async (code, words) => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  trial.fake.fault({ call: /./, answer: 401, code, times: 999 });
  await expect(makeCluster(trial.work(), OWNER, 3)).rejects.toThrow(`: ${words}.`);
  await expect(destroyCluster(trial.work(), OWNER)).rejects.toThrow(`: ${words}.`);
});
