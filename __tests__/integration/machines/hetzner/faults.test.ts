import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import { destroyCluster } from '../../../../src/machines/hetzner/destroy.ts';
import { listClusters } from '../../../../src/machines/hetzner/find.ts';
import { renew } from '../../../../src/machines/hetzner/renew.ts';
import type { Fault } from '../../../support/clouds/hetzner.ts';
import {
  hetznerTrial,
  makeCluster,
  OWNER,
  type Trial,
  TWIN,
} from '../../../support/clouds/hetzner-cluster.ts';
import { someKinds } from '../../../support/sample.ts';

const RENEWED = { ...OWNER, expires: '2026-12-09T12:00:00Z' };

type Kind = Pick<Fault, 'answer' | 'isDone' | 'code'>;

const FAULTS: readonly (readonly [string, Kind])[] = [
  ['500 before its effect', { answer: 500 }],
  ['500 after its effect', { answer: 500, isDone: true }],
  ['no answer, before its effect', { answer: 'lost' }],
  ['no answer, after its effect', { answer: 'lost', isDone: true }],
  ['429', { answer: 429, code: 'rate_limit_exceeded' }],
  ['a conflict', { answer: 409, code: 'conflict' }],
];

const ON_UP = someKinds(FAULTS, 'up');
const ON_REMOVAL = someKinds(FAULTS, 'removal');

/** Of a call that is made again and again, the first ones stand for all. */
const MOST = 3;

/** `GET /servers/N`, and which of these calls it is, in order. */
function callsOf(journal: readonly string[]): { call: RegExp; at: number; name: string }[] {
  const seen = new Map<string, number>();
  return journal.flatMap((line) => {
    const [method, path = ''] = line.split(/[ ?]/);
    const name = `${method} ${path.replace(/\d+/g, 'N')}`;
    const at = (seen.get(name) ?? 0) + 1;
    seen.set(name, at);
    if (at > MOST) return [];
    return { call: new RegExp(`^${name.replaceAll('N', '\\d+')}$`), at, name: `${name} #${at}` };
  });
}

async function up(trial: Trial): Promise<void> {
  await makeCluster(trial.work(), OWNER, 2);
  await renew(trial.work(), RENEWED);
}

/** A trial in which another repository has a cluster of the same name. */
async function besideTwin(): Promise<{ trial: Trial; before: string[] }> {
  const trial = await hetznerTrial({ lingerMs: 3_000, releaseMs: 3_000 });
  await makeCluster(trial.work(), TWIN, 1);
  trial.fake.journal.length = 0;
  return { trial, before: trial.fake.project.all };
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
    const servers = trial.fake.project.all.filter((one) => one.startsWith('server su-42'));
    expect([name, servers]).toEqual([name, ['server su-42-shop-1', 'server su-42-shop-2']]);
    const [ours] = (await listClusters(trial.work())).filter(
      (one) => one.owner.repository === '42',
    );
    expect([name, ours?.owner.expires]).toEqual([name, RENEWED.expires]);
    await destroyCluster(trial.work(), OWNER);
    expect([name, trial.fake.project.all]).toEqual([name, before]);
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
    expect([name, trial.fake.project.all]).toEqual([name, before]);
  }
});

test('a storm of 429 slows everything down and ends nothing', async () => {
  const { trial, before } = await besideTwin();
  await using _trial = trial;
  trial.fake.limitEvery = 3;
  await up(trial);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.project.all).toEqual(before);
  expect(trial.lines).toEqual([
    expect.stringMatching(/^Rate limit of Hetzner reached; the run waits until \d\d:\d\d UTC\.$/),
  ]);
});

test('a removal goes on while Hetzner fails for two minutes', async () => {
  const { trial, before } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  trial.fake.fault({ call: /./, answer: 503, times: 20 });
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.project.all).toEqual(before);
});

test('what stays at the deadline is named, with what Hetzner said', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  trial.fake.fault({
    call: /^DELETE .firewalls/,
    answer: 422,
    code: 'resource_in_use',
    times: 999,
  });
  const [firewall] = [...trial.fake.project.firewalls.values()].filter((one) =>
    one.name.includes('-42-'),
  );
  await expect(destroyCluster(trial.work(120_000), OWNER)).rejects.toMatchObject({
    message: `Cluster shop could not be removed completely: firewall su-42-shop (${firewall?.id}) left.`,
    details: expect.stringContaining('resource_in_use'),
    hint: expect.stringContaining('https://console.hetzner.com/projects'),
  });
});

test('a server that is protected is named at once', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  trial.fake.fault({ call: /^DELETE .servers/, answer: 403, code: 'protected', times: 999 });
  const from = trial.now();
  await expect(destroyCluster(trial.work(), OWNER)).rejects.toThrow(/server su-42-shop-1 \(\d+\)/);
  expect(trial.now() - from).toBeLessThan(10_000);
});

test.each([
  ['may only read', 'readsOnly', /: the token may only read\.$/],
  ['is not known', 'unknown', /: Hetzner does not know the token\.$/],
])('a token that %s ends up and removal at once', async (_, what, message) => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial);
  if (what === 'readsOnly') trial.fake.readsOnly = true;
  else trial.fake.fault({ call: /./, answer: 401, code: 'unauthorized', times: 999 });
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
