import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { ActionError } from '../../../base/errors.ts';
import { guestAddress } from '../../virtual-machine/subnet.ts';

/**
 * The network of a cluster that was made without root. The machines hear each other over a
 * multicast group that does not leave the runner; the runner reaches each by ports that its QEMU
 * listens at, at an address of 127.0.0.0/8 of its own, so that published ports keep their numbers.
 */
export interface UserNetwork {
  /** Multicast group and UDP port. */
  readonly group: string;
  /** First three numbers of the runner's addresses that lead to the machines. */
  readonly loopback: string;
}

const CANDIDATES = 16;
/** Below the ports that Linux gives to whoever asks for none. */
const FIRST_PORT = 20_000;
const PORTS = 10_000;

/** Where the runner reaches a machine. */
export function loopbackAddress({ loopback }: UserNetwork, index: number): string {
  return guestAddress(loopback, index);
}

/**
 * The networks to try for the cluster in a folder, the same ones each time. Other users have other
 * folders.
 */
export function userNetworks(folder: string): UserNetwork[] {
  return Array.from({ length: CANDIDATES }, (_, step) => {
    const hash = createHash('sha256').update(`${folder}\0${step}`).digest();
    const [a, b, c, d = 0, e] = hash;
    const port = FIRST_PORT + (hash.readUInt16BE(6) % PORTS);
    // 239.0.0.0/8 is for whoever wants it (RFC 2365). In the upper half of 127.0.0.0/8 nothing
    // listens by habit, as at 127.0.0.53.
    return { group: `239.${a}.${b}.${c}:${port}`, loopback: `127.${128 + (d % 64)}.${e}` };
  });
}

/**
 * A network that no other cluster has and whose port is free. Throws `ActionError` where there is
 * none.
 */
export async function chooseUserNetwork(
  folder: string,
  others: readonly UserNetwork[],
): Promise<UserNetwork> {
  for (const one of userNetworks(folder)) {
    const isTaken = others.some(
      ({ group, loopback }) => group === one.group || loopback === one.loopback,
    );
    if (!isTaken && (await canJoin(one.group))) return one;
  }
  throw new ActionError('No multicast port is free on the runner for the machines.', {
    hint: `UDP ports ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} were tried; see who has them: ss -lunp`,
  });
}

/** Whether QEMU may listen there. */
async function canJoin(group: string): Promise<boolean> {
  const [address, port] = group.split(':');
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  return await new Promise((resolve) => {
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind({ address: address ?? '', port: Number(port) }, () =>
      socket.close(() => resolve(true)),
    );
  });
}
