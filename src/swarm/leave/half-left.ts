import { ActionError } from '../../base/errors.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';

type Host = Pick<ConnectedMachine, 'name' | 'engine'>;

/**
 * Whether a host was told to leave its swarm and has not ended that: its engine gave it up after 15
 * s (moby daemon/cluster, `nodeRunner.Stop`). It still says that it is a node, and perhaps a
 * manager, but has no id, and its swarm cannot be asked through it.
 */
export function isHalfLeft({ engine: { Swarm } }: Pick<Host, 'engine'>): boolean {
  return Swarm.LocalNodeState === 'active' && Swarm.NodeID === '';
}

/**
 * Throws `ActionError` that names the hosts which have not ended to leave their swarm, and what to
 * do there.
 */
export function refuseHalfLeft(hosts: readonly Host[]): void {
  const found = hosts.filter(isHalfLeft);
  if (found.length === 0) return;
  throw halfLeft(found, 'Nothing was changed. ');
}

/** What is said of hosts that have not ended to leave; `before` is a sentence before what to do. */
export function halfLeft(hosts: readonly Host[], before = ''): ActionError {
  const names = hosts.map(({ name }) => name).join(', ');
  return new ActionError(
    `${names}: told to leave the swarm, and that has not ended: no node any more, and not free yet.`,
    {
      hint: `${before}A full disk keeps an engine from leaving, for one (df -h /var/lib/docker). Then run there: docker swarm leave --force`,
    },
  );
}
