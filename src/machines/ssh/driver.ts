import type { Argv } from '../../exec/argv.ts';
import type { SshTarget } from '../../ssh/target.ts';
import type { DriverDefinition, DriverSource, HostDriver, Machine } from '../driver.ts';
import type { ClusterId } from '../ownership.ts';
import type { HostLine } from './host-list.ts';
import { readConnection, type SshConnection } from './inputs.ts';
import { type SshOptions, sshOptions } from './options.ts';

/** Machines are hosts that exist: they are connected to, never made and never destroyed. */
export const sshDriver: DriverDefinition<SshOptions> = {
  name: 'ssh',
  makesMachines: false,
  onRunner: false,
  options: sshOptions,
  read: (source) => {
    const connection = readSource(source);
    return {
      roles: connection.hosts.map(({ role }) => role),
      create: (options) => sshDriverOf(connection, options),
    };
  },
};

function readSource({ read, variables, problem, warn }: DriverSource): SshConnection {
  return readConnection(
    {
      hosts: read('hosts'),
      privateKey: read('ssh-private-key'),
      passphrase: read('ssh-passphrase'),
      password: read('ssh-password'),
      user: read('ssh-user').trim(),
      port: read('ssh-port').trim(),
      knownHosts: read('ssh-known-hosts'),
      hostKeyChecking: read('ssh-host-key-checking').trim(),
      jump: read('ssh-jump'),
      unlockKey: read('unlock-key'),
      agent: variables.SSH_AUTH_SOCK || undefined,
    },
    problem,
    warn,
  );
}

/** The hosts of a connection as a driver. */
export function sshDriverOf(connection: SshConnection, options: SshOptions): HostDriver {
  return {
    name: 'ssh',
    makesMachines: false,
    addressPools: options['default-addr-pool'],
    adoption: {
      installEngine: options['install-engine'] ?? false,
      allowUnreachable: options['allow-unreachable'] ?? false,
      removeUnlisted: options['remove-unlisted'] ?? false,
      unlockKey: connection.unlockKey,
    },
    roles: connection.hosts.map(({ role }) => role),
    list: async (id) => connection.hosts.map((host, at) => machineOf(host, at + 1, id, options)),
    target: async (machine) => targetOf(machine, connection),
    commandOn: (machine) => loginTo(targetOf(machine, connection)),
  };
}

function machineOf(
  host: HostLine,
  index: number,
  { cluster }: ClusterId,
  options: SshOptions,
): Machine {
  return {
    name: host.name ?? host.host,
    index,
    owner: { cluster, repository: '', run: '' },
    labels: host.labels,
    state: 'running',
    address: host.host,
    advertise: host.advertiseAddr ?? options['advertise-addr'],
    dataPath: host.dataPathAddr ?? options['data-path-addr'],
    localPorts: new Map(),
  };
}

function targetOf({ name, index }: Pick<Machine, 'name' | 'index'>, connection: SshConnection) {
  const host = connection.hosts[index - 1];
  if (!host) throw new Error(`no host ${index}`);
  const { credentials, hostKeys, jump } = connection;
  return {
    name,
    host: host.host,
    port: host.port ?? connection.port,
    user: host.user ?? connection.user,
    credentials,
    hostKeys,
    ...(jump.length > 0 && { jump }),
  };
}

/** As a person writes it who has the key at hand. */
function loginTo({ host, port, user, jump = [] }: SshTarget): Argv {
  const hops = jump.map((hop) => `${hop.user}@${bracketed(hop.host)}:${hop.port}`);
  return [
    'ssh',
    ...(hops.length > 0 ? ['-J', hops.join(',')] : []),
    ...(port === 22 ? [] : ['-p', String(port)]),
    `${user}@${host}`,
  ];
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
