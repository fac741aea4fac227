import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { type Hosts, startHosts } from '../__tests__/support/hosts.ts';
import { deployByAction, dockerOverSsh, hostLines, STACK } from './hosts.ts';
import { type Lag, lagClock } from './lag.ts';
import { median } from './laps.ts';
import { type Course, courseOf, processorOf, readTimes } from './many-course.ts';
import type { Deployment } from './unchanged.ts';
import type { Usage } from './usage/usage.ts';
import type { Workload } from './workload.ts';

const HOSTS = 5;
export const SERVICES = 50;
/** Of the network of the services. */
const SUBNET = '10.179.0.0/20';
/** How often a polling loop asks, in ms. */
const POLL_MS = 1_000;

/** Deployments of many services, with what became of each one. */
export interface ManyDeployment extends Deployment {
  readonly services: number;
  readonly courses: Readonly<Record<Way, readonly Course[]>>;
}

type Way = 'ours' | 'docker';
const WAYS: readonly Way[] = ['ours', 'docker'];

/**
 * Deploys many services to a swarm of five hosts that has none of them, in turn by the action and by
 * `docker stack deploy` with a loop that asks `docker service ls` once a second until all tasks
 * run. Who begins takes turns, too. Removing them in between is not counted.
 */
export async function measureMany(
  {
    action,
    runs,
    folder,
    services = SERVICES,
  }: { action: string; runs: number; folder: string; services?: number | undefined },
  { image }: Workload,
  signal: AbortSignal,
): Promise<ManyDeployment> {
  await using hosts = await startHosts(HOSTS);
  const usages: Usage[] = [];
  const lags: Lag[] = [];
  const place = { action, folder, hosts, usages };
  const composeFile = join(folder, 'compose.yaml');
  const many = manyServices(image, services);
  writeFileSync(composeFile, many.text);
  await deployByAction(place, '-', { hosts: hostLines(hosts), images: image });
  const docker = await dockerOverSsh(place, signal);
  // That of forming the swarm.
  usages.length = 0;
  const byAction = async () => {
    const clock = lagClock();
    const manager = { hosts: `${hosts.addresses[0]} manager` };
    const took = await deployByAction({ ...place, line: clock.line }, composeFile, manager);
    return { took, clock };
  };
  const byLoop = async () => {
    const from = performance.now();
    await docker('stack', 'deploy', '--compose-file', composeFile, STACK);
    const all = Array.from({ length: services }, () => '1/1').join('\n');
    while ((await docker('service', 'ls', '--format', '{{.Replicas}}')) !== all) {
      await pause(POLL_MS, undefined, { signal });
    }
    return { took: performance.now() - from, clock: undefined };
  };
  const courses: Record<Way, Course[]> = { ours: [], docker: [] };
  for (let run = 0; run < runs; run += 1) {
    for (const way of run % 2 === 0 ? WAYS : WAYS.toReversed()) {
      signal.throwIfAborted();
      const before = await processorOf(hosts, 1);
      const { took, clock } = await (way === 'ours' ? byAction : byLoop)();
      const ended = Date.now();
      const worked = (await processorOf(hosts, 1)) - before;
      const times = await readTimes(hosts, STACK);
      if (clock) lags.push(clock.read(times.running, ended));
      courses[way].push(courseOf(times, { began: ended - took, ended, worked }));
      await many.remove(docker, hosts, STACK);
    }
  }
  const middle = (way: Way) => median(courses[way].map(({ end }) => end));
  return { ours: middle('ours'), docker: middle('docker'), services, courses, usages, lags };
}

/** The compose file of as many services, and how they go again. */
export function manyServices(image: string, count = SERVICES) {
  return { text: composeOf(image, count), count, remove: removeMany };
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

function composeOf(image: string, count: number): string {
  const service = {
    image,
    entrypoint: ['busybox', 'sleep', '3600'],
    stop_grace_period: '0s',
    // The action waits at least this long for a task to fail.
    deploy: { update_config: { monitor: '100ms' } },
  };
  const names = Array.from({ length: count }, (_, at) => `service-${at + 1}`);
  return stringify({
    services: Object.fromEntries(names.map((name) => [name, service])),
    // Each service and each task has an address. Docker's own networks have 254.
    networks: { default: { ipam: { config: [{ subnet: SUBNET }] } } },
  });
}
