import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endingsOf, faultsOf, troubles } from '../../support/faults.ts';
import { said } from '../../support/in-process.ts';
import { modelCluster } from '../../support/model/cluster.ts';
import { STACK } from '../../support/model/compose.ts';
import { LIMIT_MS } from '../../support/model/host-faults.ts';
import { type HostSite, modelHosts } from '../../support/model/hosts.ts';
import { named } from '../../support/model/swarm.ts';

// What a later step asks of a stack that stays, each of its calls once unanswered, on the model of
// the other files of this folder.

let workspace = '';
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'model-standing-'));
  writeFileSync(join(workspace, 'compose.yaml'), STACK);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** Hosts with a deployed stack, and things that only look like a part of it. */
async function deployed(): Promise<HostSite> {
  const site = modelHosts({ workspace, hosts: 'joining', twins: true });
  expect((await site.up(site.journal())).error).toBeUndefined();
  return site;
}

test.each(['status', 'logs'] as const)(
  '`%s` changes nothing, whichever of its calls fails, and asks nothing that the model does not know',
  async (command) => {
    const site = await deployed();
    const before = site.swarm();
    const calls = site.journal();
    const whole = await site[command](calls);
    expect(said(whole).at(-1)).toBe('undefined');
    const faults = faultsOf(calls.calls);
    expect(faults.length).toBeGreaterThan(10);
    const found = await troubles([site], faults, async (one, fault) => {
      const journal = one.journal(fault);
      const ended = await one[command](journal);
      if (journal.failed && one.swarm() === before) return undefined;
      return { met: journal.failed, ended: said(ended), now: one.swarm() };
    });
    expect(found).toEqual({});
    expect(site.unknown?.()).toEqual([]);
  },
);

test('a stack of another repository is not even looked at', async () => {
  const site = await deployed();
  for (const { error } of [await site.others().status(), await site.others().logs()]) {
    expect(String(error)).toContain('Stack shop belongs to another repository (id 4711).');
  }
});

/** Hosts whose stack was deployed twice; the second time with another secret. */
async function deployedTwice(): Promise<{ readonly site: HostSite; readonly first: string }> {
  const site = await deployed();
  const first = secretOf(site);
  const again = await site.with({ env: 'WORD=another' }).up(site.journal());
  expect(again.error).toBeUndefined();
  expect(secretOf(site)).not.toBe(first);
  return { site, first };
}

/** Name of the secret that the service has now. */
function secretOf({ place }: HostSite): string {
  const [engine] = place.hosts;
  const service = engine?.member && named(engine.member.swarm, 'service', 'shop_web');
  return /"SecretName":"([^"]+)"/.exec(JSON.stringify(service?.Spec))?.[1] ?? '';
}

test('`rollback` gives the stack what it was before its last deployment, once', async () => {
  const { site, first } = await deployedTwice();
  const before = site.swarm();
  const planned = await site.with({ 'dry-run': 'true' }).rollback();
  expect(planned.error).toBeUndefined();
  expect(planned.lines).toContainEqual(expect.stringMatching(/^\+ {5}secrets: shop_word/));
  expect(site.swarm()).toBe(before);
  expect(String((await site.others().rollback()).error)).toContain('belongs to another repository');
  expect(site.swarm()).toBe(before);

  const calls = site.journal();
  const back = await site.rollback(calls);
  expect(said(back).at(-1)).toBe('undefined');
  expect(secretOf(site)).toBe(first);
  expect(site.held?.()).toEqual([]);
  const again = await site.rollback();
  expect(String(again.error)).toContain('Stack shop is what it was before its last deployment.');
  expect(secretOf(site)).toBe(first);
  expect(site.unknown?.()).toEqual([]);
  expect((await site.down()).error).toBeUndefined();
});

test.each([
  ['whichever call of `rollback` fails', faultsOf, 15],
  ['cancelled or killed at whichever call of `rollback`', endingsOf, 15],
] as const)(
  '%s, the next one ends it',
  async (_title, chosen, least) => {
    const calls = await (async () => {
      const { site } = await deployedTwice();
      const journal = site.journal();
      expect((await site.rollback(journal)).error).toBeUndefined();
      return journal.calls;
    })();
    const faults = chosen(calls);
    expect(faults.length).toBeGreaterThan(least);
    const found = await troubles([0], faults, async (_lane, fault) => {
      const { site, first } = await deployedTwice();
      const journal = site.journal(fault);
      const ended = await site.rollback(journal);
      const held = fault.end === 'killed' ? [] : (site.held?.() ?? []);
      const next = await site.rollback();
      const isBack = secretOf(site) === first;
      const isDone =
        next.error === undefined || String(next.error).includes('is what it was before');
      const isWell = isBack && isDone && held.length === 0 && (site.held?.() ?? []).length === 0;
      if (journal.failed && isWell && site.unknown?.().length === 0) return undefined;
      return { met: journal.failed, ended: said(ended), next: said(next), isBack, held };
    });
    expect(found).toEqual({});
  },
  LIMIT_MS,
);

test('a stack that was deployed once has nothing to go back to', async () => {
  const site = await deployed();
  const before = site.swarm();
  const { error } = await site.rollback();
  expect(String(error)).toContain('There is nothing that stack shop could go back to.');
  expect(site.held?.()).toEqual([]);
  expect(site.swarm().replace(/"version":\d+/g, '')).toBe(before.replace(/"version":\d+/g, ''));
});

test('machines that were made for a cluster are entered as they are, and only those of this repository', async () => {
  const inputs = { nodes: '2', managers: '1' };
  const site = modelCluster({ workspace, name: 'conform-model', inputs, twins: true });
  expect(String((await site.status()).error)).toContain(
    'There is no cluster conform-model on this runner.',
  );
  expect((await site.up(site.journal())).error).toBeUndefined();
  const before = await site.left();
  const calls = site.journal();
  const looked = await site.status(calls);
  expect(said(looked).at(-1)).toBe('undefined');
  expect(looked.lines).toContain('Finding cluster conform-model');
  for (const { error } of [await site.logs(), await site.rollback()]) {
    expect(String(error)).toContain('Cluster conform-model has no stack.');
  }
  const { error } = await site.others().status();
  expect(String(error)).toContain('Cluster conform-model belongs to another repository (id 4711).');
  const found = await troubles([site], faultsOf(calls.calls), async (one, fault) => {
    const journal = one.journal(fault);
    const ended = await one.status(journal);
    const now = await one.left();
    return journal.failed && String(now) === String(before) ? undefined : said(ended);
  });
  expect(found).toEqual({});
  expect(site.unknown?.()).toEqual([]);
});

test('where nothing was deployed, that is said', async () => {
  const hosts = modelHosts({ workspace });
  expect(String((await hosts.status()).error)).toContain('None of the hosts is in a swarm.');
  const inputs = { nodes: '1' };
  const site = modelCluster({ workspace, name: 'conform-model', inputs });
  expect((await site.up(site.journal())).error).toBeUndefined();
  for (const container of site.place.runner.containers.values()) container.State = 'exited';
  const { error, lines } = await site.status();
  expect(lines).toContain('conform-model-1 does not run.');
  expect(String(error)).toContain('No manager of cluster conform-model runs.');
});
