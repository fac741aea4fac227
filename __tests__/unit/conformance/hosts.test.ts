import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

/** Of a test, in ms, where eight others run beside it. */
const LIMIT_MS = 120_000;

let workspace: string;

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'model-hosts-'));
  writeFileSync(join(workspace, 'compose.yaml'), STACK);
});

afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** Of the hosts before the first run, the least that there is to fail in a run. */
const LEAST = {
  one: { up: 35, again: 15, down: 35 },
  two: { up: 50, again: 15, down: 50 },
  joining: { up: 50, again: 15, down: 45 },
} as const;

type Hosts = keyof typeof LEAST;

const sitesOf = (hosts: Hosts): Sites => ({
  make: () => modelHosts({ workspace, hosts }),
  atOnce: 1,
  bothEnds: true,
});

async function callsIn(hosts: Hosts, run: keyof WholeRuns) {
  const { calls } = (await wholeRuns(modelHosts({ workspace, hosts })))[run];
  expect(faultsOf(calls).length).toBeGreaterThan(LEAST[hosts][run]);
  return calls;
}

const ONE = { title: 'a host in no swarm', hosts: 'one' } as const;
const TWO = { title: 'two hosts in no swarm', hosts: 'two' } as const;
const JOINING = { title: 'a swarm of others, which a host joins', hosts: 'joining' } as const;

test.each([ONE, JOINING])(
  '$title: whichever call of `up` fails, `down` and post take back what it has done',
  async ({ hosts }) => {
    const faults = faultsOf(await callsIn(hosts, 'up'));
    expect(await failUp(sitesOf(hosts), faults)).toEqual({});
  },
  LIMIT_MS,
);

test.each([TWO, JOINING])(
  '$title: cancelled or killed at whichever call of `up`, `down` and post take back what it has done',
  async ({ hosts }) => {
    const endings = endingsOf(await callsIn(hosts, 'up'));
    expect(await failUp(sitesOf(hosts), endings)).toEqual({});
  },
  LIMIT_MS,
);

test(
  'whichever call of a second `up` fails, `down` and post take back what both have done',
  async () => {
    const faults = faultsOf(await callsIn('one', 'again'));
    expect(await failUp({ ...sitesOf('one'), again: true }, faults)).toEqual({});
  },
  LIMIT_MS,
);

test.each([ONE, TWO, JOINING])(
  '$title: whichever call of `down` fails, the next one takes back the rest',
  async ({ hosts }) => {
    const faults = faultsOf(await callsIn(hosts, 'down'));
    expect(await failDown(sitesOf(hosts), faults)).toEqual({});
  },
  LIMIT_MS,
);

test.each([TWO, JOINING])(
  '$title: cancelled or killed at whichever call of `down`, the next one takes back the rest',
  async ({ hosts }) => {
    const endings = endingsOf(await callsIn(hosts, 'down'));
    expect(await failDown(sitesOf(hosts), endings)).toEqual({});
  },
  LIMIT_MS,
);
