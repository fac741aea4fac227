import { DEFAULT_PORT, isHashedName, knownHostName, matchesHost } from './known-host-names.ts';
import {
  blobType,
  isCertified,
  keyBits,
  keyTypeOf,
  openSshOrder,
  type PublicKey,
} from './public-key.ts';
import { decodeBase64, readStrings } from './wire.ts';

/** One line of a known_hosts file that OpenSSH would read. */
export interface KnownHostLine {
  /** From 1. */
  readonly line: number;
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  /** Its first field: names, patterns, or one hashed name. */
  readonly hosts: string;
  readonly key: PublicKey;
}

/** A line that cannot work as it stands. OpenSSH passes over it in silence. */
export interface KnownHostsProblem {
  readonly line: number;
  readonly reason: string;
}

/** The text of a known_hosts file. */
export interface KnownHosts {
  /** Grows by each key that is accepted under `accept-new`, as the file does under OpenSSH. */
  readonly lines: KnownHostLine[];
  readonly problems: readonly KnownHostsProblem[];
}

/** What is known of one host. */
export interface KnownKeys {
  readonly accepted: readonly KnownHostLine[];
  /**
   * Those that stand for the host at port 22, where it is another port that is asked for and has no
   * line of its own.
   */
  readonly atDefaultPort: readonly KnownHostLine[];
  readonly revoked: readonly KnownHostLine[];
  readonly authorities: readonly KnownHostLine[];
}

export type HostKeyVerdict =
  | { readonly kind: 'accepted' }
  /** No line stands for the host. */
  | { readonly kind: 'unknown' }
  /** Lines stand for the host, with other keys; this is the one that is contradicted. */
  | { readonly kind: 'changed'; readonly line: KnownHostLine }
  | { readonly kind: 'revoked'; readonly line: KnownHostLine }
  /**
   * OpenSSH would look at a certificate of the host, and it may be that of this line's authority.
   */
  | { readonly kind: 'certified'; readonly line: KnownHostLine };

/** How many SSH strings the blob of a key of this type consists of. */
const STRINGS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 2,
  'ecdsa-sha2-nistp256': 3,
  'ecdsa-sha2-nistp384': 3,
  'ecdsa-sha2-nistp521': 3,
  'ssh-rsa': 3,
  'ssh-dss': 5,
  'sk-ssh-ed25519@openssh.com': 3,
  'sk-ecdsa-sha2-nistp256@openssh.com': 4,
};

const BYTE_ORDER_MARK =
  'begins with a byte order mark, which OpenSSH takes for a part of the name. Save the file as UTF-8 without it.';

/** OpenSSH reads no RSA key with fewer bits (`SSH_RSA_MINIMUM_MODULUS_SIZE`). */
const LEAST_RSA_BITS = 1024;

/**
 * Reads the text of a known_hosts file as OpenSSH does (`hostkeys_foreach_file` in hostfile.c):
 * what it cannot read it passes over. Each such line is named in `problems`. Throws nothing, and
 * never quotes a line: what was pasted here may have been a secret.
 */
export function parseKnownHosts(text: string): KnownHosts {
  const lines: KnownHostLine[] = [];
  const problems: KnownHostsProblem[] = [];
  for (const [at, whole] of text.split('\n').entries()) {
    // For OpenSSH, which is written in C, a line ends with a NUL.
    const content = (whole.split('\0', 1)[0] ?? '').replace(/^[ \t]+|[ \t\r]+$/g, '');
    if (/^\ufeff?(?:#|$)/.test(content)) continue;
    const parsed = parseLine(at + 1, content);
    if (typeof parsed !== 'string') lines.push(parsed);
    const reason = content.startsWith('\ufeff')
      ? BYTE_ORDER_MARK
      : typeof parsed === 'string'
        ? parsed
        : uselessName(parsed.hosts);
    if (reason) problems.push({ line: at + 1, reason });
  }
  return { lines, problems };
}

function parseLine(line: number, content: string): KnownHostLine | string {
  const words = content.split(/[ \t]+/);
  const marker = words[0]?.startsWith('@') ? words.shift()?.slice(1) : undefined;
  if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') {
    return 'has an unknown marker. There are `@revoked` and `@cert-authority`.';
  }
  const [hosts = '', type = '', base64 = '', ...comment] = words;
  if (comment.some((word, at) => isKeyType(word) && /^AAAA/.test(comment[at + 1] ?? ''))) {
    return 'has a second entry behind the first, which nobody would read: a line end was lost. Give each entry a line of its own.';
  }
  if (hosts.startsWith('|') && !isHashedName(hosts)) return 'has a hashed name that is not whole.';
  if (isKeyType(hosts)) {
    return 'begins with the type of the key. The name or address of the host must stand before it.';
  }
  if (!isKeyType(type)) {
    return 'is not of the form `host type key`, as `ssh-keyscan host` prints it.';
  }
  const blob = decodeBase64(base64);
  if (!blob || !isWhole(type, blob)) return `has a key of type ${type} that is not whole.`;
  if (keyBits(blob) < LEAST_RSA_BITS && blobType(blob) === 'ssh-rsa') {
    return `has an RSA key of ${keyBits(blob)} bits. OpenSSH accepts none below ${LEAST_RSA_BITS}.`;
  }
  return { line, marker, hosts, key: { type: blobType(blob), blob } };
}

function isKeyType(word: string): boolean {
  return Object.hasOwn(STRINGS, word) || /^rsa-sha2-(256|512)$/.test(word) || isCertificate(word);
}

function isCertificate(type: string): boolean {
  return /^(ssh|ecdsa|rsa|sk)-[a-z0-9-]+-cert-v01@openssh\.com$/.test(type);
}

/**
 * Whether the blob is a key of the type that stands before it. The signature types of RSA are taken
 * for its key type.
 */
function isWhole(type: string, blob: Buffer): boolean {
  const inside = blobType(blob);
  if (inside !== type.replace(/^rsa-sha2-(256|512)$/, 'ssh-rsa')) return false;
  const strings = readStrings(blob);
  if (isCertificate(type)) return blob.length > 4 + inside.length;
  if (strings?.length !== STRINGS[inside]) return false;
  return inside !== 'ssh-ed25519' || strings?.[1]?.length === 32;
}

function uselessName(hosts: string): string | undefined {
  const name = /(?:^|,)\[([^\],]*)\]:22(?:,|$)/.exec(hosts)?.[1];
  if (name === undefined) return undefined;
  return `names \`[${name}]:22\`, which stands for no host: at port 22 a host is looked up by its name alone, \`${name}\`.`;
}

/**
 * What is known of a host. As OpenSSH decides: by the name that was given and not by its address
 * too (`CheckHostIP no`); and where no line has a key for `[host]:port`, one for the name alone
 * will do (`check_host_key` in sshconnect.c).
 */
export function lookup(known: KnownHosts, host: string, port: number): KnownKeys {
  const keys = linesFor(known, knownHostName(host, port));
  if (keys.accepted.length > 0 || port === DEFAULT_PORT) return keys;
  const plain = linesFor(known, knownHostName(host, DEFAULT_PORT));
  return {
    accepted: [],
    atDefaultPort: plain.accepted,
    revoked: [...keys.revoked, ...plain.revoked],
    authorities: [...keys.authorities, ...plain.authorities],
  };
}

function linesFor(known: KnownHosts, name: string): KnownKeys {
  const lines = known.lines.filter(({ hosts }) => matchesHost(hosts, name));
  return {
    accepted: lines.filter(({ marker }) => marker === undefined),
    atDefaultPort: [],
    revoked: lines.filter(({ marker }) => marker === 'revoked'),
    authorities: lines.filter(({ marker }) => marker === 'cert-authority'),
  };
}

/**
 * The algorithms by which OpenSSH would ask a host for its key, the preferred first. Keys that
 * stand for port 22 do not count at another.
 */
export function algorithmsFor({ accepted, authorities }: KnownKeys): string[] {
  const types = accepted.map(({ key }) => key.type);
  return openSshOrder(types, { hasAuthority: authorities.length > 0 });
}

/**
 * Judges the key that a host shows, as OpenSSH does: revoked before all else, and changed also
 * where only another type is known. What is known of port 22 contradicts nothing at another port,
 * where another sshd may answer. Certificates are not read: where OpenSSH would take one of the
 * host, which offers these algorithms, for its answer, and that could be another one, the verdict
 * is `certified`.
 */
export function judgeHostKey(
  keys: KnownKeys,
  blob: Buffer,
  offered: readonly string[] = [],
): HostKeyVerdict {
  const revoked = keys.revoked.find(({ key }) => key.blob.equals(blob));
  if (revoked) return { kind: 'revoked', line: revoked };
  const certified = lineOfCertificate(keys, blob, offered);
  if (certified) return { kind: 'certified', line: certified };
  const isShown = ({ key }: KnownHostLine): boolean => key.blob.equals(blob);
  if (keys.accepted.some(isShown) || keys.atDefaultPort.some(isShown)) return { kind: 'accepted' };
  const type = blobType(blob);
  const line = keys.accepted.find(({ key }) => key.type === type) ?? keys.accepted[0];
  return line ? { kind: 'changed', line } : { kind: 'unknown' };
}

/**
 * The line by which OpenSSH may refuse the certificate that the host would show it. One whose
 * authority no line names counts as the plain key that is in it.
 */
function lineOfCertificate(
  keys: KnownKeys,
  blob: Buffer,
  offered: readonly string[],
): KnownHostLine | undefined {
  const shown = algorithmsFor(keys).find((one) => offered.includes(one));
  if (shown === undefined || !isCertified(shown)) return undefined;
  const [revoked] = keys.revoked;
  if (revoked) return revoked;
  return keyTypeOf(shown) === blobType(blob)
    ? undefined
    : (keys.authorities[0] ?? keys.accepted[0]);
}

/** The line that makes a host known by this key. */
export function knownHostsLine(host: string, port: number, blob: Buffer): string {
  return `${knownHostName(host, port)} ${blobType(blob)} ${blob.toString('base64')}`;
}
