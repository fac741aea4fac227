import { basename } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { until } from '../support/until.ts';
import { machineImage, untilMachines, virtualMachines } from '../support/virtual-machines.ts';

const PORT = 18_091;
let image = '';

beforeAll(async () => {
  await ensureHelloImage(new AbortController().signal);
  image = await machineImage();
}, 20 * 60_000);

/**
 * What the service answers at an address: which task on which node; undefined where it does not.
 */
async function ask(address: string, port = PORT): Promise<string | undefined> {
  const signal = AbortSignal.timeout(5_000);
  return await fetch(`http://${address}:${port}/`, { signal })
    .then((answer) => answer.text())
    .catch(() => undefined);
}

/** The containers of the service. Emulated, a client of docker would take seconds for it. */
const TASKS = [
  ...['curl', '-fsSg', '--unix-socket', '/run/docker.sock'],
  'http://engine/containers/json?filters={"name":["web_web"]}',
] as const;

/** The stack: the service that is asked, and one that is reached by its virtual IP alone. */
const stack = (deploy: string) => `services:
  web:
    image: ${HELLO_IMAGE}
    environment: {TASK: '{{.Task.Name}}', NODE: '{{.Node.Hostname}}'}
    ports: ["${PORT}:8080"]
    stop_grace_period: 1s
    deploy: {${deploy}}
  inner:
    image: ${HELLO_IMAGE}
    environment: {TASK: '{{.Task.Name}}', NODE: '{{.Node.Hostname}}'}
    stop_grace_period: 1s
`;

// One cluster for all of it: without KVM a boot takes a minute.
test(
  'the routing mesh and virtual IPs of two and three virtual machines, one of which dies; `verify` names a pair that the mesh is cut between; post leaves nothing',
  async () => {
    await using cluster = testCluster('vm');
    await using machines = virtualMachines(cluster.name);
    const nameOf = (index: number) => `${cluster.name}-${index}`;
    cluster.write('compose.yaml', stack('replicas: 1'));
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
    expect(up.lines.join('\n')).toContain(`The machines begin as ${basename(image)}`);
    for (const index of [1, 2]) {
      expect(up.lines.join('\n')).toMatch(
        new RegExp(`${nameOf(index)} has booted \\(.* (s|min)\\)`),
      );
    }
    expect(up.conclusion).toBe('success');
    expect(up.outputs.status).toBe('converged');
    const addressesOf = ({ outputs }: typeof up) =>
      (JSON.parse(outputs.nodes ?? '') as { name: string; address: string }[]).map(
        ({ address }) => address,
      );
    const nodesThatAnswer = async (run: typeof up): Promise<(string | undefined)[]> =>
      (await Promise.all(addressesOf(run).map((address) => ask(address)))).map(
        (text) => / on node (\S+)/.exec(text ?? '')?.[1],
      );
    const [first = '', second] = await nodesThatAnswer(up);
    expect(second).toBe(first);
    expect([nameOf(1), nameOf(2)]).toContain(first);
    expect(await ask('127.0.0.1', Number(new URL(up.outputs.url ?? '').port))).toContain(first);
    expect([machines.hasSeed(1), machines.hasSeed(2)]).toEqual([false, false]);

    await machines.on(1, 'docker', 'node', 'update', '--availability', 'drain', first);
    const other = first === nameOf(1) ? nameOf(2) : nameOf(1);
    await untilMachines(
      'both answer for the other node',
      async () => (await nodesThatAnswer(up)).every((name) => name === other),
      180_000,
    );
    await machines.on(1, 'docker', 'node', 'update', '--availability', 'active', first);

    process.kill((await machines.pidOf(2)) ?? 0, 'SIGKILL');
    await until('it has ended', async () => (await machines.pidOf(2)) === undefined);
    cluster.write('compose.yaml', stack('replicas: 3, placement: {max_replicas_per_node: 1}'));
    const three = await cluster.up({ ...inputs, nodes: '3' }, machines.env);
    expect(three.lines.join('\n')).toContain(
      `${nameOf(2)} is stopped or half made, so it is made anew`,
    );
    expect(three.conclusion).toBe('success');
    for (const address of addressesOf(three)) {
      const tasks = new Set<string | undefined>();
      await until(`three tasks answer at ${address}`, async () => {
        tasks.add(await ask(address));
        return tasks.size - Number(tasks.has(undefined)) === 3;
      });
    }
    const asked = ['docker', 'exec', '$(docker ps -q --filter name=web_web | head -n 1)'];
    for (const index of [1, 2, 3]) {
      const line = `${asked.join(' ')} wget -q -T 5 -O - http://inner:8080/`;
      expect(await machines.on(index, 'sh', '-c', line)).toMatch(
        /^Hello from task web_inner\.1\S* on node /,
      );
    }

    // By hand, so that the last task anywhere else is gone before: through its own node it would
    // still answer.
    const moved = [
      '--replicas-max-per-node',
      '0',
      '--constraint-add',
      `node.hostname==${nameOf(1)}`,
    ];
    const update = ['service', 'update', '--detach', '--replicas', '1', ...moved, 'web_web'];
    await machines.on(1, 'docker', ...update);
    await untilMachines(
      'the task of the first machine alone is left, and all answer for it',
      async () => {
        const [one, two, last] = await Promise.all(
          [1, 2, 3].map(async (at) => JSON.parse(await machines.on(at, ...TASKS)) as unknown[]),
        );
        const isMoved = one?.length === 1 && two?.length === 0 && last?.length === 0;
        return isMoved && (await nodesThatAnswer(three)).every((name) => name === nameOf(1));
      },
      180_000,
    );

    // Both ways, as a firewall that drops what it does not know.
    const [address = ''] = addressesOf(three);
    const vxlan = ['INPUT', '-p', 'udp', '--dport', '4789', '--source', address, '-j', 'DROP'];
    await machines.on(3, 'sudo', 'iptables', '-I', ...vxlan);
    cluster.write(
      'compose.yaml',
      stack(`replicas: 1, placement: {constraints: [node.hostname == ${nameOf(1)}]}`),
    );
    const cut = await cluster.up({ ...inputs, nodes: '3' }, machines.env);
    expect(cut.conclusion).toBe('failure');
    const said = cut.annotations.map(({ message }) => message).join('\n');
    expect(said).toMatch(new RegExp(`web \\(runs on ${nameOf(1)}\\).* through ${nameOf(3)} `));
    expect(said).not.toContain(`through ${nameOf(2)} `);
    expect(said).toContain(`does not get from ${nameOf(3)} to ${nameOf(1)}`);

    const post = await cluster.post(cut, inputs, 'failure', machines.env);
    expect(post.lines.join('\n')).toContain(`Nothing of cluster ${cluster.name} is left`);
    expect(await machines.left()).toEqual([]);
  },
  20 * 60_000,
);
