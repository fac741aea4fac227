import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { atOnce } from '../../../src/machines/cloud/at-once.ts';
import type { CloudStandIn } from '../../support/clouds/cloud-server.ts';
import type { Ended } from '../../support/in-process.ts';
import { modelAmazonec2 } from '../../support/model/amazonec2.ts';
import type { CloudSite } from '../../support/model/cloud-site.ts';
import { modelDigitalocean } from '../../support/model/digitalocean.ts';
import { modelHetzner } from '../../support/model/hetzner.ts';
import { type SshMachines, sshMachines } from '../../support/model/ssh-machines.ts';
import { type Bucket, tokenBuckets } from '../../support/token-buckets.ts';

// Whole runs with the most machines that there may be, and a sweep of many clusters, at stand-ins
// whose machines a real SSH client enters in this process: each has the host key and the user of its
// user data. What the runs ask of the vendor beside what it allows, and how long they wait for it.

const MACHINES = 50;
const CLUSTERS = 100;
/** Clusters of one repository. */
const OF_ONE = 10;
const EXPIRED = 5;
/** How long a vendor takes to make a machine, in ms. */
const BOOT_MS = 30_000;
const HOUR = 3_600_000;
const workspace = tmpdir();
/** Of a test, in ms, where eight others run beside it. */
const LIMIT_MS = 60_000;

interface Site extends CloudSite {
  readonly cloud: CloudStandIn;
}

interface Limits {
  readonly buckets: readonly Bucket[];
  /** What no driver could do faster: the orders that the buckets hold up, in ms. */
  readonly ordersMs: number;
  /** How many orders may be given too early, and again. */
  readonly refused: number;
  /** Calls by which 100 clusters are found. */
  readonly lists: number;
}

/** One store for all calls. */
const allIn = (capacity: number, seconds: number, lists: number): Limits => ({
  lists,
  buckets: [{ calls: /^ALL$/, capacity, perSecond: capacity / seconds }],
  ...{ ordersMs: 0, refused: 0 },
});

/**
 * docs.aws.amazon.com, "Request throttling for the Amazon EC2 API": a store for each action of an
 * account in a region.
 */
const AWS: Limits = {
  lists: 2,
  buckets: [
    { calls: /^RunInstances$/, capacity: 5, perSecond: 2 },
    { calls: /^TerminateInstances$/, capacity: 100, perSecond: 5 },
    { calls: /^CreateTags$/, capacity: 100, perSecond: 10 },
    { calls: /^(?:Describe|Get)/, capacity: 100, perSecond: 20 },
    { calls: /./, capacity: 50, perSecond: 5 },
  ],
  ...{ ordersMs: ((MACHINES - 5) / 2) * 1_000, refused: 5 },
};

interface About {
  readonly workspace: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly ssh: SshMachines;
  readonly now?: () => Date;
}

const CLOUDS: readonly (readonly [string, (about: About, bootMs: number) => Site, Limits])[] = [
  [
    'hetzner',
    (about, bootMs) =>
      modelHetzner({ ...about, project: { actionMs: bootMs, serverLimit: 1_000 } }),
    // docs.hetzner.cloud, "Rate Limiting": a call comes back every second.
    allIn(3_600, 3_600, 8),
  ],
  [
    'digitalocean',
    (about, bootMs) => modelDigitalocean({ ...about, account: { bootMs, dropletLimit: 1_000 } }),
    // docs.digitalocean.com, "Rate Limit": 250 a minute are the narrower limit.
    allIn(250, 60, 4),
  ],
  ['amazonec2', (about, bootMs) => modelAmazonec2({ ...about, region: { bootMs } }), AWS],
];

interface Counted {
  /** Those that the vendor refuses included. */
  readonly calls: number;
  /** Calls beyond what the vendor lets through, which it answers with a refusal. */
  readonly refused: number;
  /** By the clock of the model. */
  readonly ms: number;
}

/** Lets a vendor keep to its limits in a step; gives what the step asked. */
async function counted(
  { cloud, place }: Site,
  { buckets }: Limits,
  step: () => Promise<readonly Ended[]>,
): Promise<Counted> {
  const { clock } = place.world;
  const from = clock.now();
  let calls = 0;
  let refused = 0;
  const isLet = tokenBuckets(buckets);
  const { answer } = cloud;
  cloud.answer = (call) => {
    calls += 1;
    const isOne = buckets.length === 1;
    const name = isOne ? 'ALL' : (call.url.pathname.split('/').at(-1) ?? '');
    if (isLet(name, clock.now())) return answer(call);
    refused += 1;
    return { status: 503, body: ['RequestLimitExceeded', 'Request limit exceeded.'], headers: {} };
  };
  for (const { error } of await step()) expect(error).toBeUndefined();
  cloud.answer = answer;
  return { calls, refused, ms: clock.now() - from };
}

test.each(CLOUDS)(
  '%s: 50 machines stay below the rate limits',
  async (_, make, limits) => {
    await using ssh = sshMachines();
    const site = make({ workspace, ssh, inputs: { nodes: String(MACHINES) } }, BOOT_MS);
    const step = (run: () => Promise<Ended>) => counted(site, limits, async () => [await run()]);
    const logins = () => [...ssh.logins.values()];

    const up = await step(() => site.up(site.journal()));
    // Each is entered once, by the key and to the host key of its user data.
    expect(logins()).toEqual(Array.from({ length: MACHINES }, () => 1));
    const again = await step(() => site.up(site.journal()));
    expect(logins()).toEqual(Array.from({ length: MACHINES }, () => 2));
    const down = await step(() => site.down(site.journal()));
    expect(logins()).toEqual(Array.from({ length: MACHINES }, () => 2));
    expect(await site.left()).toEqual([]);
    expect(site.unknown?.()).toEqual([]);

    // Machines do not wait for the boot of others.
    expect(up.ms).toBeLessThan(1.2 * (BOOT_MS + limits.ordersMs));
    expect(again.ms).toBeLessThanOrEqual(BOOT_MS);
    expect(down.ms).toBeLessThan(60_000);
    // An order and a look for each, and what they wait for together.
    expect(up.calls).toBeLessThan(6 * MACHINES);
    expect(again.calls).toBeLessThan(MACHINES);
    expect(down.calls).toBeLessThan(4 * MACHINES);
    expect(up.refused).toBeLessThanOrEqual(limits.refused);
    expect(again.refused + down.refused).toBe(0);
  },
  LIMIT_MS,
);

test.each(CLOUDS)(
  '%s: of 100 clusters a sweep finds those of the repository, and removes what has expired',
  async (_, make, limits) => {
    await using ssh = sshMachines();
    const now = () => new Date(Date.now() + 2 * HOUR);
    const site = make({ workspace, ssh, now, inputs: { nodes: '1' } }, 0);
    site.cloud.aheadMs = 2 * HOUR;
    const clusters = Array.from({ length: CLUSTERS }, (_, at) => ({
      inputs: { cluster: `pr-${at}`, ttl: at % 4 === 0 ? '1h' : '72h' },
      // Of each repository ten, of which half or none have expired.
      repository: String(4711 + (at % (CLUSTERS / OF_ONE))),
    }));
    // All at the same time: each looks at an account that is still empty.
    const made = await atOnce(
      CLUSTERS,
      clusters.map(
        ({ inputs, repository }) =>
          () =>
            site.with(inputs, '2/test/up', repository).makeMachines(),
      ),
    );
    expect(made.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(await machines(site)).toHaveLength(CLUSTERS);

    const swept = await counted(site, limits, async () => [await site.sweep()]);
    const left = await machines(site);
    const gone = clusters.filter(
      ({ inputs, repository }) => repository === '4711' && inputs.ttl === '1h',
    );
    expect(gone).toHaveLength(EXPIRED);
    expect(left).toHaveLength(CLUSTERS - EXPIRED);
    for (const { inputs } of gone) expect(left.join()).not.toMatch(`su-4711-${inputs.cluster}-1`);
    // No machine is entered.
    expect([...ssh.logins.values()]).toEqual(Array.from({ length: CLUSTERS }, () => 0));
    expect(swept.refused).toBe(0);
    // Most at Hetzner, where each of four things is waited for.
    expect(swept.calls).toBeLessThan(EXPIRED * 60);
    expect(swept.ms).toBeLessThanOrEqual(EXPIRED * 12_000);
    const again = await counted(site, limits, async () => [await site.sweep()]);
    expect([again.calls, again.ms]).toEqual([limits.lists, 0]);
  },
  LIMIT_MS,
);

/** Those that exist. */
async function machines({ left }: Site): Promise<readonly string[]> {
  return (await left()).filter((one) => /^(?:server|droplet|instance) /.test(one));
}
