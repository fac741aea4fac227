import pLimit from 'p-limit';
import { cloudClient } from '../../../src/machines/cloud/cloud-client.ts';
import { CLOUD_TRAITS } from '../../../src/machines/cloud/cloud-traits.ts';
import { portRanges } from '../../../src/machines/cloud/network/port-ranges.ts';
import { digitaloceanWork, type Work } from '../../../src/machines/digitalocean/api/work.ts';
import { createDroplet } from '../../../src/machines/digitalocean/create-droplet.ts';
import type { FoundMachine } from '../../../src/machines/digitalocean/find.ts';
import { ensureFirewall, MOST_RULES } from '../../../src/machines/digitalocean/firewall.ts';
import { groundOf } from '../../../src/machines/digitalocean/ground.ts';
import { digitaloceanOptions } from '../../../src/machines/digitalocean/options.ts';
import { ensureOwnerTags } from '../../../src/machines/digitalocean/owner-tags.ts';
import type { Place } from '../../../src/machines/driver.ts';
import type { Owner } from '../../../src/machines/ownership.ts';
import { recordedLog } from '../recorded-log.ts';
import { virtualClock } from '../virtual-clock.ts';
import { type FakeDigitalocean, fakeDigitalocean } from './digitalocean.ts';
import type { AccountOptions } from './digitalocean-account.ts';

export const OWNER: Owner = {
  ...{ cluster: 'shop', repository: '42', run: '7/test/up', expires: '2026-12-04T12:00:00Z' },
};
/** Another repository that has a cluster of the same name in the same account. */
export const TWIN: Owner = { ...OWNER, repository: '43' };
export const HOST_KEY = `ssh-ed25519 ${Buffer.from(`0000000b7373682d6564323535313900000020${'ab'.repeat(32)}`, 'hex').toString('base64')}`;

export interface Trial extends AsyncDisposable {
  readonly fake: FakeDigitalocean;
  readonly lines: string[];
  /** What one run works with: by now and `limitMs` from it. */
  work(limitMs?: number, signal?: AbortSignal): Work;
  now(): number;
}

/**
 * A stand-in with a clock of its own, which runs ahead whenever somebody waits. `endpoint` puts
 * something between it and the client.
 */
export async function digitaloceanTrial(
  options: Partial<AccountOptions> = {},
  endpoint: (fake: FakeDigitalocean) => Promise<string> = async (fake) => fake.endpoint,
): Promise<Trial> {
  const clock = virtualClock();
  const fake = await fakeDigitalocean({ clock, ...options });
  const { log, lines } = recordedLog();
  const where = await endpoint(fake).catch(async (error: unknown) => {
    await fake[Symbol.asyncDispose]();
    throw error;
  });
  const access = { vendor: 'DigitalOcean', endpoint: where, token: fake.token, log };
  const client = cloudClient({ ...access, clock, random: () => 0 });
  return {
    ...{ fake, lines },
    now: () => clock.now(),
    work: (limitMs = 600_000, signal = new AbortController().signal) =>
      digitaloceanWork(client, { clock, log, bounds: { signal, deadline: clock.now() + limitMs } }),
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}

const PLACES: readonly Place[] = [
  { type: 's-1vcpu-2gb', location: 'fra1' },
  { type: 's-1vcpu-2gb', location: 'ams3' },
  { type: 's-2vcpu-2gb', location: 'fra1' },
];

/** Makes a cluster with its machines, as a driver would. */
export async function makeCluster(
  work: Work,
  owner: Owner,
  machines: number,
  { ports = [80], places = PLACES }: { ports?: readonly number[]; places?: readonly Place[] } = {},
): Promise<FoundMachine[]> {
  await ensureOwnerTags(work, owner);
  const published = ports.map((port) => ({ port, protocol: 'tcp' as const }));
  const ranges = portRanges(published, { vendor: 'DigitalOcean', most: MOST_RULES });
  await ensureFirewall(work, owner, { ranges, sources: ['0.0.0.0/0', '::/0'] });
  const ground = await groundOf(work, owner, digitaloceanOptions.parse({}), places);
  const atOnce = pLimit(CLOUD_TRAITS.atOnce);
  const asked = Array.from({ length: machines }, (_, at) =>
    atOnce(() =>
      createDroplet(work, ground, {
        ...{ owner, index: at + 1, hostKey: HOST_KEY, userData: '#cloud-config\n{}' },
      }),
    ),
  );
  return (await Promise.allSettled(asked)).map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
