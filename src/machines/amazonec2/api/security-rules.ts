import type { PortRange } from '../../cloud/network/port-ranges.ts';
import type { Parameter } from './flat-parameters.ts';
import type { SecurityGroup } from './objects.ts';

/** One thing that a security group lets in, from one source. */
export interface PermissionWanted {
  /** `tcp`, `udp`, or a number of IP: `50` is what encrypted networks of Docker speak (ESP). */
  readonly protocol: string;
  /** Undefined for a protocol without ports. */
  readonly ports: Pick<PortRange, 'from' | 'to'> | undefined;
  /** A network, or the id of a security group. */
  readonly source: string;
}

/** The same text for the same permission: `tcp 80-80 0.0.0.0/0`. */
export function permissionText({ protocol, ports, source }: PermissionWanted): string {
  return `${protocol} ${ports ? `${ports.from}-${ports.to} ` : ''}${source}`;
}

/** What a security group lets in now, each source apart. */
export function permissionsOf({ ipPermissions }: SecurityGroup): PermissionWanted[] {
  return ipPermissions.flatMap(({ ipProtocol, fromPort, toPort, ...from }) => {
    const hasPorts = /^(?:tcp|udp|icmp|icmpv6)$/.test(ipProtocol) && fromPort !== undefined;
    const ports = hasPorts ? { from: fromPort, to: toPort ?? fromPort } : undefined;
    const sources = [
      ...from.ipRanges.map(({ cidrIp }) => cidrIp),
      ...from.ipv6Ranges.map(({ cidrIpv6 }) => cidrIpv6),
      ...from.groups.flatMap(({ groupId }) => groupId ?? []),
    ];
    return sources.map((source) => ({ protocol: ipProtocol, ports, source }));
  });
}

/** As EC2 wants them told. */
export function permissionParameters(rules: readonly PermissionWanted[]): Parameter[] {
  return rules.map(({ protocol, ports, source }) => ({
    IpProtocol: protocol,
    // Of a protocol without ports, AWS does not look at them.
    ...{ FromPort: ports?.from ?? 0, ToPort: ports?.to ?? 0 },
    ...sourceParameter(source),
  }));
}

function sourceParameter(source: string): Readonly<Record<string, Parameter>> {
  if (source.startsWith('sg-')) return { Groups: [{ GroupId: source }] };
  if (source.includes(':')) return { Ipv6Ranges: [{ CidrIpv6: source }] };
  return { IpRanges: [{ CidrIp: source }] };
}
