import { isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { ActionError } from '../../base/errors.ts';

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * Whether a machine has an IPv6 address beyond its own links. `interfaces` is what
 * `os.networkInterfaces()` gives there.
 */
export function hasPublicIpv6(interfaces: Interfaces): boolean {
  return Object.values(interfaces)
    .flatMap((all) => all ?? [])
    .some(({ family, internal, scopeid }) => family === 'IPv6' && !internal && !scopeid);
}

/**
 * Throws `ActionError` where a machine has an IPv6 address alone, and the runner none from which it
 * could be reached: each attempt would fail until the time is over. `interfaces` is what
 * `os.networkInterfaces()` gives on the runner.
 */
export function refuseIpv6Only(name: string, address: string, interfaces: Interfaces): void {
  if (!isIPv6(address) || hasPublicIpv6(interfaces)) return;
  throw new ActionError(`Machine ${name} has only an IPv6 address, ${address}.`, {
    details: 'The runner has no IPv6 address, other than of its own links.',
    hint: "GitHub's hosted runners have no IPv6. Give the machines IPv4 addresses, or use a self-hosted runner with IPv6.",
  });
}
