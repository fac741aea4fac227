import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runner } from '../../src/exec/runner.ts';
import { contentOf, nodeImageName } from '../../src/machines/docker/node-image.ts';
import { shim } from '../support/clients.ts';
import { testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';
import { NODE_IMAGE } from '../support/sshd.ts';
import { actionWithNodeImage } from '../support/stages.ts';

/** A node image of its own, said to be published by a registry; gives its name on the engine. */
async function publishedAt(folder: string, registry: string): Promise<string> {
  const name = await nodeImageName(join(folder, 'node-image'));
  const image = `${registry}/swarm-up-node@sha256:${'a'.repeat(64)}`;
  const pin = { content: contentOf(name), image, engine: 1 };
  writeFileSync(join(folder, 'node-image.json'), JSON.stringify(pin));
  return name;
}

test('a node image that cannot be pulled is built, the log says why, and a node is made of it', async () => {
  using action = actionWithNodeImage(`FROM ${NODE_IMAGE}\nLABEL test=${process.pid}\n`);
  const name = await publishedAt(action.folder, '127.0.0.1:1');
  try {
    await using cluster = testCluster('built', { action: action.folder });
    const run = await cluster.up({ nodes: '1', 'compose-file': '-' });
    expect(run.conclusion).toBe('success');
    const log = run.lines.join('\n');
    expect(log).toMatch(
      /Building the node image .*: the pull of .* failed [\s\S]*connection refused/,
    );
    expect(log).toContain(`Built the node image ${name} (`);
    await cluster.post(run);
  } finally {
    await docker('image', 'rm', '--force', name);
  }
}, 60_000);

test('a compose file that is wrong ends a pull that hangs, and is told', async () => {
  // Answers nothing.
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  using action = actionWithNodeImage('FROM scratch\n');
  const { port } = server.address() as AddressInfo;
  await publishedAt(action.folder, `127.0.0.1:${port}`);
  try {
    await using cluster = testCluster('wrong', { action: action.folder });
    cluster.write('compose.yaml', 'services: {web: {image: 7}}\n');
    // Compose is slower than the pull begins.
    const env = shim(
      'docker',
      cluster.workspace,
      'if [ "$1" = compose ]; then until [ -e asked ]; do sleep 0.1; done; fi',
    );
    server.once('request', () => writeFileSync(join(cluster.workspace, 'asked'), ''));
    const run = await cluster.up({ nodes: '1' }, env);
    expect(run.conclusion).toBe('failure');
    expect(run.annotations.map(({ message }) => message).join('\n')).toContain('compose.yaml');
    expect(run.lines.join('\n')).not.toContain('Building the node image');
    const clients = ['pgrep', '-f', `docker pull 127.0.0.1:${port}/`] as const;
    expect((await runner.run(clients, { anyExitCode: true })).stdout).toBe('');
    await cluster.post(run);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}, 60_000);
