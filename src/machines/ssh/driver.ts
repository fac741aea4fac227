import { ActionError } from '../../base/errors.ts';
import type { Argv } from '../../exec/argv.ts';
import type { SshTarget } from '../../ssh/target.ts';
import type { Driver, DriverContext, DriverDefinition, Machine } from '../driver.ts';
import type { HostLine } from './host-list.ts';
import type { SshConnection } from './inputs.ts';
import { type SshOptions, sshOptions } from './options.ts';

/** Machines are hosts that exist: they are connected to, never made and never destroyed. */
export const sshDriver: DriverDefinition<SshOptions> = {
  name: 'ssh',
  options: sshOptions,
  create: createSshDriver,
};

function createSshDriver(options: SshOptions, context: DriverContext): Driver {
  const { connection } = context;
  if (!connection) throw new Error('the driver ssh without its connection');
  return {
    name: 'ssh',
    makesMachines: false,
    addressPools: options['default-addr-pool'] ?? [],
    adoption: {
      installEngine: options['install-engine'] ?? false,
      allowUnreachable: options['allow-unreachable'] ?? false,
      removeUnlisted: options['remove-unlisted'] ?? false,
      unlockKey: connection.unlockKey,
    },
    check: async () => {},
    list: async (cluster) =>
      connection.hosts.map((host, at) => machineOf(host, at + 1, cluster, options)),
    prepare: async () => {},
    create: async (_spec, index) => {
      throw new ActionError(`Host ${index} is not in \`hosts\`.`);
    },
    target: async (machine) => targetOf(machine, connection),
    commandOn: (machine) => loginTo(targetOf(machine, connection)),
    destroy: async () => {},
    destroyCluster: async () => {},
    isGone: async () => true,
    // What is owned of hosts stands in their swarm, which has to be entered.
    clusters: async () => [],
    renew: async () => {},
    // What dockerd of such a host has said is in its journal, if it has one and this user may read
    // it.
    diagnostics: async () => new Map(),
  };
}

function machineOf(host: HostLine, index: number, cluster: string, options: SshOptions): Machine {
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
