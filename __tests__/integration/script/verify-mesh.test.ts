import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const script = resolve(import.meta.dirname, '../../../script/verify-mesh.ts');

// Two tasks behind one port, asked in turn, as the routing mesh does it.
let task = 0;
const server: Server = createServer((_request, response) => {
  response.end(`Hello from task web.${(task++ % 2) + 1}\n`);
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});

function verify(addresses: readonly string[], tasks: number) {
  const { port } = server.address() as AddressInfo;
  const nodes = addresses.map((address, at) => ({ name: `demo-${at + 1}`, address }));
  const endpoint = { service: 'web', port, protocol: 'tcp', mode: 'ingress', urls: [] };
  return promisify(execFile)(process.execPath, [script], {
    env: {
      ...process.env,
      NODES: JSON.stringify(nodes),
      ENDPOINTS: JSON.stringify([endpoint]),
      TASKS: String(tasks),
    },
  });
}

test('passes when every node answers and every task did', async () => {
  const { stdout } = await verify(['127.0.0.1', '127.0.0.1'], 2);
  expect(stdout).toContain('demo-1 ');
  expect(stdout).toContain('Hello from task web.2');
});

test('fails when a node does not answer', async () => {
  await expect(verify(['127.0.0.1', '127.0.0.2'], 1)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('node demo-2 did not answer each time'),
  });
});

test('fails when fewer tasks answer than should', async () => {
  await expect(verify(['127.0.0.1'], 3)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('2 tasks answered, 3 were expected'),
  });
});
