import { BlockList, isIP } from 'node:net';
import { atMost, code, prose, table } from '../markdown.ts';
import type { Endpoint } from '../report.ts';

const ROWS = 100;
const URLS_NAMED = 3;

/**
 * Addresses that only the runner or its network reaches: a link to them would lead the reader to
 * their own machine.
 */
const LOCAL = new BlockList();
LOCAL.addSubnet('0.0.0.0', 8);
LOCAL.addSubnet('10.0.0.0', 8);
LOCAL.addSubnet('100.64.0.0', 10);
LOCAL.addSubnet('127.0.0.0', 8);
LOCAL.addSubnet('169.254.0.0', 16);
LOCAL.addSubnet('172.16.0.0', 12);
LOCAL.addSubnet('192.168.0.0', 16);
LOCAL.addAddress('::1', 'ipv6');
LOCAL.addSubnet('fc00::', 7, 'ipv6');
LOCAL.addSubnet('fe80::', 10, 'ipv6');

/** The published ports and what they answered. */
export function endpointTable(endpoints: readonly Endpoint[]): string {
  if (endpoints.length === 0) return '';
  const { shown, more } = atMost(endpoints, ROWS);
  const text = table(
    ['Service', 'Port', 'Mode', 'Address', 'Check'],
    shown.map((endpoint) => [
      code(endpoint.service, 64),
      code(`${endpoint.published}→${endpoint.target}/${endpoint.protocol}`),
      endpoint.mode,
      urlsCell(endpoint.urls),
      checkCell(endpoint),
    ]),
  );
  return more === 0 ? text : `${text}\n\nand ${more} more.`;
}

/** A URL as a link where a reader can follow it, as code where only the runner can. */
export function link(url: string): string {
  const host = URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const family = isIP(host);
  const local =
    family === 0
      ? !host.includes('.') || host.endsWith('.localhost')
      : LOCAL.check(host, family === 6 ? 'ipv6' : 'ipv4');
  const linkable = /^https?:\/\/[\w.:/?=%~+,[\]-]+$/.test(url) && !local;
  return linkable ? `<${url}>` : code(url, 300);
}

function urlsCell(urls: readonly string[]): string {
  const { shown, more } = atMost(urls, URLS_NAMED);
  return [...shown.map(link), ...(more === 0 ? [] : [`and ${more} more`])].join('<br>');
}

function checkCell({ checked, note }: Endpoint): string {
  const text = checked === 'no answer' ? `**${checked}**` : checked;
  return note ? `${text}: ${prose(note, 300)}` : text;
}
