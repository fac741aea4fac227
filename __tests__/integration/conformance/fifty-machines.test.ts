import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import type { NamedSite } from '../../support/conformance.ts';
import type { Ended } from '../../support/in-process.ts';
import { modelDigitalocean } from '../../support/model/digitalocean.ts';
import { modelHetzner } from '../../support/model/hetzner.ts';
import type { Place } from '../../support/model/places.ts';

// Whole runs with the most machines that there may be, on stand-ins whose machines are engines of
// the model, by the clock of the model: what they ask of the vendor, beside what it allows.

const MACHINES = 50;
/** How long a vendor takes to make a machine, in ms. */
const BOOT_MS = 30_000;
const MINUTE = 60_000;
const workspace = tmpdir();
const inputs = { nodes: String(MACHINES) };

interface Site extends NamedSite {
  readonly place: Place;
  readonly cloud: { answer(call: never): unknown };
}

interface Limits {
  /** Calls that the vendor allows in an hour, and in each minute of it. */
  readonly hour: number;
  readonly minute: number;
}

const CLOUDS: readonly (readonly [string, () => Site, Limits])[] = [
  [
    'hetzner',
    () => modelHetzner({ workspace, inputs, project: { actionMs: BOOT_MS } }),
    { hour: 3_600, minute: 3_600 },
  ],
  [
    'digitalocean',
    () => modelDigitalocean({ workspace, inputs, account: { bootMs: BOOT_MS } }),
    { hour: 5_000, minute: 250 },
  ],
];

/** Runs a step; gives how many calls it took, the most of them in a minute, and the time, in ms. */
async function counted({ cloud, place }: Site, step: () => Promise<Ended>) {
  const { clock } = place.world;
  const from = clock.now();
  const times: number[] = [];
  const { answer } = cloud;
  cloud.answer = (call) => {
    times.push(clock.now());
    return answer(call);
  };
  const { error } = await step();
  cloud.answer = answer;
  expect(error).toBeUndefined();
  const inMinuteFrom = (start: number) =>
    times.filter((at) => at >= start && at < start + MINUTE).length;
  return {
    calls: times.length,
    most: Math.max(...times.map(inMinuteFrom)),
    ms: clock.now() - from,
  };
}

test.each(CLOUDS)('%s: 50 machines stay below the rate limits', async (_, make, limits) => {
  const site = make();
  const up = await counted(site, () => site.up(site.journal()));
  const again = await counted(site, () => site.up(site.journal()));
  const down = await counted(site, () => site.down(site.journal()));
  expect(Math.max(up.most, again.most, down.most)).toBeLessThan(0.7 * limits.minute);
  // An order and a look for each, and what they wait for together.
  expect(up.calls).toBeLessThan(6 * MACHINES);
  expect(up.calls + again.calls + down.calls).toBeLessThan(limits.hour / 5);
  // Machines do not wait for the boot of others.
  expect(up.ms).toBeLessThan(3 * BOOT_MS);
  expect(await site.left()).toEqual([]);
});
