import { isIPv6 } from 'node:net';
import { isReserved } from '../ownership.ts';

/** One line of the input `hosts`. */
export interface HostLine {
  /** Its line of the input, from 1. */
  readonly line: number;
  /** A name or an address, in lower case, without brackets. */
  readonly host: string;
  /** `undefined` means: the input `ssh-user`. */
  readonly user: string | undefined;
  /** `undefined` means: the input `ssh-port`. */
  readonly port: number | undefined;
  readonly role: 'manager' | 'worker';
  /** What it is called in messages, where its host name is not what people call it. */
  readonly name: string | undefined;
  /** Address or interface that the other nodes reach it by. */
  readonly advertiseAddr: string | undefined;
  /** Address or interface of the traffic between containers. */
  readonly dataPathAddr: string | undefined;
  /** Labels for its node. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What is wrong with a line; the line is quoted by its number, its words by the reason. */
export interface HostProblem {
  /** From 1; undefined where there is none. */
  readonly line: number | undefined;
  readonly reason: string;
}

export type Hosts =
  | { readonly hosts: readonly HostLine[] }
  | { readonly problems: readonly HostProblem[] };

type Draft = Omit<HostLine, 'role'> & { readonly role: HostLine['role'] | undefined };

const HOST_NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;
/**
 * Names of a directory, too: `deploy@corp.example`, `CORP\\deploy`, `corp+deploy`, `j.o'neill` is
 * none.
 */
const USER = /^[\p{L}\p{N}_][\p{L}\p{N}_.@+\\-]*\$?$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?$/i;
/** As many as `nodes` may be. */
const MOST_HOSTS = 1_000;
/** Keys of a line that are no labels. */
const OPTIONS = ['name', 'advertise-addr', 'data-path-addr'] as const;

/**
 * Reads `[user@]host[:port] [manager|worker] [key=value …]` lines; blank lines and `#` comments are
 * left out. Where no line has a role, the first host is the manager and the others are workers;
 * where one has, those without are workers. Gives every problem of every line, and never throws.
 */
export function parseHosts(text: string): Hosts {
  const problems: HostProblem[] = [];
  const drafts: Draft[] = [];
  for (const [at, whole] of text.split(/\r?\n/).entries()) {
    const words = whole.replace(/(?:^|\s)#.*$/, '').trim();
    if (words === '') continue;
    const parsed = parseLine(at + 1, words.split(/\s+/));
    if (typeof parsed === 'string') problems.push({ line: at + 1, reason: parsed });
    else drafts.push(parsed);
  }
  const surplus = drafts[MOST_HOSTS];
  if (surplus) {
    const reason = `the input has ${drafts.length} hosts. At most ${MOST_HOSTS} are taken; make several swarms of more.`;
    problems.push({ line: surplus.line, reason });
  }
  if (problems.length > 0) return { problems };
  const hosts = withRoles(drafts);
  const wrong = [...noManager(hosts), ...duplicates(hosts)];
  return wrong.length > 0 ? { problems: wrong } : { hosts };
}

function parseLine(line: number, [target = '', ...rest]: string[]): Draft | string {
  const place = parseTarget(target);
  if (typeof place === 'string') return place;
  const options = new Map<string, string>();
  const labels: Record<string, string> = {};
  let role: HostLine['role'] | undefined;
  for (const word of rest) {
    const equals = word.indexOf('=');
    if (equals < 0) {
      if (word !== 'manager' && word !== 'worker') {
        return `\`${word}\` is neither a role nor a label. Write \`manager\`, \`worker\` or \`key=value\`.`;
      }
      if (role !== undefined) return `has two roles, \`${role}\` and \`${word}\`. Keep one.`;
      role = word;
      continue;
    }
    const key = word.slice(0, equals);
    const value = word.slice(equals + 1);
    if (!LABEL.test(key)) {
      return `\`${key}\` cannot be the key of a node label: letters, digits, \`.\`, \`_\`, \`/\`, \`-\`, not at its ends.`;
    }
    if (isReserved(key)) {
      return `\`${key}\` is a label that Swarm Up gives itself: it says whose a node is. Choose a key that does not begin with \`swarm-up.\`.`;
    }
    if (Object.hasOwn(labels, key) || options.has(key))
      return `\`${key}\` is given twice. Keep one.`;
    if (OPTIONS.some((option) => option === key)) options.set(key, value);
    else labels[key] = value;
  }
  for (const [key, value] of options) {
    if (value === '') return `\`${key}=\` has no value. Give one, or leave it out.`;
  }
  return {
    line,
    ...place,
    role,
    name: options.get('name'),
    advertiseAddr: options.get('advertise-addr'),
    dataPathAddr: options.get('data-path-addr'),
    labels,
  };
}

/**
 * Reads `[user@]host[:port]`, also as the address `ssh://…` of it, and with the dot at the end that
 * some write behind a whole name. The host is what stands behind the last `@`. A text is the reason
 * why it is none.
 */
export function parseTarget(given: string): Pick<HostLine, 'user' | 'host' | 'port'> | string {
  const target = given.replace(/^ssh:\/\/([^/]*)\/?$/i, '$1');
  if (/^[a-z]+:\/\//i.test(target)) {
    return `\`${target}\` is an address of something else than SSH. Write \`user@host:port\`.`;
  }
  const at = target.lastIndexOf('@');
  const user = at < 0 ? undefined : target.slice(0, at);
  if (user !== undefined && !USER.test(user)) {
    return `\`${user}\` before the \`@\` is not the name of a user.`;
  }
  const place = target.slice(at + 1).replace(/(?<=[a-z0-9])\.(?=:\d+$|$)/i, '');
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(place);
  const plain = /^([^:]*)(?::(.*))?$/.exec(place);
  const [, host = '', portText] = bracketed ?? (isIPv6(place) ? [place, place] : (plain ?? []));
  if (bracketed ? !isIPv6(host) : !isIPv6(host) && !HOST_NAME.test(host)) {
    return `\`${place}\` is not a host. Write a name or an address, an IPv6 address with a port in brackets: \`[2001:db8::4]:2222\`.`;
  }
  if (portText === undefined) return { user, host: host.toLowerCase(), port: undefined };
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  if (port < 1 || port > 65_535) return `\`${portText}\` is not a port: 1 to 65535.`;
  return { user, host: host.toLowerCase(), port };
}

function withRoles(drafts: readonly Draft[]): HostLine[] {
  const none = drafts.every(({ role }) => role === undefined);
  return drafts.map((draft, at) => ({
    ...draft,
    role: draft.role ?? (none && at === 0 ? 'manager' : 'worker'),
  }));
}

const NO_HOST =
  'no host is named. Write one per line, the first of them a manager, for example `deploy@swarm-1.example.com manager`.';

function noManager(hosts: readonly HostLine[]): HostProblem[] {
  const first = hosts[0];
  if (!first) return [{ line: undefined, reason: NO_HOST }];
  if (hosts.some(({ role }) => role === 'manager')) return [];
  return [{ line: first.line, reason: 'no line is a `manager`. A swarm needs one.' }];
}

function duplicates(hosts: readonly HostLine[]): HostProblem[] {
  const seen = new Map<string, number>();
  const problems: HostProblem[] = [];
  const claim = (key: string, what: string, line: number) => {
    const before = seen.get(key);
    if (before === undefined) seen.set(key, line);
    else problems.push({ line, reason: `${what} stands in line ${before} already.` });
  };
  for (const { line, host, port, name, advertiseAddr } of hosts) {
    claim(`host ${host} ${port ?? ''}`, `\`${host}\``, line);
    if (name !== undefined) claim(`name ${name}`, `the name \`${name}\``, line);
    // An interface has the same name everywhere; an address is one machine's.
    if (advertiseAddr !== undefined && /[.:]/.test(advertiseAddr)) {
      claim(`address ${advertiseAddr}`, `the address \`${advertiseAddr}\``, line);
    }
  }
  return problems;
}
