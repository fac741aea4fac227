import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { beforeAll, expect, jest, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { expectConclusion } from '../support/stacks.ts';
import { machineImage, virtualMachines } from '../support/virtual-machines.ts';

const PORT = 18_093;
const LATER = 18_094;
/** What the machines call the runner’s own 127.0.0.1. */
const RUNNER = '198.18.0.2';
let image = '';

beforeAll(async () => {
  await ensureHelloImage(new AbortController().signal);
  image = await machineImage();
}, 20 * 60_000);

/** The second port is chosen by the swarm: nobody knows it when the machines are made. */
const compose = (...more: number[]) => `services:
  web:
    image: ${HELLO_IMAGE}
    environment: {TASK: '{{.Task.Name}}', NODE: '{{.Node.Hostname}}'}
    ports: ["${PORT}:8080", "8080"${more.map((port) => `, "${port}:8080"`).join('')}]
`;

/** Where each port of the stack answers, by its URLs. */
function placesOf({ outputs }: ActionRun): string[][] {
  const endpoints = JSON.parse(outputs.endpoints ?? '') as { urls: string[] }[];
  return endpoints.map(({ urls }) => urls.map((url) => new URL(url).host));
}

async function ask(address: string): Promise<string> {
  const signal = AbortSignal.timeout(5_000);
  return await (await fetch(`http://${address}/`, { signal })).text();
}

test(
  'machines without a network of the kernel’s are one swarm; each answers for the one task, to the runner and to the others, and for a port that comes later; none has a way out; post leaves nothing',
  async () => {
    await using cluster = testCluster('vm-user');
    await using machines = virtualMachines(cluster.name);
    cluster.write('compose.yaml', compose());
    const inputs = {
      driver: 'qemu',
      nodes: '2',
      images: HELLO_IMAGE,
      'stack-name': 'web',
      'driver-options': `image: ${image}\ncpus: 1\nmemory: 1g\nnetwork: user\ninternet: false\n`,
    };
    const up = await cluster.up(inputs, machines.env);
    expectConclusion(up, 'success');

    const nodes = JSON.parse(up.outputs.nodes ?? '') as { name: string; address: string }[];
    const addresses = nodes.map(({ address }) => address);
    expect(addresses.map((one) => /^127\.\d+\.\d+\.(\d+)$/.exec(one)?.[1])).toEqual(['11', '12']);
    const [own = [], chosen = []] = placesOf(up);
    expect(own).toEqual(['127.0.0.1', ...addresses].map((one) => `${one}:${PORT}`));
    const places = [...own, ...chosen];
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
    const open = (host: string, port: number) => `exec 3<>/dev/tcp/${host}/${port}`;
    const fetched = `${open(lan, PORT)}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
    expect(await machines.on(1, 'bash', '-c', fetched)).toContain(' on node ');

    const met = jest.fn();
    await using server = createServer(met).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const out = open(RUNNER, (server.address() as AddressInfo).port);
    await expect(machines.on(1, 'timeout', '20', 'bash', '-c', out)).rejects.toMatchObject({
      details: expect.stringContaining('Connection refused'),
    });
    expect(met).not.toHaveBeenCalled();

    cluster.write('compose.yaml', compose(LATER));
    const again = await cluster.up(inputs, machines.env);
    expectConclusion(again, 'success');
    const later = placesOf(again)
      .flat()
      .filter((place) => place.endsWith(`:${LATER}`));
    expect(later).toEqual(addresses.map((address) => `${address}:${LATER}`));
    for (const text of await Promise.all(later.map(ask))) expect(text).toContain(' on node ');

    const post = await cluster.post(up, inputs, 'success', machines.env);
    expect(post.lines.join('\n')).toContain(`Nothing of cluster ${cluster.name} is left`);
    expect(await machines.left()).toEqual([]);
  },
  20 * 60_000,
);
