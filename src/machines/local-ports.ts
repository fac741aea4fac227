import { createSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';
import type { PublishedPort } from './driver.ts';

/** Where a published port of the stack answers on the runner, where nothing else is said. */
export const LOCAL = '127.0.0.1';

/** Those of the ports that somebody uses at an address of the runner already. */
export async function taken(
  ports: readonly PublishedPort[],
  address = LOCAL,
): Promise<PublishedPort[]> {
  const found = await Promise.all(ports.map((port) => isTaken(port, address)));
  return ports.filter((_, at) => found[at]);
}

/** What cannot be asked (no right to, another protocol) counts as free: the engine will tell. */
async function isTaken({ port, protocol }: PublishedPort, address: string): Promise<boolean> {
  return protocol === 'tcp' && (await bindError(protocol, port, address)) === 'EADDRINUSE';
}

/**
 * The code with which listening at a port of the runner fails, for example `EADDRINUSE`, `EACCES`;
 * undefined where this user may.
 */
export async function bindError(
  protocol: 'tcp' | 'udp',
  port: number,
  address = LOCAL,
): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const failed = ({ code, message }: NodeJS.ErrnoException): void => resolve(code ?? message);
    if (protocol === 'tcp') {
      const server = createServer().once('error', failed);
      server.listen({ host: address, port, exclusive: true }, () =>
        server.close(() => resolve(undefined)),
      );
    } else {
      const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4').once('error', failed);
      socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
    }
  });
}

/** Says that the stack answers at other ports of the runner than these. */
export function portsTaken(ports: readonly Pick<PublishedPort, 'port'>[], address = LOCAL): string {
  const numbers = ports.map(({ port }) => port).join(', ');
  return `Port ${numbers} of ${address} is taken on the runner, so the stack answers at another one there: see the outputs \`url\` and \`endpoints\`. The nodes themselves publish ${numbers} as written.`;
}
