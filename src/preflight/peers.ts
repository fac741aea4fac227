/** Up to so many hosts ask each other, each all of them. */
const ALL = 20;
/** Swarm advises seven managers at most; see docs/limits.md. */
const MANAGERS = 7;

interface Peer {
  readonly role: 'manager' | 'worker';
}

/**
 * The hosts that a host asks about their ports. Of many it is not all: their questions would grow
 * with the square of their number. A host then asks the managers, which every node has to reach,
 * and those that stand 1, 2, 4, 8 … places behind it in the list, so that each is asked by as many.
 * However the hosts are split in two, some ask across, so a firewall between two parts is found.
 */
export function peersOf<Host extends Peer>(hosts: readonly Host[], at: number): readonly Host[] {
  const asker = hosts[at];
  if (hosts.length <= ALL) return hosts.filter((host) => host !== asker);
  const peers = new Set(hosts.filter(({ role }) => role === 'manager').slice(0, MANAGERS));
  for (let step = 1; step < hosts.length; step *= 2) {
    const peer = hosts[(at + step) % hosts.length];
    if (peer) peers.add(peer);
  }
  if (asker) peers.delete(asker);
  return [...peers];
}

/** What a table of so many hosts leaves unsaid; undefined where each asks all others. */
export function sampleWords(hosts: readonly Peer[]): string | undefined {
  if (hosts.length <= ALL) return undefined;
  const others = Math.ceil(Math.log2(hosts.length));
  return `Ports: each of the ${hosts.length} hosts asked the managers (${MANAGERS} at most) and ${others} other hosts. Up to ${ALL} hosts each ask all others.`;
}
