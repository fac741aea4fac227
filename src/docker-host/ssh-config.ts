import { ActionError } from '../base/errors.ts';
import { lookup } from '../ssh/keys/known-hosts.ts';
import type { PrivateKey } from '../ssh/keys/private-key.ts';
import { type SshHop, type SshTarget, where } from '../ssh/target.ts';
import { hostWord, inQuotes, plainWord, userWord } from './ssh-config-words.ts';

/** The files of a config. */
export interface SshFiles {
  readonly config: string;
  readonly knownHosts: string;
  /** The key, or the public half of one that the agent of this job holds. */
  keyOf(key: PrivateKey): string;
  /** Socket of that agent; undefined where there is none. */
  readonly agent?: string | undefined;
}

/** A host under the name by which `ssh` is to reach it. */
interface Entry {
  readonly name: string;
  readonly hop: SshHop;
  /** The entry that leads there. */
  readonly via: Entry | undefined;
}

/**
 * What holds for every host: nothing but this config decides (with `-F`, the system-wide one is not
 * read: ssh(1)), and nothing is ever asked. A host that is gone is noticed after 45 s.
 */
const COMMON = [
  'StrictHostKeyChecking yes',
  'GlobalKnownHostsFile /dev/null',
  'UpdateHostKeys no',
  'CheckHostIP no',
  'BatchMode yes',
  'ForwardAgent no',
  'ConnectTimeout 20',
  'ServerAliveInterval 15',
  'ServerAliveCountMax 3',
];

/**
 * The OpenSSH config that reaches each target by its name, through its jump hosts. Keys of hosts
 * stand in the file of known hosts under these names (`HostKeyAlias`), so that two nodes behind one
 * address are told apart. Throws `ActionError` where a host can be logged in to by password only,
 * or where a value cannot be written in such a file.
 */
export function sshConfig(targets: readonly SshTarget[], files: SshFiles): string {
  return [
    '# Made by Swarm Up for this job, and removed at its end.\n',
    ...entriesOf(targets).map((entry) =>
      section(`Host ${hostWord(entry.name)}`, linesOf(entry, files)),
    ),
    section('Host *', [...COMMON, `UserKnownHostsFile ${inQuotes(files.knownHosts)}`]),
  ].join('\n');
}

/**
 * The file of known hosts that goes with the config: for each host what the action itself takes for
 * its keys.
 */
export function knownHostsText(targets: readonly SshTarget[]): string {
  return entriesOf(targets)
    .flatMap((entry) => knownKeys(entry).map((line) => `${line}\n`))
    .join('');
}

/** Every private key that the config names, once. */
export function privateKeysOf(targets: readonly SshTarget[]): PrivateKey[] {
  const all = entriesOf(targets).flatMap(({ hop }) => hop.credentials.privateKeys);
  return [...new Map(all.map((key) => [key.text, key])).values()];
}

/** Targets under their own names; jump hosts, each once, under names that no target has. */
function entriesOf(targets: readonly SshTarget[]): Entry[] {
  const taken = new Set(targets.map(({ name }) => name.toLowerCase()));
  const jumps = new Map<string, Entry>();
  const jumpEntry = (hop: SshHop, via: Entry | undefined): Entry => {
    const id = JSON.stringify([via?.name, hop.host, hop.port, hop.user]);
    const known = jumps.get(id);
    if (known) return known;
    let number = jumps.size + 1;
    while (taken.has(`jump-${number}`)) number += 1;
    const entry = { name: `jump-${number}`, hop, via };
    taken.add(entry.name);
    jumps.set(id, entry);
    return entry;
  };
  const nodes = targets.map((target) => {
    let via: Entry | undefined;
    for (const hop of target.jump ?? []) via = jumpEntry(hop, via);
    return { name: target.name, hop: target, via };
  });
  return [...nodes, ...jumps.values()];
}

function linesOf({ name, hop, via }: Entry, files: SshFiles): string[] {
  return [
    `HostName ${plainWord(hop.host)}`,
    `Port ${hop.port}`,
    `User ${userWord(hop.user)}`,
    `HostKeyAlias ${aliasOf(name)}`,
    ...loginLines(hop, files),
    ...(via ? [`ProxyCommand ${through(via, files)}`] : []),
  ];
}

function loginLines(hop: SshHop, files: SshFiles): string[] {
  const { privateKeys, agent } = hop.credentials;
  if (privateKeys.length === 0 && !agent) {
    throw new ActionError(
      `\`docker-host: true\` needs a private key or an agent for ${where(hop)}, and there is only a password`,
      {
        hint: 'The OpenSSH client, which keeps the connection, takes no password from a file. Give `ssh-private-key`.',
      },
    );
  }
  const keys = privateKeys.map((key) => inQuotes(files.keyOf(key)));
  // Of two agents ssh asks one.
  const own = privateKeys.some(({ isEncrypted }) => isEncrypted) ? files.agent : undefined;
  const asked = own ?? agent;
  return [
    // Without any line, the keys in ~/.ssh would be tried.
    ...(keys.length > 0 ? keys : ['none']).map((key) => `IdentityFile ${key}`),
    `IdentitiesOnly ${asked !== undefined && own === undefined ? 'no' : 'yes'}`,
    `IdentityAgent ${asked ? inQuotes(asked) : 'none'}`,
  ];
}

/**
 * What `ProxyJump` does, but that hands the path of the config to a shell unquoted (OpenSSH up to
 * 10, ssh.c).
 */
function through(via: Entry, files: SshFiles): string {
  return `ssh -F ${inQuotes(files.config)} -W "[%h]:%p" ${via.name}`;
}

function knownKeys({ name, hop }: Entry): string[] {
  const { hostKeys, host, port } = hop;
  const alias = aliasOf(name);
  if (hostKeys.kind === 'pinned') {
    return hostKeys.keys.map((key) => `${alias} ${withoutComment(key)}`);
  }
  const { accepted, atDefaultPort, revoked } = lookup(hostKeys.knownHosts, host, port);
  return [
    ...revoked.map(({ key }) => `@revoked ${alias} ${key.type} ${key.blob.toString('base64')}`),
    ...[...accepted, ...atDefaultPort].map(
      ({ key }) => `${alias} ${key.type} ${key.blob.toString('base64')}`,
    ),
  ];
}

/** ssh looks for the lower-case form. */
function aliasOf(name: string): string {
  return hostWord(name).toLowerCase();
}

function withoutComment(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(' ');
}

function section(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => `  ${line}`), ''].join('\n');
}
