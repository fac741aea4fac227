// A driver as somebody else would add it: this folder, copied to src/machines/example, and one line
// in src/machines/drivers.ts. Its machines are containers that outlive the job.
import { packTar } from 'modern-tar';
import * as z from 'zod';
import type { Executor } from '../../../src/exec/executor.ts';
import { readForm } from '../../../src/exec/read-only-executor.ts';
import type {
  DriverDefinition,
  Machine,
  MachineDriver,
  OwnedCluster,
} from '../../../src/machines/driver.ts';
import {
  type ClusterId,
  ownedFilter,
  ownerLabels,
  ownerOf,
} from '../../../src/machines/ownership.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import { readPrivateKeys } from '../../../src/ssh/keys/private-key.ts';

const options = z.strictObject({ image: z.string(), flags: z.array(z.string()) });
const place = z.object({}).transform(() => ({ image: '', flags: [] }));
type Options = z.infer<typeof options>;

interface Keys {
  readonly privateKey: string;
  readonly publicKey: string;
}

export const exampleDriver: DriverDefinition<Options> = {
  name: 'example',
  makesMachines: true,
  onRunner: false,
  options,
  placeOptions: place,
  secretVariables: ['EXAMPLE_TOKEN'],
  reads: [readForm(['docker', 'ps'], /^-/), readForm(['docker', 'inspect'], /^[^-]/)],
  read: ({ read, variables: { EXAMPLE_PUBLIC_KEY: publicKey = '' }, problem }) => {
    if (publicKey === '') problem('driver', 'example', 'EXAMPLE_PUBLIC_KEY is not set.');
    const keys = { privateKey: read('ssh-private-key'), publicKey };
    return { create: (given, { runner }) => createExample(given, keys, runner) };
  },
};

const found = z.object({
  Created: z.string(),
  Name: z.string().transform((name) => name.slice(1)),
  State: z.object({ Running: z.boolean() }),
  Config: z.object({ Labels: z.record(z.string(), z.string()) }),
  NetworkSettings: z.object({
    Networks: z.record(z.string(), z.object({ IPAddress: z.string() })),
  }),
});

function createExample({ image, flags }: Options, keys: Keys, runner: Executor): MachineDriver {
  const docker = async (...args: string[]) => (await runner.run(['docker', ...args])).stdout.trim();
  const labelled = async (...labels: string[]) => {
    const filters = ['example', ...labels].map((label) => `--filter=label=${label}`);
    const ids = (await docker('ps', '--all', '--quiet', ...filters)).split('\n').filter(Boolean);
    if (ids.length === 0) return [];
    return z.array(found).parse(JSON.parse(await docker('inspect', ...ids)));
  };
  const owned = (id: ClusterId) => labelled(...ownedFilter(id));
  const list = async (id: ClusterId) =>
    (await owned(id)).map(machineOf).sort((one, other) => one.index - other.index);
  return {
    name: 'example',
    makesMachines: true,
    onRunner: false,
    survivesRestart: true,
    settling: { quietMs: 100, pollMs: 50, limitMs: 10_000 },
    list,
    check: async () => {},
    plan: async (_signal, { machines }) => [`${machines} machines, for nothing an hour`],
    create: async ({ owner }, index) => {
      const hostKey = generateKeyPair('example');
      const name = `example-${owner.cluster}-${index}`;
      const labels = { ...ownerLabels(owner), example: String(index), key: hostKey.publicKey };
      const flagsOf = Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`);
      const host = `--hostname=${owner.cluster}-${index}`;
      await docker('create', `--name=${name}`, host, ...flagsOf, ...flags, image);
      const stdin = await packTar([
        file('etc/ssh/ssh_host_ed25519_key', hostKey.privateKey),
        file('root/.ssh/authorized_keys', `${keys.publicKey}\n`),
      ]);
      await runner.run(['docker', 'cp', '-', `${name}:/`], { stdin });
      await docker('start', name);
      const machine = (await list(owner)).find((one) => one.index === index);
      if (!machine) throw new Error(`${name} is gone`);
      return machine;
    },
    target: async ({ name, address, labels }) => ({
      ...{ name, host: address, port: 22, user: 'root' },
      credentials: { privateKeys: readPrivateKeys(keys.privateKey, undefined) },
      hostKeys: { kind: 'pinned', keys: [labels.key ?? ''] },
    }),
    destroy: async ({ owner, index }) => {
      await docker('rm', '--force', '--volumes', `example-${owner.cluster}-${index}`);
    },
    destroyCluster: async (id) => {
      for (const { Name } of await owned(id)) await docker('rm', '--force', '--volumes', Name);
    },
    isGone: async (id) => (await owned(id)).length === 0,
    clusters: async () => {
      const parts = Map.groupBy(await labelled(), ({ Config }) =>
        JSON.stringify(ownedFilter(ownerOf(Config.Labels) ?? { cluster: '', repository: '' })),
      );
      return [...parts.values()].flatMap((machines): OwnedCluster[] => {
        const owner = machines[0] && ownerOf(machines[0].Config.Labels);
        const names = machines.map(({ Name }) => `container ${Name}`);
        return owner ? [{ owner, created: machines[0]?.Created, parts: names }] : [];
      });
    },
    // The labels of a container cannot be changed; a cloud writes them anew here.
    renew: async () => {},
  };
}

function machineOf({ Name, State, Config, NetworkSettings }: z.infer<typeof found>): Machine {
  const owner = ownerOf(Config.Labels);
  if (!owner) throw new Error(`${Name} has no owner`);
  const index = Number(Config.Labels.example);
  return {
    ...{ name: `${owner.cluster}-${index}`, index, owner, labels: Config.Labels },
    state: State.Running ? 'running' : 'stopped',
    address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '',
    ...{ advertise: undefined, dataPath: undefined, localPorts: new Map() },
  };
}

function file(name: string, text: string) {
  const body = new TextEncoder().encode(text);
  return { header: { name, mode: 0o600, size: body.length, type: 'file' as const }, body };
}
