import { BlockList, isIP } from 'node:net';
import * as z from 'zod';
import type { EngineApi } from '../engine/api.ts';
import type { Member } from '../swarm/form.ts';

/** Ranges that are not routed on the internet. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/**
 * Whether packets to this address may cross the internet; not of a name, of which nothing is known.
 */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !PRIVATE.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * The addresses of the traffic between containers that are public; none where there is one node,
 * and nothing on the way.
 */
export function publicDataPaths(members: readonly Member[]): string[] {
  if (members.length < 2) return [];
  return members.flatMap(({ machine }) => {
    const address = machine.dataPath ?? machine.advertise;
    return isPublic(address) ? [`${machine.name} (${address})`] : [];
  });
}

const networks = z.array(
  z.object({
    Name: z.string(),
    Options: z.record(z.string(), z.string()).nullish(),
  }),
);

/** Names of the stack's overlay networks that are not encrypted. Rejects as the API does. */
export async function plainOverlays(
  api: EngineApi,
  stack: string,
  signal: AbortSignal,
): Promise<string[]> {
  const filters = JSON.stringify({
    driver: ['overlay'],
    label: [`com.docker.stack.namespace=${stack}`],
  });
  const found = await api.get('/networks', { filters }, networks, { signal });
  // Its mere presence encrypts, whatever it says.
  return found
    .flatMap(({ Name, Options }) => ('encrypted' in (Options ?? {}) ? [] : [Name]))
    .sort();
}

/** The advice for networks that were made now. */
export function encryptionAdvice(names: readonly string[], paths: readonly string[]): string {
  return [
    `Containers on different nodes talk over public addresses here: ${paths.join(', ')}. ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not encrypted, so what they say can be read on the way.`,
    'Write `driver_opts: { encrypted: "" }` for the network in the compose file. With IPsec, let IP protocol 50 through between the nodes. Or lead the traffic over a private network by `data-path-addr`. The option holds for a network that is made anew: give it another name, or remove the stack first.',
  ].join('\n');
}
