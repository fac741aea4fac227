import { createServer } from 'node:net';
import type { LocalPort } from './driver.ts';

/** Those of the ports that somebody uses at 127.0.0.1 already. */
export async function taken(ports: readonly LocalPort[]): Promise<LocalPort[]> {
  const found = await Promise.all(ports.map(isTaken));
  return ports.filter((_, at) => found[at]);
}

/** Whether a TCP port of 127.0.0.1 is in use by somebody. What cannot be asked (no right to, another protocol) counts as free: the engine will tell. */
async function isTaken({ port, protocol }: LocalPort): Promise<boolean> {
  if (protocol !== 'tcp') return false;
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () =>
      server.close(() => resolve(false)),
    );
  });
}

/** Says that the stack answers at other ports of 127.0.0.1 than these. */
export function portsTaken(ports: readonly Pick<LocalPort, 'port'>[]): string {
  const numbers = ports.map(({ port }) => port).join(', ');
  return `Port ${numbers} of 127.0.0.1 is taken on the runner, so the stack answers at another one there: see the outputs \`url\` and \`endpoints\`. The nodes themselves publish ${numbers} as written.`;
}
