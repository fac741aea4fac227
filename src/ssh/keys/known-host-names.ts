import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** The port whose hosts stand in known_hosts by their name alone. */
export const DEFAULT_PORT = 22;

/** What a hashed name begins with; the 1 stands for HMAC-SHA1. */
const HASHED = '|1|';

/** Longer patterns match nothing (`match_pattern_list` in OpenSSH's match.c). */
const LONGEST_PATTERN = 1022;

/**
 * The name by which OpenSSH looks a host up: in lower case, an address as the system prints it
 * (`resolve_addr` in ssh.c), and as `[host]:port` where the port is not 22 (`put_host_port` in
 * misc.c).
 */
export function knownHostName(host: string, port: number): string {
  const name = isIPv6(host) ? shortest(host) : (dotted(host) ?? host.toLowerCase());
  return port === DEFAULT_PORT ? name : `[${name}]:${port}`;
}

/**
 * Whether the first field of a known_hosts line stands for this name, which must be in lower case.
 * As OpenSSH decides: one hashed name, or patterns with `*` and `?` between commas, of which a
 * matching one with `!` before it rules all others out.
 */
export function matchesHost(field: string, name: string): boolean {
  if (field.startsWith('|')) return hashedName(field)?.(name) === field;
  // Most lines are so, and each host of a long list looks through all of them.
  if (!/[*?!,]/.test(field) && field.length <= LONGEST_PATTERN) return field.toLowerCase() === name;
  let matched = false;
  for (const pattern of field.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    const text = negated ? pattern.slice(1) : pattern;
    if (text.length > LONGEST_PATTERN) return false;
    if (!matchesPattern(text, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** Whether a field that begins with `|` has the form of a hashed name. */
export function isHashedName(field: string): boolean {
  const hash = field.slice(HASHED.length).split('|')[1] ?? '';
  return hashedName(field) !== undefined && Buffer.from(hash, 'base64').length === 20;
}

/** Hashes a name with the salt that stands in the field. */
function hashedName(field: string): ((name: string) => string) | undefined {
  if (!field.startsWith(HASHED)) return undefined;
  const salt = Buffer.from(field.slice(HASHED.length).split('|')[0] ?? '', 'base64');
  if (salt.length !== 20) return undefined;
  return (name) => {
    const hash = createHmac('sha1', salt).update(name).digest('base64');
    return `${HASHED}${salt.toString('base64')}|${hash}`;
  };
}

/** Without a regular expression: one made of `*a*a*a…` could take the time of a lifetime. */
function matchesPattern(pattern: string, name: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let afterStar = 0;
  while (at < name.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = inPattern;
      afterStar = at;
      inPattern += 1;
    } else if (wanted === '?' || wanted === name[at]) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      afterStar += 1;
      at = afterStar;
      inPattern = star + 1;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(inPattern));
}

/**
 * An IPv4 address in one of the forms of inet_aton(3), `127.1` or `0x7f000001`, in the usual one;
 * undefined for anything else.
 */
function dotted(host: string): string | undefined {
  const isAddress = /^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$/i.test(host);
  return isAddress ? URL.parse(`http://${host}/`)?.hostname : undefined;
}

/** As inet_ntop(3) prints it. */
function shortest(address: string): string {
  const [bare = address, zone] = address.split('%');
  const { hostname } = new URL(`http://[${bare}]/`);
  return withDots(hostname.slice(1, -1)) + (zone === undefined ? '' : `%${zone}`);
}

/**
 * The last 32 bits stand with dots where nothing is before them but zeros, or the prefix of
 * addresses of IPv4 (glibc, inet_ntop.c).
 */
function withDots(address: string): string {
  const [, prefix, high, low] = /^::(ffff:)?([0-9a-f]+):([0-9a-f]+)$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const bytes = Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex');
  return `::${prefix ?? ''}${[...bytes].join('.')}`;
}
