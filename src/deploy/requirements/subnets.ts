import type { Findings } from '../../compose/findings.ts';
import { overlap } from '../../compose/limits/subnets.ts';
import type { Present, PresentNetwork } from '../../stack/present.ts';
import { nameInSwarm, type WantedStack } from '../wanted.ts';

/**
 * Refuses subnets of networks that are to be made and overlap with those of the swarm, the routing
 * mesh among them. Those that are `recreated` go first.
 */
export function checkSubnets(
  wanted: WantedStack,
  present: Present,
  { stack, recreated }: { readonly stack: string; readonly recreated: readonly PresentNetwork[] },
  refuse: Findings['refuse'],
): void {
  const staying = present.networks.filter(
    (one) => one.Scope === 'swarm' && !recreated.includes(one),
  );
  const taken = staying.flatMap(({ Name, IPAM }) =>
    (IPAM?.Config ?? []).map(({ Subnet }) => ({ text: Subnet, network: Name })),
  );
  for (const [key, network] of Object.entries(wanted.networks)) {
    const name = nameInSwarm(stack, key, network);
    if (network.external || staying.some(({ Name }) => Name === name)) continue;
    for (const { subnet = '' } of network.ipam?.config ?? []) {
      const other = taken.find(({ text }) => overlap(text, subnet));
      if (!other) continue;
      refuse(
        ['networks', key, 'ipam', 'config'],
        `network ${key}: its subnet ${subnet} overlaps with ${other.text} of network ${other.network}, which the swarm has. Choose another, or leave it out: then the swarm does.`,
      );
    }
  }
}
