import { createHash } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { ActionError } from '../../../base/errors.ts';
import { limit } from '../../../base/time-limit.ts';

/**
 * Runs `work` while no other process of this machine runs one by the same name, and waits for that
 * first, for `limitMs` at most. Settles as `work` does; rejects with the signal's reason on abort,
 * and with `ActionError` after the limit.
 */
export async function locked<T>(
  name: string,
  work: () => Promise<T>,
  {
    signal,
    limitMs,
    onWait,
  }: { readonly signal: AbortSignal; readonly limitMs: number; readonly onWait: () => void },
): Promise<T> {
  // A name that only the kernel knows: it ends with its process, however that ends, so no lock is
  // ever left behind.
  const path = `\0swarm-up-${createHash('sha256').update(name).digest('hex')}`;
  const release = await take(path, { signal, limitMs, onWait });
  try {
    return await work();
  } finally {
    await release();
  }
}

async function take(
  path: string,
  {
    signal,
    limitMs,
    onWait,
  }: { readonly signal: AbortSignal; readonly limitMs: number; readonly onWait: () => void },
): Promise<() => Promise<void>> {
  using bounds = limit(
    [signal],
    limitMs,
    () => new ActionError(`another run was at it for ${Math.round(limitMs / 60_000)} minutes`),
  );
  for (let isFirst = true; ; isFirst = false) {
    bounds.signal.throwIfAborted();
    const release = await listen(path);
    if (release) return release;
    if (isFirst) onWait();
    await closed(path, bounds.signal);
  }
}

/** Undefined where somebody else listens. */
async function listen(path: string): Promise<(() => Promise<void>) | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => waiting.delete(socket));
    socket.resume();
  });
  return await new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () =>
      resolve(async () => {
        const end = new Promise((done) => server.close(done));
        for (const socket of waiting) socket.destroy();
        await end;
      }),
    );
  });
}

/** Resolves when who listens has ended. */
async function closed(path: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const socket = connect(path);
    const onAbort = (): void => {
      reject(signal.reason);
      socket.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', () => {});
    socket.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    socket.resume();
  });
}
