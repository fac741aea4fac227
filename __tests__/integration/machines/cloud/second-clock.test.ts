import { expect, test } from '@jest/globals';
import { systemClock } from '../../../../src/base/clock.ts';
import { createTimeline } from '../../../../src/base/timeline.ts';
import { sweep } from '../../../../src/down/sweep.ts';
import { machinesSource } from '../../../../src/down/sweep-machines.ts';
import { runner } from '../../../../src/exec/runner.ts';
import { digitaloceanDriver } from '../../../../src/machines/digitalocean/driver.ts';
import { encodeTags } from '../../../../src/machines/digitalocean/tag-codec.ts';
import type { Driver, DriverContext, DriverSource } from '../../../../src/machines/driver.ts';
import { hetznerDriver } from '../../../../src/machines/hetzner/driver.ts';
import { encodeLabels } from '../../../../src/machines/hetzner/label-codec.ts';
import { type Owner, ownerLabels } from '../../../../src/machines/ownership.ts';
import { fakeDigitalocean } from '../../../support/clouds/digitalocean.ts';
import { fakeHetzner } from '../../../support/clouds/hetzner.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

const HOUR = 3_600_000;

interface Vendor extends AsyncDisposable {
  readonly vendor: string;
  readonly journal: string[];
  /** By how many ms its clock is ahead of this runner's. */
  aheadMs: number;
  driver(context: DriverContext): Driver;
}

/** The source of a driver that finds and removes. */
const source = (variables: Record<string, string>): DriverSource => ({
  ...{ read: () => '', variables, purpose: 'find', warn: () => {} },
  problem: (...said) => {
    throw new Error(said.join(' '));
  },
});

/** Hetzner with what is left of a cluster. */
async function hetzner(owner: Owner): Promise<Vendor> {
  const fake = await fakeHetzner({ actionMs: 0 });
  const labels = encodeLabels(ownerLabels(owner));
  const firewall = { name: `su-42-${owner.cluster}`, labels, rules: [] };
  fake.project.call('POST', new URL(`${fake.endpoint}/firewalls`), firewall);
  const read = hetznerDriver.read(source({ HCLOUD_TOKEN: fake.token }));
  const options = hetznerDriver.options.parse({ endpoint: fake.endpoint });
  return Object.assign(fake, {
    vendor: 'Hetzner',
    driver: (context: DriverContext) => read.create(options, context),
  });
}

/** DigitalOcean with the same. */
async function digitalocean(owner: Owner): Promise<Vendor> {
  const fake = await fakeDigitalocean({ bootMs: 0 });
  for (const tag of encodeTags(owner)) fake.account.tags.add(tag);
  const read = digitaloceanDriver.read(source({ DIGITALOCEAN_ACCESS_TOKEN: fake.token }));
  const options = digitaloceanDriver.options.parse({ endpoint: fake.endpoint });
  return Object.assign(fake, {
    vendor: 'DigitalOcean',
    driver: (context: DriverContext) => read.create(options, context),
  });
}

/** Looks what a sweep would do with a cluster that ended an hour ago by the clock of this runner. */
async function look(cloud: Vendor) {
  const { log, lines } = recordedLog();
  const driver = cloud.driver({ runner, actionRoot: '/nowhere', log });
  if (!driver.makesMachines) throw new Error('Clouds make machines.');
  const { signal } = new AbortController();
  const reasons: string[] = [];
  await sweep(machinesSource(driver, signal), {
    ...{ repository: '42', dryRun: true, isClosed: undefined, now: () => new Date(), signal },
    reporter: { log, timeline: createTimeline(systemClock) },
    swept: ({ result, reason }) => reasons.push(`${result}: ${reason}`),
  });
  return { reasons, warnings: lines.filter((line) => line.includes('warning:')) };
}

test.each([hetzner, digitalocean])(
  'what has ended by the clock of this runner alone stays: %p',
  async (vendorWith) => {
    const expires = new Date(Date.now() - HOUR).toISOString().replace(/\.\d+/, '');
    await using cloud = await vendorWith({
      ...{ cluster: 'shop', repository: '42', run: '7/test/up', expires },
    });
    const { vendor } = cloud;
    const right = await look(cloud);
    expect(right).toEqual({ reasons: ['would be removed: ttl ended 1 h ago'], warnings: [] });
    const calls = cloud.journal.length;

    // What is told is rounded down.
    cloud.aheadMs = -3 * HOUR - 30_000;
    const { reasons, warnings } = await look(cloud);
    expect(reasons).toEqual([
      `stays: ttl has ended by the clock of this runner, and not by that of the API of ${vendor}`,
    ]);
    expect(warnings).toEqual([
      expect.stringContaining(
        `The clock of the API of ${vendor} is 3 h behind that of this runner.`,
      ),
    ]);
    // The time comes with the lists.
    expect(cloud.journal.length).toBe(2 * calls);

    cloud.aheadMs = 20_000;
    expect((await look(cloud)).warnings).toEqual([]);
  },
);
