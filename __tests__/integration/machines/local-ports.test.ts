import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { taken } from '../../../src/machines/local-ports.ts';

test('a port of 127.0.0.1 is taken as long as a program listens there', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port');
  const [tcp, udp] = (['tcp', 'udp'] as const).map((protocol) => ({
    port: address.port,
    protocol,
  }));
  if (!tcp || !udp) throw new Error('both are there');
  expect(await taken([udp, tcp])).toEqual([tcp]);
  await new Promise((resolve) => server.close(resolve));
  expect(await taken([udp, tcp])).toEqual([]);
});
