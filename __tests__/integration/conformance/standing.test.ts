import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { faultsOf, troubles } from '../../support/faults.ts';
import { said } from '../../support/in-process.ts';
import { STACK } from '../../support/model/compose.ts';
import { type HostSite, modelHosts } from '../../support/model/hosts.ts';

// What a later step asks of a stack that stays, each of its calls once unanswered, on the model of the other files of this folder.

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
