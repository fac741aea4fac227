import { type Clock, systemClock } from '../../../src/base/clock.ts';
import {
  type CloudAnswer,
  type CloudServer,
  type CloudStandIn,
  cloudServer,
  cloudStandIn,
} from './cloud-server.ts';
import { Account, type AccountOptions } from './digitalocean-account.ts';

/**
 * A stand-in of DigitalOcean's API with one account. It knows the calls that the driver makes, and
 * answers in the form of DigitalOcean's description.
 */
export interface DigitaloceanStandIn extends CloudStandIn {
  readonly account: Account;
}

/** The stand-in on a port of the loopback interface. */
export interface FakeDigitalocean extends DigitaloceanStandIn, CloudServer {
  readonly endpoint: string;
}

const TOKEN = 'fake-token-of-the-account';

/** Makes the stand-in. Times are in ms of `clock`. */
export function digitaloceanStandIn(
  options: Partial<AccountOptions> & { readonly clock?: Clock } = {},
): DigitaloceanStandIn {
  const account = new Account({
    ...{ clock: systemClock, bootMs: 6_000, lingerMs: 0, lagMs: 0, applyMs: 0 },
    ...{ dropletLimit: 100, refusesWhileNew: false },
    ...options,
  });
  const standIn = cloudStandIn({
    token: TOKEN,
    call: (method, url, body) => account.call(method, url, body),
    refusal,
    headers: headersOf,
  });
  // The same object, as its `limitEvery` is written.
  return Object.assign(standIn, { account });
}

/** Starts the stand-in on a port. */
export async function fakeDigitalocean(
  options: Partial<AccountOptions> & { readonly clock?: Clock } = {},
): Promise<FakeDigitalocean> {
  const standIn = digitaloceanStandIn(options);
  const server = await cloudServer(standIn);
  return Object.assign(standIn, server, { endpoint: `${server.address}/v2` });
}

function refusal(status: number, code: string, message = `The stand-in says ${code}`): CloudAnswer {
  return { status, body: { id: code, message } };
}

/** 250 calls a minute: then `retry-after` says when the next is allowed. */
function headersOf({ status }: CloudAnswer, calls: number): Record<string, string> {
  return {
    'ratelimit-limit': '5000',
    'ratelimit-remaining': String(Math.max(0, 5_000 - calls)),
    'ratelimit-reset': String(Math.floor(Date.now() / 1_000) + 3_600),
    ...(status === 429 && { 'retry-after': '1' }),
  };
}
