import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { until } from '../support/until.ts';
import { machineImage, virtualMachines } from '../support/virtual-machines.ts';

const PORT = 18_091;
let image = '';

beforeAll(async () => {
  await ensureHelloImage(new AbortController().signal);
  image = await machineImage();
}, 20 * 60_000);

/** What the service answers at an address: which task on which node; undefined where it does not. */
async function ask(address: string, port = PORT): Promise<string | undefined> {
  const signal = AbortSignal.timeout(5_000);
  return await fetch(`http://${address}:${port}/`, { signal })
    .then((answer) => answer.text())
    .catch(() => undefined);
}

// One cluster for all of it: without KVM a boot takes a minute.
test(
  'every virtual machine answers for the one task through the routing mesh, wherever it moves; one that dies is made anew; post leaves nothing',
  async () => {
    await using cluster = testCluster('vm');
    await using machines = virtualMachines(cluster.name);
    cluster.write(
      'compose.yaml',
      `services:
  web:
    image: ${HELLO_IMAGE}
    environment: {TASK: '{{.Task.Name}}', NODE: '{{.Node.Hostname}}'}
    ports: ["${PORT}:8080"]
`,
    );
    const inputs = {
      driver: 'qemu',
      nodes: '2',
      images: HELLO_IMAGE,
      'stack-name': 'web',
      'driver-options': `image: ${image}\ncpus: 1\nmemory: 1g\n`,
    };
    const up = await cluster.up(inputs, machines.env);
    expect(up.lines.join('\n')).toMatch(
      new RegExp(`web {2}${PORT} {2}answers {2}(http://\\S+ ?){3}`),
    );
    expect(up.conclusion).toBe('success');
    expect(up.outputs.status).toBe('converged');

    const nodes = JSON.parse(up.outputs.nodes ?? '') as { name: string; address: string }[];
    const addresses = nodes.map(({ address }) => address);
    const nodesThatAnswer = async (): Promise<(string | undefined)[]> =>
      (await Promise.all(addresses.map((address) => ask(address)))).map(
        (text) => / on node (\S+)/.exec(text ?? '')?.[1],
      );
    const [first = '', second] = await nodesThatAnswer();
    expect(second).toBe(first);
    expect(nodes.map(({ name }) => name)).toContain(first);
    expect(await ask('127.0.0.1', Number(new URL(up.outputs.url ?? '').port))).toContain(first);
    expect([machines.hasSeed(1), machines.hasSeed(2)]).toEqual([false, false]);

    await machines.on(1, 'docker', 'node', 'update', '--availability', 'drain', first);
    const other = nodes.map(({ name }) => name).find((name) => name !== first);
    await until(
      'both answer for the other node',
      async () => (await nodesThatAnswer()).every((name) => name === other),
      180_000,
    );
    await machines.on(1, 'docker', 'node', 'update', '--availability', 'active', first);

    process.kill((await machines.pidOf(2)) ?? 0, 'SIGKILL');
    await until('it has ended', async () => (await machines.pidOf(2)) === undefined);
    const again = await cluster.up(inputs, machines.env);
    const said = again.lines.join('\n');
    expect(said).toContain(`${cluster.name}-2 exists and does not run; it is made anew`);
    expect(again.conclusion).toBe('success');
    expect(await nodesThatAnswer()).not.toContain(undefined);

    const post = await cluster.post(again, inputs, 'success', machines.env);
    expect(post.lines.join('\n')).toContain(`Nothing of cluster ${cluster.name} is left`);
    expect(await machines.left()).toEqual([]);
  },
  20 * 60_000,
);
