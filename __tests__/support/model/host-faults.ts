import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { type Sites, type WholeRuns, wholeRuns } from '../conformance.ts';
import { type Call, faultsOf } from '../faults.ts';
import { STACK } from './compose.ts';
import { type HostSite, modelHosts } from './hosts.ts';

/** Of the hosts before the first run, the least that there is to fail in a run. */
const LEAST = {
  one: { up: 35, again: 15, down: 35 },
  two: { up: 50, again: 15, down: 50 },
  joining: { up: 50, again: 15, down: 45 },
} as const;

type Hosts = keyof typeof LEAST;

export const ONE = { title: 'a host in no swarm', hosts: 'one' } as const;
export const TWO = { title: 'two hosts in no swarm', hosts: 'two' } as const;
export const JOINING = {
  title: 'a swarm of others, which a host joins',
  hosts: 'joining',
} as const;

/** Of a test, in ms, where eight others run beside it. */
export const LIMIT_MS = 120_000;

/**
 * Hosts of the model for the tests of a file, anew for each run, and what whole runs on them ask.
 */
export function hostsOfFile(): {
  sites(hosts: Hosts): Sites;
  calls(hosts: Hosts, run: keyof WholeRuns): Promise<readonly Call[]>;
} {
  let workspace = '';
  beforeAll(() => {
    workspace = mkdtempSync(join(tmpdir(), 'model-hosts-'));
    writeFileSync(join(workspace, 'compose.yaml'), STACK);
  });
  afterAll(() => rmSync(workspace, { recursive: true, force: true }));
  const make = (hosts: Hosts): HostSite => modelHosts({ workspace, hosts, twins: true });
  return {
    sites: (hosts) => ({ make: () => make(hosts), atOnce: 1, bothEnds: true }),
    calls: async (hosts, run) => {
      const { calls } = (await wholeRuns(make(hosts)))[run];
      expect(faultsOf(calls).length).toBeGreaterThan(LEAST[hosts][run]);
      return calls;
    },
  };
}
