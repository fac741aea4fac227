import type { PreflightHost } from './host.ts';

/** A port that the nodes of a swarm reach each other at. */
export interface SwarmPort {
  readonly label: '2377/tcp' | '7946/tcp' | '7946/udp' | '4789/udp';
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly onlyManagers: boolean;
  /** What does not work where it is closed. */
  readonly lost: string;
}

/** Source: docs.docker.com/engine/swarm/swarm-tutorial, "Open protocols and ports between the hosts". */
export const SWARM_PORTS: readonly SwarmPort[] = [
  {
    label: '2377/tcp',
    protocol: 'tcp',
    port: 2377,
    onlyManagers: true,
    lost: 'nodes cannot join',
  },
  {
    label: '7946/tcp',
    protocol: 'tcp',
    port: 7946,
    onlyManagers: false,
    lost: 'nodes do not learn where the tasks of an overlay network are',
  },
  {
    label: '7946/udp',
    protocol: 'udp',
    port: 7946,
    onlyManagers: false,
    lost: 'nodes lose each other in overlay networks',
  },
  {
    label: '4789/udp',
    protocol: 'udp',
    port: 4789,
    onlyManagers: false,
    lost: 'overlay networks and the routing mesh carry nothing between the nodes',
  },
];

/** The ports that others must reach on this host. */
export function portsOf({ role }: Pick<PreflightHost, 'role'>): readonly SwarmPort[] {
  return SWARM_PORTS.filter(({ onlyManagers }) => !onlyManagers || role === 'manager');
}
