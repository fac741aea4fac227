import type { Given } from './form.ts';
import type { Parameters } from './parameters.ts';

/** The rules of a security group that a call gives: `tcp 22-22 0.0.0.0/0`. */
export function rulesIn({ IpPermissions }: Parameters): string[] {
  const all = (IpPermissions ?? []) as unknown as Record<string, Given>[];
  return all.flatMap((one) => {
    const sources = ['IpRanges', 'Ipv6Ranges', 'Groups'].flatMap((kind) =>
      ((one[kind] ?? []) as unknown as Record<string, string>[]).flatMap(Object.values),
    );
    const hasPorts = one.IpProtocol === 'tcp' || one.IpProtocol === 'udp';
    const ports = hasPorts ? `${one.FromPort}-${one.ToPort} ` : '';
    return sources.map((source) => `${one.IpProtocol} ${ports}${source}`);
  });
}

/** Such a rule as EC2 answers it. */
export function permissionItem(rule: string) {
  const [ipProtocol = '', ports = '', source = ports] = rule.split(' ');
  const [fromPort, toPort] = source === ports ? [] : ports.split('-');
  return {
    ...{ ipProtocol, fromPort, toPort },
    groups: source.startsWith('sg-') ? [{ groupId: source, userId: '123456789012' }] : [],
    ipRanges: /^[\d.]+\//.test(source) ? [{ cidrIp: source }] : [],
    ipv6Ranges: source.includes(':') ? [{ cidrIpv6: source }] : [],
    prefixListIds: [],
  };
}
