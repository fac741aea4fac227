import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  failDown,
  failUp,
  type Sites,
  type WholeRuns,
  wholeRuns,
} from '../../support/conformance.ts';
import { endingsOf, faultsOf } from '../../support/faults.ts';
import { STACK } from '../../support/model/compose.ts';
import { modelHosts } from '../../support/model/hosts.ts';

// Every command and every question of a run on hosts fails once, in a run of its own, on a model of the engines. That the model is one is seen in
// __tests__/e2e/conformance-hosts.test.ts: real engines are asked the same, and give the same.

let workspace: string;

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'model-hosts-'));
  writeFileSync(join(workspace, 'compose.yaml'), STACK);
});

afterAll(() => rmSync(workspace, { recursive: true, force: true }));

describe.each([
  { title: 'a host in no swarm', joining: false, least: { up: 35, again: 15, down: 35 } },
  {
    title: 'a swarm of others, which a host joins',
    joining: true,
    least: { up: 50, again: 15, down: 45 },
  },
])('$title', ({ joining, least }) => {
  const make = () => modelHosts({ workspace, joining });
  const sites: Sites = { make, atOnce: 1, bothEnds: true };
  const faultsIn = async (run: keyof WholeRuns) => {
    const faults = faultsOf((await wholeRuns(make()))[run].calls);
    expect(faults.length).toBeGreaterThan(least[run]);
    return faults;
  };

  test('whichever call of `up` fails, `down` and post take back what it has done', async () => {
    expect(await failUp(sites, await faultsIn('up'))).toEqual({});
  });

  test('cancelled or killed at whichever call of `up`: `down` and post take back what it has done', async () => {
    const { up } = await wholeRuns(make());
    expect(await failUp(sites, endingsOf(up.calls))).toEqual({});
  });

  test('whichever call of a second `up` fails, `down` and post take back what both have done', async () => {
    expect(await failUp({ ...sites, again: true }, await faultsIn('again'))).toEqual({});
  });

  test('whichever call of `down` fails, the next one takes back the rest', async () => {
    expect(await failDown(sites, await faultsIn('down'))).toEqual({});
  });
});
