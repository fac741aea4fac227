// Drivers of docker-machine, as far as the stand-in needs them: their flags in the words of their
// help, and what they say of wrong ones.
import { existsSync } from 'node:fs';

type Flags = ReadonlyMap<string, readonly string[]>;
type Env = Readonly<Record<string, string | undefined>>;

interface Flag {
  readonly name: string;
  /** As the help has it: ` "nyc3"`, ` ` for a text without one, nothing for a switch. */
  readonly value: string;
  readonly usage: string;
}

export interface DriverOfStandIn {
  readonly flags: readonly Flag[];
  readonly keyFile: string;
  /** The flag of its user data. */
  readonly userData?: string;
  readonly says: readonly string[];
  /** What is missing in flags and variables. */
  missing(flags: Flags, env: Env): string | undefined;
  check(flags: Flags): string | undefined;
  config(flags: Flags, env: Env): object;
}

const SHARED: readonly Flag[] = [
  {
    name: 'driver, -d',
    value: ' "virtualbox"',
    usage: 'Driver to create machine with. [$MACHINE_DRIVER]',
  },
  {
    name: 'engine-install-url',
    value: ' "https://get.docker.com"',
    usage: 'Custom URL to use for engine installation [$MACHINE_DOCKER_INSTALL_URL]',
  },
  {
    name: 'engine-label',
    value: ' [--engine-label option --engine-label option]',
    usage: 'Specify labels for the created engine',
  },
  {
    name: 'engine-opt',
    value: ' [--engine-opt option --engine-opt option]',
    usage: 'Specify arbitrary flags to include with the created engine in the form flag=value',
  },
  { name: 'swarm', value: '', usage: 'Configure Machine to join a Swarm cluster' },
];

const last = (flags: Flags, name: string) => flags.get(name)?.at(-1);

export const DRIVERS: Readonly<Record<string, DriverOfStandIn>> = {
  generic: {
    flags: [
      {
        name: 'generic-engine-port',
        value: ' "2376"',
        usage: 'Docker engine port [$GENERIC_ENGINE_PORT]',
      },
      {
        name: 'generic-ip-address',
        value: ' ',
        usage: 'IP Address of machine [$GENERIC_IP_ADDRESS]',
      },
      {
        name: 'generic-ssh-key',
        value: ' ',
        usage:
          'SSH private key path (if not provided, default SSH key will be used) [$GENERIC_SSH_KEY]',
      },
      { name: 'generic-ssh-port', value: ' "22"', usage: 'SSH port [$GENERIC_SSH_PORT]' },
      { name: 'generic-ssh-user', value: ' "root"', usage: 'SSH user [$GENERIC_SSH_USER]' },
    ],
    keyFile: 'key',
    says: ['Importing SSH key...'],
    missing: (flags) =>
      last(flags, 'generic-ip-address') === undefined
        ? 'generic driver requires the --generic-ip-address option'
        : undefined,
    check: (flags) => {
      const key = last(flags, 'generic-ssh-key');
      if (key === undefined || existsSync(key)) return undefined;
      return `SSH key does not exist: \\"${key}\\"`;
    },
    config: (flags) => ({
      SSHUser: last(flags, 'generic-ssh-user') ?? 'root',
      SSHPort: Number(last(flags, 'generic-ssh-port') ?? 22),
      EnginePort: 2376,
    }),
  },
  digitalocean: {
    flags: [
      {
        name: 'digitalocean-access-token',
        value: ' ',
        usage: 'Digital Ocean access token [$DIGITALOCEAN_ACCESS_TOKEN]',
      },
      {
        name: 'digitalocean-backups',
        value: '',
        usage: 'enable backups for droplet [$DIGITALOCEAN_BACKUPS]',
      },
      {
        name: 'digitalocean-region',
        value: ' "nyc3"',
        usage: 'Digital Ocean region [$DIGITALOCEAN_REGION]',
      },
      {
        name: 'digitalocean-size',
        value: ' "s-1vcpu-1gb"',
        usage: 'Digital Ocean size [$DIGITALOCEAN_SIZE]',
      },
      {
        name: 'digitalocean-userdata',
        value: ' ',
        usage: 'path to file with cloud-init user-data [$DIGITALOCEAN_USERDATA]',
      },
    ],
    keyFile: 'id_rsa',
    userData: 'digitalocean-userdata',
    says: [
      'Creating SSH key...',
      'Creating Digital Ocean droplet...',
      'Waiting for IP address to be assigned to the Droplet...',
    ],
    missing: (_flags, { DIGITALOCEAN_ACCESS_TOKEN: token }) =>
      token ? undefined : 'digitalocean driver requires the --digitalocean-access-token option',
    check: () => undefined,
    config: (flags, env) => ({
      ...{ SSHUser: 'root', SSHPort: 22, AccessToken: env.DIGITALOCEAN_ACCESS_TOKEN },
      Region: last(flags, 'digitalocean-region') ?? 'nyc3',
    }),
  },
};

/** `create --driver X --help`. Tabs are as the program has them. */
export function helpOf({ flags }: DriverOfStandIn): readonly string[] {
  const all = [...SHARED, ...flags].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    'Usage: docker-machine create [OPTIONS] [arg...]',
    '',
    'Create a machine',
    '',
    'Description:',
    "   Run 'docker-machine create --driver name --help' to include the create flags for that driver in the help text.",
    '',
    'Options:',
    '   ',
    ...all.map(({ name, value, usage }) => `   --${name}${value}\t\t${usage}`),
  ];
}
