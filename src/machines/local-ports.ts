import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { LocalPort } from './driver.ts';

const LOCAL = '127.0.0.1';

/** Those of the ports that somebody uses at 127.0.0.1 already. */
export async function taken(ports: readonly LocalPort[]): Promise<LocalPort[]> {
  const found = await Promise.all(ports.map(isTaken));
  return ports.filter((_, at) => found[at]);
}

/** What cannot be asked (no right to, another protocol) counts as free: the engine will tell. */
async function isTaken({ port, protocol }: LocalPort): Promise<boolean> {
  return protocol === 'tcp' && (await bindError(protocol, port)) === 'EADDRINUSE';
}

/** The code with which listening at a port of 127.0.0.1 fails, for example `EADDRINUSE`, `EACCES`; undefined where this user may. */
export async function bindError(
  protocol: 'tcp' | 'udp',
  port: number,
): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const failed = ({ code, message }: NodeJS.ErrnoException): void => resolve(code ?? message);
    if (protocol === 'tcp') {
      const server = createServer().once('error', failed);
      server.listen({ host: LOCAL, port, exclusive: true }, () =>
        server.close(() => resolve(undefined)),
      );
    } else {
      const socket = createSocket('udp4').once('error', failed);
      socket.bind({ address: LOCAL, port, exclusive: true }, () =>
        socket.close(() => resolve(undefined)),
      );
    }
  });
}

/** Says that the stack answers at other ports of 127.0.0.1 than these. */
export function portsTaken(ports: readonly Pick<LocalPort, 'port'>[]): string {
  const numbers = ports.map(({ port }) => port).join(', ');
  return `Port ${numbers} of 127.0.0.1 is taken on the runner, so the stack answers at another one there: see the outputs \`url\` and \`endpoints\`. The nodes themselves publish ${numbers} as written.`;
}
