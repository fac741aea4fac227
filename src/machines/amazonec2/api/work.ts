import type { Clock } from '../../../base/clock.ts';
import type { DriverLog } from '../../../base/log.ts';
import { once } from '../../../base/once.ts';
import type { Bounds } from '../../cloud/cloud-client.ts';
import { type AccountApi, accountApi } from './account-api.ts';
import { type Ec2Api, ec2Api } from './ec2-api.ts';
import type { Ec2Clients } from './ec2-clients.ts';

/** How many instances are ordered at the same time. */
export const AT_ONCE = 5;
/**
 * AWS takes five such orders at once and two a second in the long run (docs.aws.amazon.com, "Request
 * throttling for the Amazon EC2 API"). The trial of the preflight takes one or two of them, and a
 * little is left for other runs of the account. What comes too early all the same is given again.
 */
export const ORDER_PACE = { burst: 3, everyMs: 550 };

/** What a piece of work at EC2 needs: to make a cluster ready, to remove one. */
export interface Work {
  readonly api: Ec2Api;
  readonly account: AccountApi;
  /** `eu-central-1`. */
  readonly region: string;
  readonly clock: Clock;
  readonly bounds: Bounds;
  readonly log: DriverLog;
  /** Told of what carries tags of the driver and is none of its own; each only once. */
  readonly ignored: (message: string) => void;
}

/** Joins what a piece of work needs. `bounds.deadline` is on this clock, which is the clients'. */
export function ec2Work(
  clients: Ec2Clients,
  about: Pick<Work, 'region' | 'clock' | 'bounds' | 'log'>,
): Work {
  const ignored = once((message) => about.log.warning(message));
  const api = ec2Api(clients.ec2, about.bounds);
  return { api, account: accountApi(clients, about.region), ignored, ...about };
}

/** Where a person looks at what is there, for example at `Instances` or `SecurityGroups`. */
export function consoleOf(region: string, kind = 'Instances'): string {
  return `https://console.aws.amazon.com/ec2/home?region=${region}#${kind}:`;
}
