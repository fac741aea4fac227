import { HELLO_IMAGE } from '../../script/hello-image.ts';
import { type Labels, type Owner, ownerLabels } from '../../src/machines/ownership.ts';
import { docker } from './engine.ts';
import type { Hosts } from './hosts.ts';

// What only looks like something of a cluster: it has every label, and was made by somebody else.

export interface Twins extends AsyncDisposable {
  /** As warnings call them. */
  readonly names: readonly string[];
  /** Those that are still there. */
  left(): Promise<readonly string[]>;
}

const flags = (labels: Labels, flag = '--label') =>
  Object.entries(labels).map(([key, value]) => `${flag}=${key}=${value}`);

/** A container, a network and volumes on the engine of this machine. `await using` removes them. */
export async function twinsOnEngine(owner: Owner): Promise<Twins> {
  const labels = ownerLabels(owner);
  const name = `${owner.cluster}-twin`;
  const [volume, lease] = [name, `${owner.cluster}-lease-1`];
  await docker(
    'create',
    `--name=${name}`,
    ...flags({ ...labels, 'swarm-up.index': '1' }),
    HELLO_IMAGE,
  );
  await docker('network', 'create', ...flags(labels), name);
  await docker('volume', 'create', ...flags(labels), volume);
  await docker('volume', 'create', ...flags({ ...labels, 'swarm-up.lease': 'true' }), lease);
  const list = async (kind: string, ...args: string[]) =>
    (await docker(...args))
      .split('\n')
      .filter((one) => one === name || one === lease)
      .map((one) => `${kind} ${one}`);
  return {
    names: [`container ${name}`, `network ${name}`, `volume ${lease}`, `volume ${name}`],
    left: async () => [
      ...(await list('container', 'ps', '--all', '--format', '{{.Names}}')),
      ...(await list('network', 'network', 'ls', '--format', '{{.Name}}')),
      ...(await list('volume', 'volume', 'ls', '--quiet')).sort(),
    ],
    async [Symbol.asyncDispose]() {
      await docker('rm', '--force', name);
      await docker('network', 'rm', name);
      await docker('volume', 'rm', volume, lease);
    },
  };
}

/**
 * A record, a lock and an announcement of stack `production`, and labels of the node, in the swarm
 * of the first host. They go with it.
 */
export async function twinsInSwarm(
  hosts: Hosts,
  owner: Owner,
): Promise<Omit<Twins, typeof Symbol.asyncDispose>> {
  const labels = ownerLabels(owner);
  const stack = 'production';
  const configs: Readonly<Record<string, Labels>> = {
    'twin-joining': { ...labels, 'swarm-up.joining': hosts.addresses.join(',') },
    'twin-lock': {
      ...labels,
      'swarm-up.lock': stack,
      'swarm-up.lock.token': 'x',
      'swarm-up.lock.lease': '45',
    },
    'twin-record': { ...labels, 'swarm-up.stack': stack },
  };
  for (const [name, all] of Object.entries(configs)) {
    await hosts.on(1, `echo x | docker config create ${flags(all).join(' ')} ${name} -`);
  }
  const node = `$(docker info --format '{{.Swarm.NodeID}}')`;
  await hosts.on(1, `docker node update ${flags(labels, '--label-add').join(' ')} ${node}`);
  return {
    names: Object.keys(configs),
    left: async () => {
      const found = await hosts.on(1, "docker config ls --format '{{.Name}}'");
      return found
        .split('\n')
        .filter((name) => name.startsWith('twin-'))
        .sort();
    },
  };
}
