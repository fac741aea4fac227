import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { type Hosts, startHosts } from '../__tests__/support/hosts.ts';
import { deployByAction, dockerOverSsh, hostLines, STACK } from './hosts.ts';
import { type Lag, lagClock, runningSince } from './lag.ts';
import { median } from './laps.ts';
import type { Deployment } from './unchanged.ts';
import type { Usage } from './usage/usage.ts';
import type { Workload } from './workload.ts';

const HOSTS = 5;
export const SERVICES = 50;
/** A run takes half a minute, and what differs is a small part of it. */
const MOST_RUNS = 3;
/** How often a polling loop asks, in ms. */
const POLL_MS = 1_000;

/**
 * Deploys 50 services to a swarm of five hosts that has none of them, in turn by the action and by
 * `docker stack deploy` with a loop that asks `docker service ls` once a second until all tasks
 * run. Removing them in between is not counted.
 */
export async function measureMany(
  { action, runs, folder }: { action: string; runs: number; folder: string },
  { image }: Workload,
  signal: AbortSignal,
): Promise<Deployment> {
  await using hosts = await startHosts(HOSTS);
  const usages: Usage[] = [];
  const lags: Lag[] = [];
  const place = { action, folder, hosts, usages };
  const composeFile = join(folder, 'compose.yaml');
  const services = manyServices(image);
  writeFileSync(composeFile, services.text);
  await deployByAction(place, '-', { hosts: hostLines(hosts), images: image });
  const docker = await dockerOverSsh(place, signal);
  // That of forming the swarm.
  usages.length = 0;
  const ways = {
    ours: async () => {
      const clock = lagClock();
      const manager = { hosts: `${hosts.addresses[0]} manager` };
      const took = await deployByAction({ ...place, line: clock.line }, composeFile, manager);
      const ended = Date.now();
      lags.push(clock.read(await runningSince(hosts, STACK), ended));
      return took;
    },
    docker: async () => {
      const from = performance.now();
      await docker('stack', 'deploy', '--compose-file', composeFile, STACK);
      const all = Array.from({ length: SERVICES }, () => '1/1').join('\n');
      while ((await docker('service', 'ls', '--format', '{{.Replicas}}')) !== all) {
        await pause(POLL_MS, undefined, { signal });
      }
      return performance.now() - from;
    },
  };
  const times = { ours: [] as number[], docker: [] as number[] };
  for (let run = 0; run < Math.min(runs, MOST_RUNS); run += 1) {
    for (const way of ['ours', 'docker'] as const) {
      signal.throwIfAborted();
      times[way].push(await ways[way]());
      await services.remove(docker, hosts, STACK);
    }
  }
  return { ours: median(times.ours), docker: median(times.docker), usages, lags };
}

/** The compose file of 50 services, and how they go again. */
export function manyServices(image: string) {
  return { text: composeOf(image), count: SERVICES, remove: removeMany };
}

async function removeMany(
  docker: (...args: string[]) => Promise<string>,
  hosts: Hosts,
  stack: string,
): Promise<void> {
  await docker('stack', 'rm', stack);
  for (const [at] of hosts.names.entries()) {
    await hosts.on(at + 1, 'while [ -n "$(docker ps -aq)" ]; do sleep 0.5; done');
  }
  await hosts.on(1, `until docker stack rm ${stack} 2>&1 | grep -q Nothing; do sleep 0.5; done`);
}

function composeOf(image: string): string {
  const service = {
    image,
    entrypoint: ['busybox', 'sleep', '3600'],
    stop_grace_period: '0s',
    // The action waits at least this long for a task to fail.
    deploy: { update_config: { monitor: '100ms' } },
  };
  const names = Array.from({ length: SERVICES }, (_, at) => `service-${at + 1}`);
  return stringify({ services: Object.fromEntries(names.map((name) => [name, service])) });
}
