import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { machineImage, virtualMachines } from '../support/virtual-machines.ts';

const PORT = 18_093;
let image = '';

beforeAll(async () => {
  await ensureHelloImage(new AbortController().signal);
  image = await machineImage();
}, 20 * 60_000);

async function ask(address: string): Promise<string> {
  const signal = AbortSignal.timeout(5_000);
  return await (await fetch(`http://${address}/`, { signal })).text();
}

test(
  'machines without a network of the kernel’s are one swarm; each answers for the one task, to the runner and to the others; post leaves nothing',
  async () => {
    await using cluster = testCluster('vm-user');
    await using machines = virtualMachines(cluster.name);
    // The second port is chosen by the swarm: nobody knows it when the machines are made.
    cluster.write(
      'compose.yaml',
      `services:
  web:
    image: ${HELLO_IMAGE}
    environment: {TASK: '{{.Task.Name}}', NODE: '{{.Node.Hostname}}'}
    ports: ["${PORT}:8080", "8080"]
`,
    );
    const inputs = {
      driver: 'qemu',
      nodes: '2',
      images: HELLO_IMAGE,
      'stack-name': 'web',
      'driver-options': `image: ${image}\ncpus: 1\nmemory: 1g\nnetwork: user\n`,
    };
    const up = await cluster.up(inputs, machines.env);
    expect(up.conclusion).toBe('success');

    const nodes = JSON.parse(up.outputs.nodes ?? '') as { name: string; address: string }[];
    const addresses = nodes.map(({ address }) => address);
    expect(addresses.map((one) => /^127\.\d+\.\d+\.(\d+)$/.exec(one)?.[1])).toEqual(['11', '12']);
    const [own, chosen] = JSON.parse(up.outputs.endpoints ?? '') as { urls: string[] }[];
    expect(own?.urls.map((url) => new URL(url).host)).toEqual([
      `127.0.0.1:${PORT}`,
      ...addresses.map((address) => `${address}:${PORT}`),
    ]);
    const places = [...(own?.urls ?? []), ...(chosen?.urls ?? [])].map((url) => new URL(url).host);
    expect(places).toHaveLength(5);
    const answers = await Promise.all(places.map(ask));
    expect(new Set(answers.map((text) => / on node (\S+)/.exec(text)?.[1])).size).toBe(1);

    const lan = await machines.on(
      1,
      'docker',
      'node',
      'inspect',
      '--format',
      '{{.Status.Addr}}',
      nodes[1]?.name ?? '',
    );
    const fetched = `exec 3<>/dev/tcp/${lan}/${PORT}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
    expect(await machines.on(1, 'bash', '-c', fetched)).toContain(' on node ');

    const post = await cluster.post(up, inputs, 'success', machines.env);
    expect(post.lines.join('\n')).toContain(`Nothing of cluster ${cluster.name} is left`);
    expect(await machines.left()).toEqual([]);
  },
  20 * 60_000,
);
