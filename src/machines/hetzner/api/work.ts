import type { Clock } from '../../../base/clock.ts';
import type { DriverLog } from '../../../base/log.ts';
import { once } from '../../../base/once.ts';
import type { Bounds, CloudClient } from '../../cloud/cloud-client.ts';
import { type ActionWaiter, actionWaiter } from './action-waiter.ts';
import { type HetznerApi, hetznerApi } from './hetzner-api.ts';

/** The name for messages, and where a person looks at what is there. */
export const VENDOR = 'Hetzner';
export const CONSOLE = 'https://console.hetzner.com/projects';

/** Codes by which Hetzner says that it has done nothing, and that the call is to be repeated. */
export const RETRIED_CODES: readonly string[] = ['conflict'];

/** How many servers are ordered, or removed, at the same time. */
export const AT_ONCE = 10;

/** What a piece of work at Hetzner needs: to make a cluster ready, to remove one. */
export interface Work {
  readonly api: HetznerApi;
  readonly awaitActions: ActionWaiter;
  readonly clock: Clock;
  readonly bounds: Bounds;
  readonly log: DriverLog;
  /** Told of what carries labels of the driver and is none of its own; each only once. */
  readonly ignored: (message: string) => void;
}

/** Joins what a piece of work needs. `bounds.deadline` is on this clock, which is the client's. */
export function hetznerWork(
  client: CloudClient,
  about: { readonly clock: Clock; readonly bounds: Bounds; readonly log: DriverLog },
): Work {
  const api = hetznerApi(client, about.bounds);
  const ignored = once((message) => about.log.warning(message));
  return { api, awaitActions: actionWaiter({ api, ...about }), ignored, ...about };
}
