import type { Hosts } from '../../__tests__/support/hosts.ts';
import { until } from '../../__tests__/support/until.ts';

/**
 * Makes a swarm of all hosts that is somebody else's, with a service of theirs at a port that a
 * preview would get.
 */
export async function theirSwarm(hosts: Hosts): Promise<void> {
  await hosts.theirSwarm(1, '--publish 18080:80');
  const token = (await hosts.on(1, 'docker swarm join-token -q worker')).trim();
  for (const at of hosts.names.keys()) {
    if (at === 0) continue;
    const said = await hosts.on(
      at + 1,
      `docker swarm join --token ${token} ${hosts.addresses[0]}:2377`,
    );
    await until(`the networks of the swarm on host ${at + 1}: ${said}`, async () => {
      const names = (await hosts.on(at + 1, "docker network ls --format '{{.Name}}'")).split('\n');
      return names.includes('docker_gwbridge') && names.includes('ingress');
    });
  }
}
