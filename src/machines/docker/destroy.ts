import { type Clock, systemClock } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import type { EngineApi } from '../../engine/api.ts';
import type { Argv } from '../../exec/argv.ts';
import type { Executor } from '../../exec/executor.ts';
import { CLUSTER_LABEL, type ClusterId } from '../ownership.ts';
import { procfs } from '../processes.ts';
import * as docker from './commands.ts';
import { listOwned, type Owned } from './owned.ts';

/** The engine that machines are containers of. */
export interface Engine {
  readonly runner: Executor;
  /**
   * For what is asked before and after: a docker client for each question takes longer than what it
   * asks.
   */
  readonly api: Pick<EngineApi, 'get'>;
  /** Told of what carries the labels of a cluster and is no part of it. */
  readonly ignored: (message: string) => void;
}

/**
 * The later ones remove what appeared during those before, what they could not remove because of
 * it, and volumes of their own.
 */
const ROUNDS = 4;
/**
 * How long the engine is left alone after a round that was refused something, in ms, longer each
 * time: one that is busy says of a container that it "did not receive an exit event", or that its
 * file system is busy, and has it gone a moment later.
 */
const PAUSE_MS = 500;

/**
 * Removes every container, volume and network of the cluster and its repository, and lists again,
 * up to `ROUNDS` times. Throws `ActionError` naming what is left, with what the engine said of it.
 */
export async function destroyAll(
  { runner, api, ignored }: Engine,
  cluster: ClusterId,
  clock: Clock = systemClock,
): Promise<void> {
  const said: string[] = [];
  let owned = await listOwned(api, cluster, { ignored });
  for (let round = 1; round <= ROUNDS && names(owned).length > 0; round += 1) {
    const before = said.length;
    for (const argv of removals(owned)) {
      const { exitCode, stderr } = await runner.run(argv, { anyExitCode: true });
      if (exitCode !== 0) said.push(stderr.trim());
    }
    owned = await listOwned(api, cluster, { ignored });
    const isRefused = said.length > before && names(owned).length > 0;
    if (isRefused && round < ROUNDS) await clock.sleep(PAUSE_MS * round);
  }
  const left = names(owned);
  if (left.length === 0) return;
  throw new ActionError(
    `Cluster ${cluster.cluster} could not be removed completely: ${left.join(', ')} left.`,
    {
      details: said.join('\n'),
      hint: `See what else carries its label (docker ps --all --filter label=${CLUSTER_LABEL}=${cluster.cluster}), and remove it by hand: ${removals(
        owned,
      )
        .map((argv) => argv.join(' '))
        .join('; ')}`,
    },
  );
}

/** Containers first: they hold the network, and take their volumes along. */
function removals({ containers, volumes, networks }: Owned): Argv[] {
  return [
    ...(containers.length > 0 ? [docker.removeContainers(containers)] : []),
    ...(containers.length === 0 && volumes.length > 0 ? [docker.removeVolumes(volumes)] : []),
    ...(networks.length > 0 ? [docker.removeNetworks(networks)] : []),
  ];
}

/**
 * Whether no container, volume or network is of the cluster, and no docker client that would create
 * one is still at work: those that a killed main has started live on, and an engine that is busy
 * keeps them waiting for long.
 */
export async function isGone(
  { api, ignored }: Omit<Engine, 'runner'>,
  cluster: ClusterId,
): Promise<boolean> {
  // In this order: what a client ends with is in the list.
  if (await isCreating(cluster)) return false;
  return names(await listOwned(api, cluster, { ignored })).length === 0;
}

/**
 * Whether a program of this machine has the cluster's label in its command line, which everybody
 * may read (proc_pid_cmdline(5)).
 */
async function isCreating(cluster: ClusterId): Promise<boolean> {
  const flag = docker.labelFlag(CLUSTER_LABEL, cluster.cluster);
  return (await procfs.list()).some(({ argv }) => argv.includes(flag));
}

function names(owned: Owned): string[] {
  return [
    ...owned.containers.map((id) => `container ${id.slice(0, 12)}`),
    ...owned.volumes.map((name) => `volume ${name}`),
    ...owned.networks.map((id) => `network ${id.slice(0, 12)}`),
  ];
}
