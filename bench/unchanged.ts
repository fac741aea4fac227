import { startHosts } from '../__tests__/support/hosts.ts';
import { deployByAction, dockerOverSsh, hostLines, STACK } from './hosts.ts';
import { median } from './laps.ts';
import type { Usage } from './usage/usage.ts';
import type { Workload } from './workload.ts';

const HOSTS = 3;

/** How long a deployment takes, medians in ms. */
export interface Deployment {
  /** dist/main with the driver `ssh`, one manager named. */
  readonly ours: number;
  /** The docker client over an open ControlMaster. */
  readonly docker: number;
  /** Of main, in each deployment. */
  readonly usages: readonly Usage[];
}

/**
 * Deploys the stack to a swarm of three hosts that has it already, in turn by the action and by
 * `docker -H ssh://… stack deploy --detach=false`. The monitor of the compose file and `stable-for:
 * 0s` keep the window of stability out of both.
 */
export async function measureUnchanged(
  { action, runs, folder }: { action: string; runs: number; folder: string },
  { composeFile, image }: Workload,
  signal: AbortSignal,
): Promise<Deployment> {
  await using hosts = await startHosts(HOSTS);
  const usages: Usage[] = [];
  const place = { action, folder, hosts, usages };
  await deployByAction(place, composeFile, { hosts: hostLines(hosts), images: image });
  const docker = await dockerOverSsh(place, signal);
  // That of forming the swarm.
  usages.length = 0;
  const ways = {
    ours: () => deployByAction(place, composeFile, { hosts: `${hosts.addresses[0]} manager` }),
    docker: async () => {
      const from = performance.now();
      await docker('stack', 'deploy', '--detach=false', '--compose-file', composeFile, STACK);
      return performance.now() - from;
    },
  };
  const times = { ours: [] as number[], docker: [] as number[] };
  for (let run = 0; run <= runs; run += 1) {
    for (const way of ['ours', 'docker'] as const) {
      signal.throwIfAborted();
      const took = await ways[way]();
      if (run > 0) times[way].push(took);
    }
  }
  return { ours: median(times.ours), docker: median(times.docker), usages };
}
