import { type Labels, type Owner, ownerLabels } from '../../../src/machines/ownership.ts';
import { addLocalNetwork, addVolume, type Container, type Engine, managed } from './engine.ts';
import { addObject } from './swarm.ts';

// What only looks like something of a cluster, as `support/twins.ts` makes it on real engines:
// every label is right, and the name or the form is not. Whatever fails, none of it goes.

const DATA = Buffer.from('x\n').toString('base64');

function ownerOf(cluster: string): Owner {
  return { cluster, repository: '4711', run: '1/test/up', expires: '2020-01-01T00:00:00Z' };
}

/** Beside machines of the driver docker: a container, a network, a volume and a lease. */
export function addEngineTwins(engine: Engine, cluster: string): void {
  const labels = ownerLabels(ownerOf(cluster));
  const name = `${cluster}-twin`;
  const container: Container = {
    ...{ Id: engine.world.id('docker'), Name: name, State: 'created', volumes: [], admits: false },
    ...{ Labels: { ...labels, 'swarm-up.index': '1' }, network: 'bridge', address: '10.77.0.99' },
    created: engine.world.clock.date().getTime(),
  };
  engine.containers.set(container.Id, container);
  addLocalNetwork(engine, name, labels);
  addVolume(engine, name, labels);
  addVolume(engine, `${cluster}-lease-1`, { ...labels, 'swarm-up.lease': 'true' });
}

/** On a host: a mark that it leaves, and a lock of a run that forms a swarm. */
export function addHostTwins(engine: Engine, cluster: string): void {
  const labels = ownerLabels(ownerOf(cluster));
  addVolume(engine, 'twin-leaving', { ...labels, 'swarm-up.leaving': 'gateway-made' });
  addVolume(engine, 'twin-forming', { ...labels, 'swarm-up.forming': 'token' });
}

/**
 * In the swarm of a manager: a record, a lock, an announcement and a waiting run of stack
 * `production`, and labels of its node and of the swarm.
 */
export function addSwarmTwins(manager: Engine, cluster: string): void {
  const labels = ownerLabels(ownerOf(cluster));
  const swarm = managed(manager);
  const configs: Readonly<Record<string, Labels>> = {
    'twin-record': { 'swarm-up.stack': 'production' },
    'twin-lock': {
      ...{ 'swarm-up.lock': 'production', 'swarm-up.lock.token': 'x' },
      'swarm-up.lock.lease': '45',
    },
    'twin-joining': { 'swarm-up.joining': manager.address },
    'twin-waiting': { 'swarm-up.waiting': 'production' },
  };
  for (const [Name, own] of Object.entries(configs)) {
    addObject(manager.world, swarm, 'config', { Name, Labels: { ...labels, ...own }, Data: DATA });
  }
  const node = manager.member?.node;
  if (!node) throw new Error('a manager');
  node.Spec.Labels = {
    ...node.Spec.Labels,
    'swarm-up.cluster': cluster,
    'swarm-up.joined': 'true',
  };
}
