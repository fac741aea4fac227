import pLimit from 'p-limit';
import { cloudClient } from '../../../src/machines/cloud/cloud-client.ts';
import { CLOUD_TRAITS } from '../../../src/machines/cloud/cloud-traits.ts';
import { portRanges } from '../../../src/machines/cloud/network/port-ranges.ts';
import { Places } from '../../../src/machines/cloud/places/places.ts';
import type { Place } from '../../../src/machines/driver.ts';
import {
  AT_ONCE,
  hetznerWork,
  RETRIED_CODES,
  type Work,
} from '../../../src/machines/hetzner/api/work.ts';
import { createServer } from '../../../src/machines/hetzner/create-server.ts';
import type { FoundMachine } from '../../../src/machines/hetzner/find.ts';
import { ensureFirewall, MOST_RULES } from '../../../src/machines/hetzner/firewall.ts';
import { ensureNetwork } from '../../../src/machines/hetzner/network.ts';
import { PLACE_WORDS } from '../../../src/machines/hetzner/options.ts';
import { ensurePlacementGroup, groupOf } from '../../../src/machines/hetzner/placement-group.ts';
import type { Owner } from '../../../src/machines/ownership.ts';
import { recordedLog } from '../recorded-log.ts';
import { virtualClock } from '../virtual-clock.ts';
import { type FakeHetzner, fakeHetzner } from './hetzner.ts';
import type { ProjectOptions } from './hetzner-project.ts';

export const OWNER: Owner = {
  ...{ cluster: 'shop', repository: '42', run: '7/test/up', expires: '2026-12-04T12:00:00Z' },
};
/** Another repository that has a cluster of the same name in the same project. */
export const TWIN: Owner = { ...OWNER, repository: '43' };
export const HOST_KEY = `ssh-ed25519 ${Buffer.from(`0000000b7373682d6564323535313900000020${'ab'.repeat(32)}`, 'hex').toString('base64')}`;

export interface Trial extends AsyncDisposable {
  readonly fake: FakeHetzner;
  readonly lines: string[];
  /** What one run works with: by now and `limitMs` from it. */
  work(limitMs?: number, signal?: AbortSignal): Work;
  now(): number;
}

/**
 * A stand-in with a clock of its own, which runs ahead whenever somebody waits. `endpoint` puts
 * something between it and the client.
 */
export async function hetznerTrial(
  options: Partial<ProjectOptions> = {},
  endpoint: (fake: FakeHetzner) => Promise<string> = async (fake) => fake.endpoint,
): Promise<Trial> {
  const clock = virtualClock();
  const fake = await fakeHetzner({ clock, ...options });
  const { log, lines } = recordedLog();
  const where = await endpoint(fake).catch(async (error: unknown) => {
    await fake[Symbol.asyncDispose]();
    throw error;
  });
  const access = { vendor: 'Hetzner', endpoint: where, token: fake.token, log };
  const client = cloudClient({ ...access, clock, random: () => 0, retriedCodes: RETRIED_CODES });
  return {
    ...{ fake, lines },
    now: () => clock.now(),
    work: (limitMs = 600_000, signal = new AbortController().signal) =>
      hetznerWork(client, { clock, log, bounds: { signal, deadline: clock.now() + limitMs } }),
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}

const PLACES: readonly Place[] = [
  { type: 'cx23', location: 'nbg1' },
  { type: 'cx23', location: 'hel1' },
];

/** Makes a cluster with its machines, as a driver would. */
export async function makeCluster(
  work: Work,
  owner: Owner,
  machines: number,
  { ports = [80], places = PLACES }: { ports?: readonly number[]; places?: readonly Place[] } = {},
): Promise<FoundMachine[]> {
  const network = await ensureNetwork(work, owner, { range: '10.64.0.0/16', zone: 'eu-central' });
  const published = ports.map((port) => ({ port, protocol: 'tcp' as const }));
  const ranges = portRanges(published, { vendor: 'Hetzner', most: MOST_RULES });
  const rules = { ranges, sources: ['0.0.0.0/0', '::/0'] };
  const firewall = await ensureFirewall(work, owner, rules);
  const groups = new Map<number, number>();
  for (let group = 1; group <= groupOf(machines); group += 1) {
    groups.set(group, (await ensurePlacementGroup(work, owner, group)).id);
  }
  const ground = {
    ...{
      places: new Places(PLACE_WORDS, places),
      orders: pLimit(AT_ONCE),
      image: 'docker-ce',
      ipv4: true,
    },
    ...{ network: network.id, firewall: firewall.id },
  };
  const atOnce = pLimit(CLOUD_TRAITS.atOnce);
  const asked = Array.from({ length: machines }, (_, at) =>
    atOnce(() =>
      createServer(work, ground, {
        ...{ owner, index: at + 1, hostKey: HOST_KEY, userData: '#cloud-config\n{}' },
        placementGroup: groups.get(groupOf(at + 1)),
      }),
    ),
  );
  return (await Promise.allSettled(asked)).map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
