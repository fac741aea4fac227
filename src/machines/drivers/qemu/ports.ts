import { createServer } from 'node:net';
import type { LocalPort } from '../../driver.ts';
import { taken } from '../../local-ports.ts';

/** A port at 127.0.0.1 of the runner that QEMU hands on to the guest. */
export interface ForwardedPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly runnerPort: number;
}

/** Each port by its own number where that is free, TCP ports by another one where it is not. QEMU can hand on no SCTP. */
export async function forwarded(ports: readonly LocalPort[]): Promise<ForwardedPort[]> {
  const used = await taken(ports);
  const found = await Promise.all(
    ports.map(async (one): Promise<ForwardedPort[]> => {
      const { port, protocol } = one;
      if (protocol === 'sctp') return [];
      const runnerPort = used.includes(one) ? await freePort() : port;
      return [{ protocol, port, runnerPort }];
    }),
  );
  return found.flat();
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
