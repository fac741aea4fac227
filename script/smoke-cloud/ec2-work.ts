import { systemClock } from '../../src/base/clock.ts';
import { credentialsOf } from '../../src/machines/amazonec2/api/credentials.ts';
import { ec2Clients } from '../../src/machines/amazonec2/api/ec2-clients.ts';
import { ec2Work, type Work } from '../../src/machines/amazonec2/api/work.ts';
import { boundsFor } from '../../src/machines/cloud/cloud-limits.ts';
import type { CloudAccess } from './cloud.ts';

const WORK_MS = 60_000;

/** What the driver works with at EC2, for a minute: its signed client, in the region of `env`. */
export function ec2WorkOf({ env, endpoint }: CloudAccess): Work {
  const region = env.AWS_REGION ?? '';
  const log = { info: console.log, warning: console.error };
  const clock = systemClock;
  const clients = ec2Clients({ region, credentials: credentialsOf(env), endpoint, log, clock });
  return ec2Work(clients, { region, clock, log, bounds: boundsFor(clock, WORK_MS) });
}
