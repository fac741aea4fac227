import type { Clock } from '../../../base/clock.ts';
import type { DriverLog } from '../../../base/log.ts';
import { once } from '../../../base/once.ts';
import type { Bounds, CloudClient } from '../../cloud/cloud-client.ts';
import { type DigitaloceanApi, digitaloceanApi } from './digitalocean-api.ts';

/** The name for messages, and where a person looks at what is there. */
export const VENDOR = 'DigitalOcean';
export const CONSOLE = 'https://cloud.digitalocean.com';

/** How many droplets are ordered, or removed, at the same time: 250 calls a minute are allowed. */
export const AT_ONCE = 10;

/** What a piece of work at DigitalOcean needs: to make a cluster ready, to remove one. */
export interface Work {
  readonly api: DigitaloceanApi;
  readonly clock: Clock;
  readonly bounds: Bounds;
  readonly log: DriverLog;
  /** Told of what carries tags of the driver and is none of its own; each only once. */
  readonly ignored: (message: string) => void;
}

/** Joins what a piece of work needs. `bounds.deadline` is on this clock, which is the client's. */
export function digitaloceanWork(
  client: CloudClient,
  about: { readonly clock: Clock; readonly bounds: Bounds; readonly log: DriverLog },
): Work {
  const ignored = once((message) => about.log.warning(message));
  return { api: digitaloceanApi(client, about.bounds), ignored, ...about };
}
