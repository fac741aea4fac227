import { startHosts } from '../__tests__/support/hosts.ts';
import { type DockerOverSsh, deployByAction, dockerOverSsh, hostLines, STACK } from './hosts.ts';
import type { Lag } from './lag.ts';
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
  /** The docker client over new connections, where that was measured, too. */
  readonly cold?: number | undefined;
  /** How far the log of main was behind, in each deployment of new services. */
  readonly lags?: readonly Lag[];
  /** Of main, in each deployment. */
  readonly usages: readonly Usage[];
}

/**
 * Deploys the stack to a swarm of three hosts that has it already, in turn by the action and by
 * `docker -H ssh://… stack deploy --detach=false`, over an open connection and over new ones. The
 * monitor of the compose file and `stable-for: 0s` keep the window of stability out of all.
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
  const clients = {
    warm: await dockerOverSsh(place, signal, 'warm'),
    cold: await dockerOverSsh(place, signal, 'cold'),
  };
  // That of forming the swarm.
  usages.length = 0;
  const byClient = async (docker: DockerOverSsh) => {
    const from = performance.now();
    await docker('stack', 'deploy', '--detach=false', '--compose-file', composeFile, STACK);
    return performance.now() - from;
  };
  const ways = {
    ours: () => deployByAction(place, composeFile, { hosts: `${hosts.addresses[0]} manager` }),
    warm: () => byClient(clients.warm),
    cold: () => byClient(clients.cold),
  };
  const times = { ours: [] as number[], warm: [] as number[], cold: [] as number[] };
  for (let run = 0; run <= runs; run += 1) {
    for (const way of ['ours', 'warm', 'cold'] as const) {
      signal.throwIfAborted();
      const took = await ways[way]();
      if (run > 0) times[way].push(took);
    }
  }
  return {
    ...{ ours: median(times.ours), docker: median(times.warm), cold: median(times.cold) },
    usages,
  };
}
