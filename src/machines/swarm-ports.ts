import { isIPv6 } from 'node:net';
import type { EngineInfo } from '../engine/enter.ts';

/**
 * Where a manager answers other nodes, and where nodes exchange the packets of containers, if a
 * swarm says nothing else.
 */
export const MANAGEMENT_PORT = 2377;
const DATA_PATH_PORT = 4789;

type Engine = {
  readonly Swarm: Pick<EngineInfo['Swarm'], 'NodeID' | 'RemoteManagers' | 'Cluster'>;
};

/**
 * The port at which a manager answers other nodes (`docker swarm init --listen-addr` or
 * `--advertise-addr` with a port); for what is none yet, Docker's own.
 */
export function managementPort({ Swarm }: Engine): number {
  const own = Swarm.RemoteManagers?.find(({ NodeID }) => NodeID === Swarm.NodeID)?.Addr;
  return Number(/:(\d+)$/.exec(own ?? '')?.[1] ?? MANAGEMENT_PORT);
}

/**
 * The port of the packets of containers in the swarm of these engines (`docker swarm init
 * --data-path-port`), which its managers tell.
 */
export function dataPathPort(engines: readonly Engine[]): number {
  const told = engines.map(({ Swarm }) => Swarm.Cluster?.DataPathPort).find(Boolean);
  return told ?? DATA_PATH_PORT;
}

/** `address:port` at which a manager answers nodes that join. */
export function managerAddress(manager: {
  readonly advertise: string;
  readonly engine: Engine;
}): string {
  const { advertise, engine } = manager;
  const port = managementPort(engine);
  return isIPv6(advertise) ? `[${advertise}]:${port}` : `${advertise}:${port}`;
}
