import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterPlaces, machinePlaces } from '../../../../src/machines/qemu/paths.ts';
import type { KernelNetwork } from './kernel-network.ts';
import type { ModelProcesses } from './processes.ts';

/**
 * What only looks like a part of the cluster: names that begin or end as its own, another user's,
 * and programs that only look at it. Whatever fails, none of it goes.
 */
export function addQemuTwins({
  network,
  processes,
  places,
  state,
}: {
  readonly network: KernelNetwork;
  readonly processes: ModelProcesses;
  readonly places: ClusterPlaces;
  /** Folder of all clusters. */
  readonly state: string;
}): void {
  const { namespace, linkPrefix, folder } = places;
  const link = linkPrefix.replace(/-$/, '');
  const theirs = namespace.replace(/[0-9a-f]{8}$/, '00000000');
  for (const name of [theirs, `${namespace}0`, `x${namespace}`]) {
    network.run(['netns', 'add', name]);
  }
  for (const [at, name] of [`${link}0h`, `x${linkPrefix}h`, 'su00000000-1'].entries()) {
    network.run(['tuntap', 'add', 'dev', name, 'mode', 'tap', 'user', '0']);
    network.run(['address', 'add', `203.0.113.${at + 1}/24`, 'dev', name]);
  }
  const { console, pidFile, disk } = machinePlaces(places, 1);
  const elsewhere = (path: string) => path.replace(folder, `${folder}-2`);
  processes.start(['less', console]);
  processes.start(['sh', '-c', 'sleep 1', 'rsync', disk]);
  processes.start(['qemu-system-x86_64', '-drive', 'x', '-pidfile', elsewhere(pidFile)]);
  processes.start(['qemu-img', 'info', elsewhere(disk)]);
  for (const name of [`${folder}-2/1`, join(state, `.x${places.folder.split('/').at(-1)}.0`)]) {
    mkdirSync(name, { recursive: true });
  }
  // Another repository's cluster has the same form, and another name.
  const record = {
    labels: {
      'swarm-up.cluster': `${folder.split('/').at(-1)}-2`,
      'swarm-up.repository': '4711',
      'swarm-up.run': '1/test/up',
    },
    created: '2020-01-01T00:00:00Z',
    subnet: '203.0.113',
    publicKey: 'ssh-ed25519 AAAA theirs',
  };
  writeFileSync(join(`${folder}-2`, 'cluster.json'), JSON.stringify(record));
}
