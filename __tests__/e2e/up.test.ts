import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { engineState } from '../support/engine.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

test('three nodes run a stack that answers at its published port, and post leaves nothing', async () => {
  await using cluster = testCluster('up');
  cluster.write(
    'compose.yaml',
    `services:
  web:
    image: ${HELLO_IMAGE}
    environment: {TASK: '{{.Task.Name}}', NODE: '{{.Node.Hostname}}'}
    ports: [{target: 8080, published: 18080, mode: host}]
    deploy: {mode: global}
`,
  );
  const run = await cluster.up({ nodes: '3', images: HELLO_IMAGE, 'stack-name': 'web' });
  expect(run.lines.join('\n')).toContain('web runs on 3 nodes');
  expect(run.conclusion).toBe('success');
  expect(run.outputs).toMatchObject({
    status: 'converged',
    cluster: cluster.name,
    'stack-name': 'web',
  });

  const nodes = JSON.parse(run.outputs.nodes ?? '') as {
    name: string;
    address: string;
    role: string;
  }[];
  expect(nodes.map(({ name, role }) => `${name} ${role}`)).toEqual([
    `${cluster.name}-1 manager`,
    `${cluster.name}-2 worker`,
    `${cluster.name}-3 worker`,
  ]);
  for (const { name, address } of nodes) {
    const answer = await fetch(`http://${address}:18080/`);
    expect(await answer.text()).toContain(`on node ${name}`);
  }
  expect(run.outputs.url).toBe('http://127.0.0.1:18080');
  expect((await fetch(run.outputs.url ?? '')).status).toBe(200);
  expect(run.summary).toContain('mermaid');

  const post = await cluster.post(run);
  expect(post.conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual({
    containers: [],
    networks: [],
    volumes: [],
    files: [],
  });
}, 120_000);

test('the ports of a stack answer at the address of the runner that is given, and at no other', async () => {
  await using cluster = testCluster('bind');
  cluster.write(
    'compose.yaml',
    `services:
  web:
    image: ${HELLO_IMAGE}
    stop_grace_period: 0s
    ports: [{target: 8080, published: 18083, mode: host}]
`,
  );
  const inputs = { nodes: '1', images: HELLO_IMAGE, 'stack-name': 'web' };
  const run = await cluster.up({ ...inputs, 'driver-options': 'bind: 127.0.0.2' });
  expect(run.conclusion).toBe('success');
  expect(run.outputs.url).toBe('http://127.0.0.2:18083');
  expect((await fetch(run.outputs.url ?? '')).status).toBe(200);
  await expect(fetch('http://127.0.0.1:18083')).rejects.toThrow();

  const again = await cluster.up(inputs);
  expect(again.outputs.url).toBe('http://127.0.0.2:18083');
  expect(again.annotations).toContainEqual(
    expect.objectContaining({
      message: expect.stringContaining(
        'The ports of the stack answer at 127.0.0.2 and not at 127.0.0.1',
      ),
    }),
  );
  expect((await cluster.post(run)).conclusion).toBe('success');
}, 120_000);
