import type { Clock } from '../../../base/clock.ts';
import type { DriverLog } from '../../../base/log.ts';
import { once } from '../../../base/once.ts';
import type { Bounds, CloudClient } from '../../cloud/cloud-client.ts';
import { type Ec2Api, ec2Api } from './ec2-api.ts';

/** The name for messages. */
export const VENDOR = 'AWS';

/**
 * How many instances are ordered at the same time. AWS lets an account make two a second in the
 * long run, after a store of 1000 (docs.aws.amazon.com, "Request throttling for the EC2 API").
 */
export const AT_ONCE = 5;

/** What a piece of work at EC2 needs: to make a cluster ready, to remove one. */
export interface Work {
  readonly api: Ec2Api;
  /** `eu-central-1`. */
  readonly region: string;
  readonly clock: Clock;
  readonly bounds: Bounds;
  readonly log: DriverLog;
  /** Told of what carries tags of the driver and is none of its own; each only once. */
  readonly ignored: (message: string) => void;
}

/** Joins what a piece of work needs. `bounds.deadline` is on this clock, which is the client's. */
export function ec2Work(
  client: CloudClient,
  about: Pick<Work, 'region' | 'clock' | 'bounds' | 'log'>,
): Work {
  const ignored = once((message) => about.log.warning(message));
  return { api: ec2Api(client, about.bounds), ignored, ...about };
}

/** Where a person looks at what is there, for example at `Instances` or `SecurityGroups`. */
export function consoleOf(region: string, kind = 'Instances'): string {
  return `https://console.aws.amazon.com/ec2/home?region=${region}#${kind}:`;
}
