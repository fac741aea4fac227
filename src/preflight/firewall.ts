import { isIP, isIPv6 } from 'node:net';
import type { HostFacts } from './facts.ts';
import type { SwarmPort } from './ports.ts';

type Ports = readonly Pick<SwarmPort, 'protocol' | 'port' | 'label'>[];

/** Which firewall a host is set up with: one that is switched on, else the kernel's own. */
export type Firewall = 'ufw' | 'firewalld' | 'iptables' | 'nft' | 'none';

export function firewallOf({ firewalls, tools }: Pick<HostFacts, 'firewalls' | 'tools'>): Firewall {
  const managed = (['firewalld', 'ufw'] as const).find((name) => firewalls.has(name));
  const own = (['iptables', 'nft'] as const).find((name) => tools.has(name));
  return managed ?? own ?? 'none';
}

/**
 * The commands, for root, that let `sources` in at `ports` and nothing more. A source that is a
 * name, which firewalls do not take, opens the ports to everyone. `none` gives no command.
 */
export function openCommands(
  firewall: Firewall,
  ports: Ports,
  sources: readonly string[],
): readonly string[] {
  const known = sources.every((source) => isIP(source) !== 0);
  const from = known ? sources : [undefined];
  const rules = from.flatMap((source) =>
    [...Map.groupBy(ports, ({ protocol }) => protocol)].map(([protocol, group]) => {
      return { source, protocol, numbers: group.map(({ port }) => port) };
    }),
  );
  switch (firewall) {
    case 'ufw':
      return rules.map(({ source, protocol, numbers }) => {
        return `ufw allow proto ${protocol} from ${source ?? 'any'} to any port ${numbers.join(',')}`;
      });
    case 'firewalld':
      return [
        ...rules.flatMap(({ source, protocol, numbers }) =>
          numbers.map((port) => firewalldCommand(port, protocol, source)),
        ),
        'firewall-cmd --reload',
      ];
    case 'iptables':
      return rules.map(({ source, protocol, numbers }) => {
        const program = source !== undefined && isIPv6(source) ? 'ip6tables' : 'iptables';
        const only = source === undefined ? '' : ` -s ${source}`;
        return `${program} -I INPUT -p ${protocol}${only} -m multiport --dports ${numbers.join(',')} -j ACCEPT`;
      });
    case 'nft':
      return rules.map(({ source, protocol, numbers }) => {
        const family = source !== undefined && isIPv6(source) ? 'ip6' : 'ip';
        const only = source === undefined ? '' : `${family} saddr ${source} `;
        return `nft insert rule inet filter input ${only}${protocol} dport '{ ${numbers.join(', ')} }' accept`;
      });
    case 'none':
      return [];
  }
}

function firewalldCommand(port: number, protocol: string, source: string | undefined): string {
  if (source === undefined) return `firewall-cmd --permanent --add-port=${port}/${protocol}`;
  const family = isIPv6(source) ? 'ipv6' : 'ipv4';
  const rule = `rule family="${family}" source address="${source}" port port="${port}" protocol="${protocol}" accept`;
  return `firewall-cmd --permanent --add-rich-rule='${rule}'`;
}
