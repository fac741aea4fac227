import { createServer } from 'node:net';
import type { PublishedPort } from '../driver.ts';
import { bindError, portsTaken } from '../local-ports.ts';

const LOCAL = '127.0.0.1';

/** A port of the runner that QEMU hands on to the guest. */
export interface ForwardedPort {
  readonly protocol: 'tcp' | 'udp';
  /** Of the runner. */
  readonly address: string;
  readonly runnerPort: number;
  readonly port: number;
}

interface MovedPort extends ForwardedPort {
  /** Why `runnerPort` is not `port`; undefined where it is. */
  readonly why: 'taken' | 'denied' | undefined;
}

/**
 * Each port by its own number where this user may have that at 127.0.0.1, by another one where he
 * may not. QEMU can hand on no SCTP.
 */
export async function forwarded(ports: readonly PublishedPort[]): Promise<MovedPort[]> {
  const found = await Promise.all(
    ports.map(async ({ port, protocol }): Promise<MovedPort[]> => {
      if (protocol === 'sctp') return [];
      const why = await obstacle(protocol, port);
      const runnerPort = why === undefined ? port : await freePort(LOCAL);
      return [{ protocol, address: LOCAL, runnerPort, port, why }];
    }),
  );
  return found.flat();
}

/** What to tell of ports that have another number at 127.0.0.1. */
export function moves(forward: readonly MovedPort[]): string[] {
  const taken = forward.filter(({ why }) => why === 'taken');
  const denied = forward.filter(({ why }) => why === 'denied').map(({ port }) => port);
  return [
    ...(taken.length > 0 ? [portsTaken(taken)] : []),
    ...(denied.length > 0
      ? [
          `Port ${denied.join(', ')} of 127.0.0.1 is root's alone on the runner, so the stack answers at another one there: see the outputs \`url\` and \`endpoints\`.`,
        ]
      : []),
  ];
}

async function obstacle(protocol: 'tcp' | 'udp', port: number): Promise<MovedPort['why']> {
  const code = await bindError(protocol, port);
  if (code === undefined) return undefined;
  return code === 'EACCES' ? 'denied' : 'taken';
}

/** A TCP port that nobody listens at. */
export async function freePort(host: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
