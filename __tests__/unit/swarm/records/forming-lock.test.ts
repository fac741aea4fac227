import { expect, test } from '@jest/globals';
import { type EngineApi, EngineRefusal } from '../../../../src/engine/api.ts';
import {
  type FormingRequest,
  HostsBusy,
  lockHosts,
  readLostOwner,
  removeLeftLock,
  unlockHosts,
} from '../../../../src/swarm/records/forming-lock.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const { signal } = new AbortController();
const START = Date.parse('2026-01-01T12:00:00Z');

interface Volume {
  readonly Name: string;
  readonly CreatedAt: string;
  Labels: Record<string, string>;
}

/**
 * Engines that have one volume of a name, and keep its first labels; their clock is the given one.
 */
function hostsNamed(names: readonly string[], clock = virtualClock()) {
  const now = () => new Date(START + clock.now()).toISOString();
  const hosts = names.map((name) => {
    const volumes: Volume[] = [];
    const api: EngineApi = {
      get: async (path, _query, schema) =>
        schema.parse(path === '/info' ? { SystemTime: now() } : { Volumes: volumes }),
      post: async (_path, _query, body) => {
        const { Name, Labels } = body as Volume;
        if (volumes.some((one) => one.Name === Name)) return;
        volumes.push({ Name, Labels, CreatedAt: now() });
      },
      delete: async (path) => {
        const at = volumes.findIndex(({ Name }) => path === `/volumes/${Name}`);
        if (at < 0) throw new EngineRefusal('DELETE', 404, 'not found');
        volumes.splice(at, 1);
      },
      [Symbol.dispose]: () => {},
    };
    return { name, api, volumes };
  });
  const { log, lines } = recordedLog();
  const take = (claim: FormingRequest, timeoutMs = 60_000, of = hosts) =>
    lockHosts(of, claim, { timeoutMs, clock, signal, log });
  const tokens = () =>
    hosts.map(({ volumes }) => volumes.map(({ Labels }) => Labels['swarm-up.forming']).join());
  return { hosts, clock, lines, take, tokens };
}

function lockRequest(run: string, attempt?: string): FormingRequest {
  const owner = { cluster: 'shop', repository: '42', run };
  return { owner, token: `token ${run} ${attempt}`, url: `https://x/${run}`, attempt };
}

test('one run has all hosts; another waits, says for whom, and has them afterwards', async () => {
  const { hosts, clock, lines, take, tokens } = hostsNamed(['b', 'a']);
  const [one, other] = [lockRequest('1'), lockRequest('2')];
  await take(one);
  expect(tokens()).toEqual([one.token, one.token]);
  const waiting = take(other, 60_000, hosts.toReversed());
  await clock.sleep(5_000);
  await unlockHosts(hosts, one.token, signal);
  await waiting;
  expect(tokens()).toEqual([other.token, other.token]);
  expect(lines).toEqual([
    'Another run forms a swarm of a, or takes one apart: 1 (https://x/1), since 2026-01-01T12:00:00.000Z. This run waits for it.',
  ]);
});

test('who waits has no host meanwhile, and fails with these words when the time is up', async () => {
  const { hosts, take, tokens } = hostsNamed(['a', 'b']);
  await take(lockRequest('1'), 0, hosts.slice(1));
  await expect(take(lockRequest('2'), 10_000)).rejects.toMatchObject({
    message: expect.stringMatching(
      /^Another run forms a swarm of b, or takes one apart: 1 \(https:\/\/x\/1\), since .*\. It did not end within 10/,
    ),
    status: 'timeout',
    hint: expect.stringContaining('docker volume rm swarm-up-forming'),
  });
  expect(tokens()).toEqual(['', lockRequest('1').token]);
});

test('a hundred locks take as many turns as two, and the first host decides who has all', async () => {
  const names = Array.from({ length: 100 }, (_, at) => `host-${String(at).padStart(3, '0')}`);
  const { hosts, take, tokens } = hostsNamed(names);
  let open = 0;
  let most = 0;
  const slow = hosts.map((host) => ({
    ...host,
    api: {
      ...host.api,
      post: async (...given: Parameters<EngineApi['post']>) => {
        open += 1;
        most = Math.max(most, open);
        await new Promise(setImmediate);
        await host.api.post(...given);
        open -= 1;
      },
    },
  }));
  await take(lockRequest('1'), 0, slow);
  expect(most).toBe(99);
  const before = tokens();
  await expect(take(lockRequest('2'), 0)).rejects.toThrow('forms a swarm of host-000,');
  expect(tokens()).toEqual(before);
});

test('the locks of a lost run on many hosts are broken with one warning', async () => {
  const names = Array.from({ length: 30 }, (_, at) => `host-${at}`);
  const { clock, lines, take, tokens } = hostsNamed(names);
  await take(lockRequest('1'));
  await clock.sleep(301_000);
  await take(lockRequest('2'), 0);
  expect(new Set(tokens())).toEqual(new Set([lockRequest('2').token]));
  expect(lines).toEqual([
    expect.stringMatching(
      /^warning: Another run forms a swarm of (?:host-\d+, ){4}host-\d+ and 25 more, .* its locks are broken\.$/,
    ),
  ]);
});

test('the lock of a run that was lost is broken, and that of an earlier attempt at once', async () => {
  const lost = hostsNamed(['a']);
  await lost.take(lockRequest('1'));
  await lost.clock.sleep(301_000);
  await lost.take(lockRequest('2'), 0);
  expect(lost.tokens()).toEqual([lockRequest('2').token]);
  expect(lost.lines.at(-1)).toContain(
    'warning: Another run forms a swarm of a, or takes one apart: 1',
  );

  const again = hostsNamed(['a']);
  await again.take(lockRequest('1', '1'));
  await again.take(lockRequest('1', '2'), 0);
  expect(again.tokens()).toEqual([lockRequest('1', '2').token]);
});

test('a volume that only has the name is neither waited for nor removed', async () => {
  const { hosts, take } = hostsNamed(['a']);
  const [host] = hosts;
  host?.volumes.push({ Name: 'swarm-up-forming', CreatedAt: '', Labels: {} });
  await expect(take(lockRequest('1'))).rejects.toMatchObject({
    message: expect.stringContaining('the volume swarm-up-forming has its name, and not its form'),
    hint: expect.stringContaining('docker volume rm swarm-up-forming'),
  });
  if (!host) throw new Error('a host');
  expect(await removeLeftLock(host, { cluster: 'shop', repository: '42', run: '1' }, signal)).toBe(
    false,
  );
  expect(host.volumes).toHaveLength(1);
});

test.each([
  ['of that step', {}, true],
  ['of another step', { run: '2' }, false],
  ['of another cluster', { cluster: 'blog' }, false],
  ['of another repository', { repository: '8' }, false],
])('the lock %s that was left: removed %j %j', async (_name, meant, expected) => {
  const { hosts, take } = hostsNamed(['a']);
  const { owner } = lockRequest('1');
  await take(lockRequest('1'));
  const [host] = hosts;
  if (!host) throw new Error('a host');
  expect(await removeLeftLock(host, { ...owner, ...meant }, signal)).toBe(expected);
  expect(host.volumes).toHaveLength(expected ? 0 : 1);
});

test.each([
  ['another step of its job', '7/test/up', '7/test/down', {}, true],
  ['another job', '7/test/up', '7/clean/down', {}, false],
  ['another run', '7/test/up', '8/test/down', {}, false],
  [
    'another step of its job, and of another cluster',
    '7/test/up',
    '7/test/down',
    { cluster: 'blog' },
    false,
  ],
  ['another step of no job that is named', '7', '7/down', {}, false],
])(
  'the lock of a step is broken at once by %s: from %s to %s %j %j',
  async (_name, of, by, other, isBroken) => {
    const { take, tokens } = hostsNamed(['a']);
    const [held, claim] = [lockRequest(of), lockRequest(by)];
    await take(held);
    const taking = take({ ...claim, owner: { ...claim.owner, ...other } }, 0);
    if (!isBroken) await expect(taking).rejects.toBeInstanceOf(HostsBusy);
    else await taking;
    expect(tokens()).toEqual([isBroken ? claim.token : held.token]);
  },
);

test('whose lock a host has is told once its run is taken for lost', async () => {
  const { hosts, clock, take } = hostsNamed(['a']);
  const [host] = hosts;
  if (!host) throw new Error('a host');
  expect(await readLostOwner(host, signal)).toBeUndefined();
  await take(lockRequest('1'));
  await clock.sleep(299_000);
  expect(await readLostOwner(host, signal)).toBeUndefined();
  await clock.sleep(2_000);
  expect(await readLostOwner(host, signal)).toEqual(lockRequest('1').owner);
});
