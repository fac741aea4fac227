import { afterEach, expect, test } from '@jest/globals';
import { HELLO_IMAGE } from '../../script/hello-image.ts';
import { clusterOfFile } from '../support/cluster.ts';
import { docker, inside } from '../support/engine.ts';
import {
  expectConclusion,
  inTask,
  nodesOf,
  QUICKLY,
  removeStack,
  SLEEPS,
  servicesOf,
  tasksOf,
} from '../support/stacks.ts';

const INPUTS = { images: HELLO_IMAGE, 'stack-name': 'shop', mtu: '1400' };
const SERVICE = `${SLEEPS}
    deploy: {${QUICKLY}`;

const cluster = clusterOfFile('update', { nodes: '3', images: HELLO_IMAGE, mtu: '1400' });
afterEach(() => removeStack(cluster(), 'shop'), 60_000);

async function up(inputs: Readonly<Record<string, string>>): Promise<void> {
  expectConclusion(await cluster().up({ ...INPUTS, ...inputs }), 'success');
}

/** The containers that are nodes, by name: another id is another machine. */
async function machines(): Promise<ReadonlyMap<string, string>> {
  const names = await nodesOf(cluster());
  const ids = await docker('inspect', '--format', '{{.Id}}', ...names);
  return new Map(ids.split('\n').map((id, at) => [names[at] ?? '', id]));
}

/** The nodes as the swarm has them, by their number: what `docker node ls` prints. */
async function nodes(): Promise<string[]> {
  const format = '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}}';
  const list = await cluster().docker('node', 'ls', '--format', format);
  return list
    .split('\n')
    .map((line) => line.trim().replace(`${cluster().name}-`, ''))
    .sort();
}

test('deploying again changes what has changed and nothing else', async () => {
  const shop = (services: string) => cluster().write('compose.yaml', `services:${services}`);
  const steady = `
  steady:
    ${SERVICE}, replicas: 2}`;
  const web = (version: number, replicas: number) => `
  web:
    ${SERVICE}, replicas: ${replicas}}
    environment: {VERSION: ${version}}`;
  const seed = (version: number) => `
  seed:
    image: ${HELLO_IMAGE}
    entrypoint: [busybox, echo, seed ${version}]
    restart: "no"`;
  const old = `
  old:
    ${SERVICE}}`;

  shop(`${steady}${web(1, 2)}${seed(1)}${old}`);
  await up({ nodes: '3' });
  const [made, steadyTasks, webTasks] = await Promise.all([
    machines(),
    tasksOf(cluster(), 'shop_steady'),
    tasksOf(cluster(), 'shop_web'),
  ]);

  const option = '{{.Name}} {{index .Options "com.docker.network.driver.mtu"}}';
  expect(
    await cluster().docker('network', 'inspect', '--format', option, 'ingress', 'shop_default'),
  ).toBe('ingress 1400\nshop_default 1400');
  // Docker takes the 50 bytes of VXLAN off it.
  expect(await inTask(cluster(), 'shop_web', 'cat /sys/class/net/eth0/mtu')).toBe('1350');

  await up({ nodes: '3' });
  expect(await machines()).toEqual(made);
  expect(await tasksOf(cluster(), 'shop_steady')).toEqual(steadyTasks);
  expect(await tasksOf(cluster(), 'shop_web')).toEqual(webTasks);

  shop(`${steady}${web(2, 3)}${seed(2)}`);
  await up({ nodes: '3', prune: 'false' });
  expect(await servicesOf(cluster())).toEqual([
    'shop_old replicated 1/1',
    'shop_seed replicated 0/1',
    'shop_steady replicated 2/2',
    'shop_web replicated 3/3',
  ]);
  const updated = await tasksOf(cluster(), 'shop_web');
  expect(updated.filter((task) => webTasks.includes(task))).toEqual([]);
  expect(await versions('shop_web')).toEqual(['2', '2', '2']);
  expect(await cluster().docker('service', 'logs', '--raw', 'shop_seed')).toContain('seed 2');
  // For the engine whatever ends while it watches an update has failed.
  const status = ['service', 'inspect', '--format', '{{.UpdateStatus.State}}', 'shop_seed'];
  expect(await cluster().docker(...status)).toBe('paused');

  await up({ nodes: '3' });
  expect(await servicesOf(cluster())).toEqual([
    'shop_seed replicated 0/1',
    'shop_steady replicated 2/2',
    'shop_web replicated 3/3',
  ]);
  expect(await tasksOf(cluster(), 'shop_web')).toEqual(updated);
  expect(await tasksOf(cluster(), 'shop_steady')).toEqual(steadyTasks);
  expect(await machines()).toEqual(made);
}, 240_000);

test('machines are added; surplus ones are drained and removed with what they had', async () => {
  cluster().write('compose.yaml', `services:\n  web:\n    ${SERVICE}, replicas: 4}\n`);
  await up({ nodes: '3' });
  const three = await machines();
  expect(await nodes()).toEqual(['1 Ready Active Leader', '2 Ready Active', '3 Ready Active']);

  await up({ nodes: '4' });
  const four = await machines();
  expect(four.size).toBe(4);
  expect(four).toEqual(new Map([...four, ...three]));
  expect(await nodes()).toEqual([
    '1 Ready Active Leader',
    '2 Ready Active',
    '3 Ready Active',
    '4 Ready Active',
  ]);

  await up({ nodes: '2' });
  expect([...(await machines())]).toEqual([...three].slice(0, 2));
  expect(await nodes()).toEqual(['1 Ready Active Leader', '2 Ready Active']);
  expect(await servicesOf(cluster())).toEqual(['shop_web replicated 4/4']);
  const places = (await tasksOf(cluster(), 'shop_web')).map((task) => task.split(' ')[1]);
  expect([...new Set(places)].sort()).toEqual([`${cluster().name}-1`, `${cluster().name}-2`]);
}, 240_000);

test('workers become managers and workers again, on the same machines', async () => {
  const swarm = { nodes: '3', 'compose-file': '-' };
  await up({ ...swarm, managers: '1' });
  const made = await machines();
  await up({ ...swarm, managers: '3' });
  expect(await nodes()).toEqual([
    '1 Ready Active Leader',
    '2 Ready Active Reachable',
    '3 Ready Active Reachable',
  ]);
  await up({ ...swarm, managers: '1' });
  expect(await nodes()).toEqual(['1 Ready Active Leader', '2 Ready Active', '3 Ready Active']);
  expect(await machines()).toEqual(made);
}, 240_000);

/** `VERSION` of every running container of a service, on all nodes. */
async function versions(service: string): Promise<string[]> {
  const line = `for id in $(docker ps -q --filter label=com.docker.swarm.service.name=${service}); do docker exec $id sh -c 'echo $VERSION'; done`;
  const said = await Promise.all((await nodesOf(cluster())).map((node) => inside(node, line)));
  return said.join('\n').split('\n').filter(Boolean);
}
