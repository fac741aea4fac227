import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import { destroyCluster } from '../../../../src/machines/amazonec2/destroy.ts';
import { listClusters } from '../../../../src/machines/amazonec2/find.ts';
import { renew } from '../../../../src/machines/amazonec2/renew.ts';
import {
  amazonec2Trial,
  makeCluster,
  OWNER,
  type Trial,
  TWIN,
} from '../../../support/clouds/amazonec2/amazonec2-cluster.ts';
import type { CloudFault } from '../../../support/clouds/cloud-server.ts';
import { someKinds } from '../../../support/sample.ts';

const RENEWED = { ...OWNER, expires: '2026-12-09T12:00:00Z' };

type Kind = Pick<CloudFault, 'answer' | 'isDone' | 'code'>;

const FAULTS: readonly (readonly [string, Kind])[] = [
  ['500 before its effect', { answer: 500 }],
  ['500 after its effect', { answer: 500, isDone: true }],
  ['no answer, before its effect', { answer: 'lost' }],
  ['no answer, after its effect', { answer: 'lost', isDone: true }],
  ['RequestLimitExceeded', { answer: 429 }],
];

const ON_UP = someKinds(FAULTS, 'up');
const ON_REMOVAL = someKinds(FAULTS, 'removal');

/** Of a call that is made again and again, the first ones stand for all. */
const MOST = 2;

/** `GET /DescribeInstances`, and which of these calls it is, in order. */
function callsOf(journal: readonly string[]): { call: RegExp; at: number; name: string }[] {
  const seen = new Map<string, number>();
  return journal.flatMap((line) => {
    const name = line.replace(/ \w+$/, '');
    const at = (seen.get(name) ?? 0) + 1;
    seen.set(name, at);
    return at > MOST ? [] : [{ call: new RegExp(`^${name}$`), at, name: `${name} #${at}` }];
  });
}

async function up(trial: Trial): Promise<void> {
  await makeCluster(trial.work(), OWNER, 2);
  await makeCluster(trial.work(), OWNER, 2, { ports: [443] });
  await renew(trial.work(), RENEWED);
}

/** A trial in which another repository has a cluster of the same name. */
async function besideTwin(): Promise<{ trial: Trial; before: string[] }> {
  const trial = await amazonec2Trial({ lingerMs: 3_000 });
  await makeCluster(trial.work(), TWIN, 1);
  trial.fake.journal.length = 0;
  return { trial, before: trial.fake.region.all };
}

test.each(ON_UP)('each call on the way up ends once with %s', async (_, fault) => {
  const { trial: plain } = await besideTwin();
  await using _plain = plain;
  await up(plain);
  for (const { call, at, name } of callsOf(plain.fake.journal)) {
    const { trial, before } = await besideTwin();
    await using _trial = trial;
    trial.fake.fault({ call, at, ...fault });
    // A single fault of the vendor is no reason to fail.
    await up(trial).catch((error: unknown) => {
      throw new Error(`${name}: ${error instanceof ActionError ? error.message : error}`, {
        cause: error,
      });
    });
    const instances = trial.fake.region.all.filter((one) => one.startsWith('instance su-42'));
    expect([name, instances]).toEqual([name, ['instance su-42-shop-1', 'instance su-42-shop-2']]);
    const [ours] = (await listClusters(trial.work())).filter(
      (one) => one.owner.repository === '42',
    );
    expect([name, ours?.owner.expires]).toEqual([name, RENEWED.expires]);
    await destroyCluster(trial.work(), OWNER);
    expect([name, trial.fake.region.all]).toEqual([name, before]);
  }
});

test.each(ON_REMOVAL)('each call of a removal ends once with %s', async (_, fault) => {
  const { trial: plain } = await besideTwin();
  await using _plain = plain;
  await up(plain);
  plain.fake.journal.length = 0;
  await destroyCluster(plain.work(), OWNER);
  for (const { call, at, name } of callsOf(plain.fake.journal)) {
    const { trial, before } = await besideTwin();
    await using _trial = trial;
    await up(trial);
    trial.fake.fault({ call, at, ...fault });
    await destroyCluster(trial.work(), OWNER);
    expect([name, trial.fake.region.all]).toEqual([name, before]);
  }
});

test('an order whose answer was lost becomes no second machine', async () => {
  await using trial = await amazonec2Trial({ lagMs: 15_000, bootMs: 30_000 });
  trial.fake.fault({ call: /^POST .RunInstances$/, answer: 'lost', isDone: true });
  await makeCluster(trial.work(), OWNER, 1);
  expect(trial.fake.journal.filter((line) => line.startsWith('POST /RunInstances'))).toEqual([
    ...['POST /RunInstances lost', 'POST /RunInstances 200'],
  ]);
  expect(trial.fake.region.present).toHaveLength(1);
});

test('a storm of throttling slows everything down and ends nothing', async () => {
  const { trial, before } = await besideTwin();
  await using _trial = trial;
  trial.fake.limitEvery = 3;
  await up(trial);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.region.all).toEqual(before);
  expect(trial.lines).toEqual([
    expect.stringMatching(/^Rate limit of AWS reached; the run waits until \d\d:\d\d UTC/),
  ]);
});

test('a removal goes on while AWS fails for two minutes', async () => {
  const { trial, before } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  const from = trial.now();
  trial.fake.fault({ call: /^POST .Terminate/, answer: 503, code: 'Unavailable', times: 20 });
  await destroyCluster(trial.work(), OWNER);
  expect(trial.now() - from).toBeGreaterThan(60_000);
  expect(trial.fake.region.all).toEqual(before);
});

test('a security group that is still in use is tried until it goes', async () => {
  const { trial, before } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  const code = 'DependencyViolation';
  trial.fake.fault({ call: /^POST .DeleteSecurityGroup/, answer: 400, code, times: 20 });
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.region.all).toEqual(before);
});

test('what stays is named with its id, and where a person removes it', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial);
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
  await up(trial);
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
  await up(trial);
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
  await up(trial);
  trial.fake.fault({ call: /./, answer: 401, code, times: 999 });
  await expect(makeCluster(trial.work(), OWNER, 3)).rejects.toThrow(`: ${words}.`);
  await expect(destroyCluster(trial.work(), OWNER)).rejects.toThrow(`: ${words}.`);
});

test('an abort ends a removal with its reason', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  const controller = new AbortController();
  const removal = destroyCluster(trial.work(600_000, controller.signal), OWNER);
  controller.abort(new Error('cancelled'));
  await expect(removal).rejects.toThrow('cancelled');
});
