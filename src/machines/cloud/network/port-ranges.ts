import { ActionError } from '../../../base/errors.ts';
import type { PublishedPort } from '../../driver.ts';

/** Ports that a firewall lets in, the last one included. */
export interface PortRange {
  readonly protocol: 'tcp' | 'udp';
  readonly from: number;
  readonly to: number;
}

const SSH = { port: 22, protocol: 'tcp' } as const;

/**
 * What the firewall of a cluster lets in: SSH and exactly the published ports, neighbours as one
 * range, tcp first, in order. Throws `ActionError` if the vendor's firewall does not know a
 * protocol, or takes fewer rules.
 */
export function portRanges(
  published: readonly PublishedPort[],
  { vendor, most }: { readonly vendor: string; readonly most: number },
): readonly PortRange[] {
  const other = published.find(({ protocol }) => protocol === 'sctp');
  if (other) throw unknownProtocol(vendor, other);
  const ranges = (['tcp', 'udp'] as const).flatMap((protocol) =>
    merged([SSH, ...published].flatMap((one) => (one.protocol === protocol ? one.port : []))).map(
      ([from, to]) => ({ protocol, from, to }),
    ),
  );
  if (ranges.length > most) throw tooMany(vendor, most, ranges);
  return ranges;
}

/** `80/tcp`, or `8000-8010/udp`. */
export function rangeText({ protocol, from, to }: PortRange): string {
  return `${from === to ? from : `${from}-${to}`}/${protocol}`;
}

function merged(ports: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] === port - 1) last[1] = port;
    else ranges.push([port, port]);
  }
  return ranges;
}

function unknownProtocol(vendor: string, { port, protocol }: PublishedPort): ActionError {
  return new ActionError(`The firewall of ${vendor} cannot let in the port ${port}/${protocol}.`, {
    hint: 'It knows tcp and udp. Publish the port with one of them, or leave it unpublished.',
  });
}

function tooMany(vendor: string, most: number, ranges: readonly PortRange[]): ActionError {
  return new ActionError(
    `The published ports need ${ranges.length} rules, and a firewall of ${vendor} takes ${most}.`,
    {
      details: ranges.map(rangeText).join(', '),
      hint: 'Publish fewer ports, or ports in a row: a row of ports takes one rule.',
    },
  );
}
