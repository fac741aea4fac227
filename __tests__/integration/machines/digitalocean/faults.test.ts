import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import { destroyCluster } from '../../../../src/machines/digitalocean/destroy.ts';
import { listClusters } from '../../../../src/machines/digitalocean/find.ts';
import { renew } from '../../../../src/machines/digitalocean/renew.ts';
import type { CloudFault } from '../../../support/clouds/cloud-server.ts';
import {
  digitaloceanTrial,
  makeCluster,
  OWNER,
  type Trial,
  TWIN,
} from '../../../support/clouds/digitalocean-cluster.ts';
import { someKinds } from '../../../support/sample.ts';

const RENEWED = { ...OWNER, expires: '2026-12-09T12:00:00Z' };

type Kind = Pick<CloudFault, 'answer' | 'isDone' | 'code'>;

const FAULTS: readonly (readonly [string, Kind])[] = [
  ['500 before its effect', { answer: 500 }],
  ['500 after its effect', { answer: 500, isDone: true }],
  ['no answer, before its effect', { answer: 'lost' }],
  ['no answer, after its effect', { answer: 'lost', isDone: true }],
  ['429', { answer: 429, code: 'too_many_requests' }],
];

const ON_UP = someKinds(FAULTS, 'up');
const ON_REMOVAL = someKinds(FAULTS, 'removal');

/** Of a call that is made again and again, the first ones stand for all. */
const MOST = 3;

/** `GET /v2/droplets/N`, and which of these calls it is, in order. */
function callsOf(journal: readonly string[]): { call: RegExp; at: number; name: string }[] {
  const seen = new Map<string, number>();
  return journal.flatMap((line) => {
    const [method, path = ''] = line.split(/[ ?]/);
    const name = `${method} ${path.replace(/^(\/v2\/\w+\/)[^/]+/, '$1N')}`;
    const at = (seen.get(name) ?? 0) + 1;
    seen.set(name, at);
    if (at > MOST) return [];
    return { call: new RegExp(`^${name.replaceAll('/N', '/[^/]+')}$`), at, name: `${name} #${at}` };
  });
}

async function up(trial: Trial): Promise<void> {
  await makeCluster(trial.work(), OWNER, 2);
  await renew(trial.work(), RENEWED);
}

/** A trial in which another repository has a cluster of the same name. */
async function besideTwin(): Promise<{ trial: Trial; before: string[] }> {
  const trial = await digitaloceanTrial({ lingerMs: 3_000, applyMs: 3_000 });
  await makeCluster(trial.work(), TWIN, 1);
  trial.fake.journal.length = 0;
  return { trial, before: trial.fake.account.all };
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
    const droplets = trial.fake.account.all.filter((one) => one.startsWith('droplet su-42'));
    expect([name, droplets]).toEqual([name, ['droplet su-42-shop-1', 'droplet su-42-shop-2']]);
    const [ours] = (await listClusters(trial.work())).filter(
      (one) => one.owner.repository === '42',
    );
    expect([name, ours?.owner.expires]).toEqual([name, RENEWED.expires]);
    await destroyCluster(trial.work(), OWNER);
    expect([name, trial.fake.account.all]).toEqual([name, before]);
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
    expect([name, trial.fake.account.all]).toEqual([name, before]);
  }
});

test('an order that is taken long after its answer was lost becomes no second machine', async () => {
  await using trial = await digitaloceanTrial({ lagMs: 15_000, bootMs: 30_000 });
  trial.fake.fault({ call: /^POST .v2.droplets$/, answer: 'lost', isDone: true });
  await makeCluster(trial.work(), OWNER, 1);
  // It was ordered again, as nothing was listed; then both were, and the younger went.
  expect(trial.fake.account.all.filter((one) => one.startsWith('droplet'))).toEqual([
    'droplet su-42-shop-1',
  ]);
  expect(trial.lines).toEqual([
    expect.stringMatching(/^Two droplets were made for one machine; the younger is removed: /),
  ]);
});

test('a storm of 429 slows everything down and ends nothing', async () => {
  const { trial, before } = await besideTwin();
  await using _trial = trial;
  trial.fake.limitEvery = 3;
  await up(trial);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.account.all).toEqual(before);
  expect(trial.lines).toEqual([
    expect.stringMatching(/^Rate limit of DigitalOcean reached; the run waits until \d\d:\d\d UTC/),
  ]);
});

test('a removal goes on while DigitalOcean fails for two minutes', async () => {
  const { trial, before } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  const from = trial.now();
  trial.fake.fault({ call: /^DELETE .v2.droplets/, answer: 503, times: 20 });
  await destroyCluster(trial.work(), OWNER);
  expect(trial.now() - from).toBeGreaterThan(60_000);
  expect(trial.fake.account.all).toEqual(before);
});

test('what stays is named with its id and its page, and the tags stay with it', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  trial.fake.fault({ call: /^DELETE .v2.droplets/, answer: 422, code: 'busy', times: 999 });
  const ids = [...trial.fake.account.droplets.values()]
    .filter(({ name }) => name.startsWith('su-42'))
    .map(({ id }) => id);
  const text = (at: number) =>
    `droplet su-42-shop-${at + 1} (${ids[at]}, https://cloud.digitalocean.com/droplets/${ids[at]})`;
  await expect(destroyCluster(trial.work(120_000), OWNER)).rejects.toMatchObject({
    message: `Cluster shop could not be removed completely: ${text(0)}, ${text(1)} left.`,
    details: expect.stringContaining('DELETE /droplets ended with busy'),
    hint: expect.stringContaining('https://cloud.digitalocean.com'),
  });
  expect(trial.fake.account.tags).toContain('su:42:shop');
});

test('a scope that only the removal needs is named at once', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  trial.fake.fault({ call: /^DELETE .v2.tags/, answer: 403, code: 'forbidden', times: 999 });
  const from = trial.now();
  await expect(destroyCluster(trial.work(), OWNER)).rejects.toMatchObject({
    message: expect.stringMatching(/^Cluster shop could not be removed completely: tag su:42:shop/),
    details: expect.stringContaining('the token lacks the scope tag:delete'),
  });
  expect(trial.now() - from).toBeLessThan(30_000);
  expect(trial.fake.account.all.filter((one) => /^(droplet|firewall) su-42/.test(one))).toEqual([]);
});

test('a token that is not known ends up and removal at once', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  trial.fake.fault({ call: /./, answer: 401, code: 'unauthorized', times: 999 });
  const message = /: DigitalOcean does not know the token\.$/;
  await expect(makeCluster(trial.work(), OWNER, 3)).rejects.toThrow(message);
  await expect(destroyCluster(trial.work(), OWNER)).rejects.toThrow(message);
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
