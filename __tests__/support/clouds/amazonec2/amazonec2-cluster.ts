import pLimit from 'p-limit';
import { ec2Clients } from '../../../../src/machines/amazonec2/api/ec2-clients.ts';
import { ec2Work, type Work } from '../../../../src/machines/amazonec2/api/work.ts';
import { createInstance } from '../../../../src/machines/amazonec2/create-instance.ts';
import type { FoundMachine } from '../../../../src/machines/amazonec2/find.ts';
import { groundOf } from '../../../../src/machines/amazonec2/ground.ts';
import {
  ensureSecurityGroup,
  mostRanges,
} from '../../../../src/machines/amazonec2/network/security-group.ts';
import { amazonec2Options } from '../../../../src/machines/amazonec2/options.ts';
import { type Preflight, preflight } from '../../../../src/machines/amazonec2/preflight.ts';
import { CLOUD_TRAITS } from '../../../../src/machines/cloud/cloud-traits.ts';
import { portRanges } from '../../../../src/machines/cloud/network/port-ranges.ts';
import type { Owner } from '../../../../src/machines/ownership.ts';
import { recordedLog } from '../../recorded-log.ts';
import { virtualClock } from '../../virtual-clock.ts';
import { type FakeAmazonec2, fakeAmazonec2 } from './amazonec2.ts';
import type { RegionOptions } from './instances.ts';
import { KEY } from './signature.ts';
import { REGION } from './wares.ts';

export const OWNER: Owner = {
  ...{ cluster: 'shop', repository: '42', run: '7/test/up', expires: '2026-12-04T12:00:00Z' },
};
/** Another repository that has a cluster of the same name in the same account. */
export const TWIN: Owner = { ...OWNER, repository: '43' };
export const HOST_KEY = `ssh-ed25519 ${Buffer.from(`0000000b7373682d6564323535313900000020${'ab'.repeat(32)}`, 'hex').toString('base64')}`;

export interface Trial extends AsyncDisposable {
  readonly fake: FakeAmazonec2;
  readonly lines: string[];
  /** What one run works with: by now and `limitMs` from it. */
  work(limitMs?: number, signal?: AbortSignal): Work;
  now(): number;
}

/**
 * A stand-in with a clock of its own, which runs ahead whenever somebody waits. `endpoint` puts
 * another one in its place.
 */
export async function amazonec2Trial(
  options: Partial<RegionOptions> = {},
  endpoint?: string,
): Promise<Trial> {
  const clock = virtualClock();
  const fake = await fakeAmazonec2({ clock, ...options });
  const { log, lines } = recordedLog();
  const credentials = async () => ({ accessKeyId: KEY.id, secretAccessKey: KEY.secret });
  const clients = ec2Clients({
    ...{ region: REGION, credentials, endpoint: endpoint ?? fake.endpoint, log, clock },
    random: () => 0,
  });
  return {
    ...{ fake, lines },
    now: () => clock.now(),
    work: (limitMs = 600_000, signal = new AbortController().signal) => {
      const bounds = { signal, deadline: clock.now() + limitMs };
      return ec2Work(clients, { region: REGION, clock, log, bounds });
    },
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}

/** Makes a cluster with its machines, as a driver would. `planned` puts an earlier preflight in place of its own. */
export async function makeCluster(
  work: Work,
  owner: Owner,
  machines: number,
  about: {
    readonly ports?: readonly number[];
    readonly given?: object;
    readonly planned?: Preflight;
  } = {},
): Promise<FoundMachine[]> {
  const { ports = [80], given = {} } = about;
  const options = amazonec2Options.parse(given);
  const wanted = { cluster: owner, machines, ttlMs: undefined };
  const { places, network } = about.planned ?? (await preflight(work, options, wanted));
  const published = ports.map((port) => ({ port, protocol: 'tcp' as const }));
  const sources = options['firewall-sources'];
  const ranges = portRanges(published, { vendor: 'AWS', most: mostRanges(sources) });
  const rules = { ranges, sources };
  const securityGroup = await ensureSecurityGroup(work, owner, network.vpc.vpcId, rules);
  const ground = groundOf(work, owner, { options, securityGroup, places });
  const atOnce = pLimit(CLOUD_TRAITS.atOnce);
  const asked = Array.from({ length: machines }, (_, at) =>
    atOnce(() =>
      createInstance(work, ground, {
        ...{ owner, index: at + 1, hostKey: HOST_KEY, userData: '#cloud-config\n{}' },
      }),
    ),
  );
  return (await Promise.allSettled(asked)).map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
