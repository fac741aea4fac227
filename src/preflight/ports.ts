import type { PreflightHost } from './facts.ts';

/** A port that the nodes of a swarm reach each other at. */
export interface SwarmPort {
  /** Which one it is: what Docker calls for where a swarm has no other. */
  readonly key: '2377/tcp' | '7946/tcp' | '7946/udp' | '4789/udp';
  /** What it is on this host. */
  readonly label: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly onlyManagers: boolean;
  /** What does not work where it is closed. */
  readonly lost: string;
}

/**
 * Source: docs.docker.com/engine/swarm/swarm-tutorial, "Open protocols and ports between the
 * hosts".
 */
export const SWARM_PORTS: readonly SwarmPort[] = [
  {
    key: '2377/tcp',
    label: '2377/tcp',
    protocol: 'tcp',
    port: 2377,
    onlyManagers: true,
    lost: 'nodes cannot join',
  },
  {
    key: '7946/tcp',
    label: '7946/tcp',
    protocol: 'tcp',
    port: 7946,
    onlyManagers: false,
    lost: 'nodes do not learn where the tasks of an overlay network are',
  },
  {
    key: '7946/udp',
    label: '7946/udp',
    protocol: 'udp',
    port: 7946,
    onlyManagers: false,
    lost: 'nodes lose each other in overlay networks',
  },
  {
    key: '4789/udp',
    label: '4789/udp',
    protocol: 'udp',
    port: 4789,
    onlyManagers: false,
    lost: 'overlay networks and the routing mesh carry nothing between the nodes',
  },
];

/** The ports that others must reach on this host, as its swarm has them. */
export function portsOf(
  host: Pick<PreflightHost, 'role' | 'managementPort' | 'dataPathPort'>,
): readonly SwarmPort[] {
  const own = { '2377/tcp': host.managementPort, '4789/udp': host.dataPathPort } as const;
  return SWARM_PORTS.filter(({ onlyManagers }) => !onlyManagers || host.role === 'manager').map(
    (one): SwarmPort => {
      const port = own[one.key as keyof typeof own] ?? one.port;
      return { ...one, port, label: `${port}/${one.protocol}` };
    },
  );
}
