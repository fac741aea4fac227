import { addObject, type Swarm } from '../../__tests__/support/model/swarm.ts';
import type { World } from '../../__tests__/support/model/world.ts';
import { claimStack } from '../../src/stack/ownership.ts';
import { enter, type Measured, step } from './deployment.ts';
import { startFarHosts } from './far-hosts.ts';
import { ROUND_TRIP_MS } from './latencies.ts';

export const HOSTS = 10;
const PAST = '2026-01-01T00:00:00Z';
/**
 * What the end of one cluster is at least: its lock is taken and let go, its service, its network
 * and its record are removed, and it is seen that its tasks have gone.
 */
const QUESTIONS = 6;

/** Sweeps hosts with so many clusters, a stack each, whose time is over. */
export async function measureSweep(
  clusters: number,
  { action, folder, signal }: { action: string; folder: string; signal: AbortSignal },
): Promise<{ readonly sweep: Measured; readonly idealMs: number }> {
  await using hosts = await startFarHosts(HOSTS);
  const entered = await enter(hosts, folder, signal);
  const shared = { action, workspace: folder };
  const up = { ...hosts.inputs, cluster: 'scale', 'compose-file': '-', teardown: 'never' };
  await step('main', { ...shared, inputs: up }, folder, signal);
  for (let at = 1; at <= clusters; at += 1) await addStack(hosts.world, hosts.swarm(), `pr-${at}`);
  const inputs = { ...hosts.inputs, command: 'sweep' };
  const { measured } = await step('main', { ...shared, inputs }, folder, signal);
  const left = hosts.swarm().objects.service.size;
  if (left > 0) throw new Error(`The sweep left ${left} services.`);
  return { sweep: measured, idealMs: entered.ms + clusters * QUESTIONS * ROUND_TRIP_MS };
}

/** As a run of the action has left it that ended long ago. */
async function addStack(world: World, swarm: Swarm, name: string): Promise<void> {
  const labels = { 'com.docker.stack.namespace': name };
  addObject(world, swarm, 'service', {
    ...{ Name: `${name}_web`, Labels: labels, Mode: { Replicated: { Replicas: 1 } } },
    TaskTemplate: { ContainerSpec: { Image: 'busybox:1.36', Labels: labels }, Networks: [] },
  });
  const api: Parameters<typeof claimStack>[0] = {
    get: async (_path, _query, schema) => schema.parse([]),
    post: async (_path, _query, body) => {
      addObject(world, swarm, 'config', body as Parameters<typeof addObject>[3]);
    },
  };
  // The made-up repository of the local runner.
  const owner = { cluster: name, repository: '1', run: '7/bench/up', expires: PAST };
  await claimStack(api, name, owner, new AbortController().signal);
}
