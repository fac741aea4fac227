import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of GitHub's API as a sweep asks: whether a pull request is open. */
export interface PullRequests extends AsyncDisposable {
  readonly apiUrl: string;
}

/**
 * `isOpen` gets a repository, as `acme/shop`, and a number; undefined where there is no such pull
 * request.
 */
export async function servePullRequests(
  isOpen: (repository: string, number: number) => boolean | undefined,
): Promise<PullRequests> {
  const server = createServer((request, response) => {
    const [, repository = '', number] =
      /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)$/.exec(request.url ?? '') ?? [];
    const open = isOpen(repository, Number(number));
    response.writeHead(open === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        open === undefined
          ? { message: 'Not Found' }
          : { number: Number(number), state: open ? 'open' : 'closed' },
      ),
    );
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
