import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type Place, type PublishedEndpoint, verify } from '../../../src/verify/verify.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(answer: RequestListener = (_, response) => response.end()): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A port at which nothing listens any more. */
async function closedPort(): Promise<number> {
  const port = await listen();
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

const place = (node: string, port: number): Place => ({ node, host: '127.0.0.1', port });

function endpoint(
  places: readonly Place[],
  runsOn: readonly string[],
  mode: PublishedEndpoint['mode'] = 'ingress',
): PublishedEndpoint {
  return { service: 'web', published: 8080, target: 80, protocol: 'tcp', mode, places, runsOn };
}

const options = () => ({
  clock: virtualClock(),
  signal: new AbortController().signal,
  timeoutMs: 2_000,
});
const TARGETS = [{ port: 8080, path: '/', status: undefined }];

test('what answers through every node is told with its addresses', async () => {
  const port = await listen();
  const places = [place('a', port), { ...place('b', port), localPort: 32_768 }];
  expect(await verify([endpoint(places, ['a'])], undefined, options())).toEqual([
    {
      ...{ service: 'web', published: 8080, target: 80, protocol: 'tcp', mode: 'ingress' },
      urls: ['http://127.0.0.1:32768', `http://127.0.0.1:${port}`, `http://127.0.0.1:${port}`],
      checked: 'answers',
    },
  ]);
});

test('an address of the runner that is that of a node is told once', async () => {
  const port = await listen();
  const places = [{ ...place('a', port), localPort: port }];
  const [told] = await verify([endpoint(places, ['a'])], undefined, options());
  expect(told?.urls).toEqual([`http://127.0.0.1:${port}`]);
});

test('a node that does not answer for the tasks of another: the pair is named, and what is filtered', async () => {
  const [open, closed] = [await listen(), await closedPort()];
  const places = [place('a', open), place('b', closed), place('c', open)];
  await expect(verify([endpoint(places, ['a', 'a'])], undefined, options())).rejects.toMatchObject({
    message: 'The stack runs, but not every published port answers through every node.',
    details: `web (runs on a), port 8080, through b (127.0.0.1:${closed}), connection: ECONNREFUSED`,
    hint: expect.stringMatching(
      /^The routing mesh does not get from b to a\. Nothing may filter 7946\/tcp\+udp and 4789\/udp/,
    ),
    endpoints: [expect.objectContaining({ checked: 'no answer' })],
  });
});

test('a service that answers through no node is not said to be cut off', async () => {
  const closed = await closedPort();
  const places = [place('a', closed), place('b', closed)];
  await expect(verify([endpoint(places, ['a'])], undefined, options())).rejects.toMatchObject({
    hint: expect.stringMatching(/^See that the service listens on 0\.0\.0\.0 at its target port/),
  });
});

test('a port of the node itself is not carried by the mesh', async () => {
  const [open, closed] = [await listen(), await closedPort()];
  const places = [place('a', open), place('b', closed)];
  const failed = verify([endpoint(places, ['a', 'b'], 'host')], undefined, options());
  await expect(failed).rejects.toMatchObject({
    details: expect.stringMatching(/^web, port 8080, through b /),
    hint: expect.stringMatching(/^See that the service listens/),
  });
});

test('one task of two that does not answer well is found, although the other one does', async () => {
  let asked = 0;
  const port = await listen((_, response) => {
    asked += 1;
    response.writeHead(asked % 2 === 0 ? 503 : 200).end();
  });
  const two = endpoint([place('a', port)], ['a', 'b']);
  await expect(verify([two], TARGETS, options())).rejects.toMatchObject({
    details: expect.stringMatching(/GET \/: answered 503, wanted 2xx or 3xx$/),
    hint: expect.stringMatching(/^Look at the logs of the service/),
  });
  const one = endpoint([place('a', port)], ['a']);
  await expect(verify([one], TARGETS, options())).resolves.toHaveLength(1);
});

test('what answers only after a while has answered', async () => {
  let asked = 0;
  const port = await listen((_, response) => {
    asked += 1;
    response.writeHead(asked < 4 ? 503 : 204).end();
  });
  const places = [place('a', port)];
  const [found] = await verify([endpoint(places, ['a', 'a', 'a'])], TARGETS, options());
  expect(found?.checked).toBe('answers');
  expect(asked).toBe(6);
});

test('a port that is not asked says why', async () => {
  const port = await listen();
  const web = endpoint([place('a', port)], ['a']);
  const note = async (one: PublishedEndpoint, targets: Parameters<typeof verify>[1]) => {
    const [found] = await verify([one], targets, options());
    return `${found?.checked}: ${found?.note}`;
  };
  expect(await note(web, [])).toBe('not checked: `verify: "-"` asks nothing');
  expect(await note(web, [{ port: 9000, path: '/', status: undefined }])).toBe(
    'not checked: `verify` does not name it',
  );
  expect(await note(endpoint([], [], 'host'), undefined)).toBe(
    'not checked: no task of it runs on a node that the step is connected to',
  );
  expect(await note({ ...endpoint([], []), note: 'no IPVS' }, TARGETS)).toBe(
    'not checked: no IPVS',
  );
  expect(await note(web, undefined)).toBe('answers: undefined');
});
