import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { journal } from '../../support/faults.ts';
import { said } from '../../support/in-process.ts';
import { STACK } from '../../support/model/compose.ts';
import { modelHosts } from '../../support/model/hosts.ts';

let workspace = '';
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'model-many-hosts-'));
  writeFileSync(join(workspace, 'compose.yaml'), STACK);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

interface Asked {
  /** Commands and questions that the manager got, without the labels of nodes. */
  readonly manager: number;
  readonly labels: number;
  /** Those of the worker that got most. */
  readonly worker: number;
  readonly lines: readonly string[];
}

/** A run that forms a swarm and deploys to it, and the next one. */
async function runsOn(count: number): Promise<{ readonly first: Asked; readonly again: Asked }> {
  const site = modelHosts({ workspace, hosts: count });
  const { world, hosts, instead } = site.place;
  const run = async (): Promise<Asked> => {
    const heard = new Map(hosts.map((engine) => [engine, [] as string[]]));
    world.hear = (engine, what) => heard.get(engine)?.push(what);
    const ended = await site.up(journal([], undefined, undefined, instead.clock));
    expect(ended.error && said(ended)).toBeUndefined();
    expect(world.unknown).toEqual([]);
    const [manager = [], ...workers] = heard.values();
    const labels = manager.filter((what) => what.startsWith('docker node update')).length;
    return {
      ...{ manager: manager.length - labels, labels, lines: ended.lines },
      worker: Math.max(...workers.map(({ length }) => length)),
    };
  };
  return { first: await run(), again: await run() };
}

test('forty hosts are asked as often as four, and the manager too, but for a label of each', async () => {
  const [few, many] = [await runsOn(4), await runsOn(40)];
  expect(few.first.manager).toBeGreaterThan(20);
  expect(many.first.manager).toBe(few.first.manager);
  expect(many.first.worker).toBe(few.first.worker);
  expect(many.first.labels).toBe(40);
  expect(many.again.manager).toBe(few.again.manager);
  expect(many.again.labels).toBe(0);
});

test('what all hosts lack is one warning', async () => {
  const { first } = await runsOn(40);
  const warnings = first.lines.filter((line) => line.includes('has no ip_vs'));
  expect(warnings).toEqual([
    expect.stringMatching(/\nThe same on 39 other hosts: .* and 29 more$/),
  ]);
  expect(first.lines).toContain(
    'Ports: each of the 40 hosts asked the managers (7 at most) and 6 other hosts. Up to 20 hosts each ask all others.',
  );
});
