import { systemClock } from '../../src/base/clock.ts';
import { credentialsOf } from '../../src/machines/amazonec2/api/credentials.ts';
import { endpointOf } from '../../src/machines/amazonec2/api/endpoint-of.ts';
import { signedFetch } from '../../src/machines/amazonec2/api/signed-fetch.ts';
import { ec2Work, VENDOR, type Work } from '../../src/machines/amazonec2/api/work.ts';
import { cloudClient } from '../../src/machines/cloud/cloud-client.ts';
import { boundsFor } from '../../src/machines/cloud/cloud-limits.ts';
import type { CloudAccess } from './cloud.ts';

const WORK_MS = 60_000;

/** What the driver works with at EC2, for a minute: its signed client, in the region of `env`. */
export function ec2WorkOf({ env, endpoint }: CloudAccess): Work {
  const region = env.AWS_REGION ?? '';
  const log = { info: console.log, warning: console.error };
  const clock = systemClock;
  const client = cloudClient({
    ...{ vendor: VENDOR, endpoint: endpoint ?? endpointOf('ec2', region), token: undefined },
    ...{ log, clock, fetch: signedFetch({ region, credentials: credentialsOf(env) }) },
  });
  return ec2Work(client, { region, clock, log, bounds: boundsFor(clock, WORK_MS) });
}
