import { readFile } from 'node:fs/promises';
import { homedir, networkInterfaces } from 'node:os';
import pLimit from 'p-limit';
import { systemClock } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import { once } from '../../base/once.ts';
import { quote } from '../../exec/quote.ts';
import type { KnownHosts } from '../../ssh/keys/known-hosts.ts';
import { readPrivateKeys } from '../../ssh/keys/private-key.ts';
import type { HostKeyPolicy } from '../../ssh/target.ts';
import { objectName } from '../cloud/object-name.ts';
import { refuseIpv6Only } from '../cloud/refuse-ipv6-only.ts';
import type {
  DriverContext,
  DriverDefinition,
  Machine,
  MachineDriver,
  WantedMachines,
} from '../driver.ts';
import { HOST_KEY_LABEL, PORT_LABEL, USER_LABEL } from '../machine-labels.ts';
import { isSameRepository, ownerLabels } from '../ownership.ts';
import { type ProcessTable, procfs } from '../processes.ts';
import { stateFolder } from '../virtual-machine/folders.ts';
import { onlyReads } from './commands.ts';
import { createMachine } from './create.ts';
import { atOnce, destroyCluster, destroyMachine, isGone, type Removing } from './destroy.ts';
import { clustersIn, find } from './find.ts';
import { readKnownHosts } from './host-key.ts';
import { giveHostName } from './host-name.ts';
import { KEY_PATH_LABEL, lookAt, lookAtNew } from './look.ts';
import { type DockerMachineOptions, dockerMachineOptions, placeOptions } from './options.ts';
import { type Given, type Plan, planLine, preflight } from './preflight.ts';
import { dockerMachine } from './program.ts';
import { writeRecord } from './records.ts';
import { makeStorage, refuseLost, type Storage, storageAt } from './storage.ts';
import { tellOfGeneric, tellOfHostKeys, tellOfStorage } from './warnings.ts';

/** What a step gives the driver beside its options. */
export interface Access {
  readonly given: Given;
  readonly knownHosts: KnownHosts;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly purpose: 'make' | 'find';
  readonly table?: ProcessTable | undefined;
}

/** Machines are made, found and removed by docker-machine, or a fork of it. */
export const dockerMachineDriver: DriverDefinition<DockerMachineOptions> = {
  name: 'docker-machine',
  makesMachines: true,
  onRunner: false,
  options: dockerMachineOptions,
  placeOptions,
  readsOf: (options) => [(argv) => onlyReads(argv, options.binary, storageOf(options).folder)],
  read: (source) => {
    const { variables, purpose } = source;
    const knownHosts = readKnownHosts(source);
    const given = {
      hasKnownHosts: source.read('ssh-known-hosts').trim() !== '',
      teardown: source.read('teardown'),
      isHosted: variables.RUNNER_ENVIRONMENT === 'github-hosted',
    };
    const access = { given, knownHosts, variables, purpose };
    return {
      create: (options, context) => createDockerMachineDriver(options, access, context),
    };
  },
};

function storageOf({ 'storage-path': path }: DockerMachineOptions): Storage {
  return storageAt(path ?? stateFolder(process.env, homedir(), 'docker-machine'));
}

/** From the first login until the engine answers, in ms: `create` has waited for it already. */
const READY_MS = 300_000;

const OTHER_KEY =
  'docker-machine made this key, and put it there. If another one is let in by now, remove the cluster (`command: down`) first.';

export function createDockerMachineDriver(
  options: DockerMachineOptions,
  { given, knownHosts, variables, purpose, table = procfs }: Access,
  { runner, log }: Pick<DriverContext, 'runner' | 'log'>,
): MachineDriver {
  const clock = systemClock;
  const storage = storageOf(options);
  const { binary } = options;
  const program = dockerMachine(runner, { binary, storage: storage.folder }, variables);
  const ignored = once((message) => log.warning(message));
  const removing: Removing = { program, storage, log, clock, table, ignored };
  const certificates = firstAlone();
  let planned: { readonly plan: Plan; readonly machines: number } | undefined;

  /** Of every use: what only looks as if nothing were there is none. */
  const found = async (asked: Parameters<typeof find>[2] = {}) => {
    if (purpose === 'find') await refuseLost(storage);
    return await find(storage, ignored, asked);
  };

  async function planFor(wanted: WantedMachines, signal: AbortSignal): Promise<Plan> {
    if (planned?.machines !== wanted.machines) {
      const plan = await preflight(program, options, given, wanted, signal);
      planned = { plan, machines: wanted.machines };
    }
    return planned.plan;
  }

  const driver: MachineDriver = {
    name: 'docker-machine',
    makesMachines: true,
    onRunner: false,
    survivesRestart: true,
    atOnce: atOnce(options.driver),
    readyTimeoutMs: READY_MS,
    settling: { quietMs: 10_000, pollMs: 2_000, limitMs: 120_000 },

    async check(signal, wanted) {
      const plan = await planFor(wanted, signal);
      await makeStorage(storage);
      const there = await find(storage, ignored, wanted.cluster);
      if (there.length >= wanted.machines) return;
      if (!plan.isChecked) {
        log.warning(
          `The help of docker-machine's driver ${options.driver} is of a form that is not known: the names of \`flags\` were not checked.`,
        );
      }
      tellOfStorage(log, storage);
      tellOfHostKeys(log, plan.hostKey);
      tellOfGeneric(log, options);
    },

    async plan(signal, wanted) {
      return [
        planLine(options, await planFor(wanted, signal), wanted.machines),
        `docker-machine keeps what it knows of them in ${storage.folder}`,
      ];
    },

    async list({ cluster, repository }, signal) {
      const limit = pLimit(atOnce(options.driver));
      const all = await found({ cluster });
      return await Promise.all(
        all.map((one) => {
          // Another repository's is refused, and nothing is asked about it.
          const isOwn = isSameRepository(one.owner, { repository });
          const known = isOwn ? one : { ...one, folder: { kind: 'none' } as const };
          return limit(() => lookAt(program, known, signal));
        }),
      );
    },

    async create(spec, index, signal) {
      if (!planned) throw new Error('A machine is made only after `check`.');
      const { owner } = spec;
      await destroyMachine(removing, { name: objectName(owner, index) });
      const creating = { program, storage, log, driver: options.driver ?? '', plan: planned.plan };
      const record = await certificates(signal, (certified) =>
        createMachine(creating, spec, index, signal, certified),
      );
      return await lookAtNew(program, record, { index, owner }, signal);
    },

    async target({ name, address, labels }) {
      refuseIpv6Only(name, address, networkInterfaces());
      return {
        ...{
          name,
          host: address,
          port: Number(labels[PORT_LABEL]),
          user: labels[USER_LABEL] ?? '',
        },
        credentials: { privateKeys: await keysOf(name, labels[KEY_PATH_LABEL] ?? '', storage) },
        hostKeys: hostKeysOf(labels),
        refusedHint: OTHER_KEY,
      };
    },

    setUp: ({ name }, ssh, bounds) => giveHostName(ssh, name, bounds),

    commandOn: ({ address, labels }) => [
      ...(['ssh', '-i', labels[KEY_PATH_LABEL] ?? '', '-p', labels[PORT_LABEL] ?? '22'] as const),
      `${labels[USER_LABEL]}@${address}`,
    ],

    async wayIn(id) {
      const [first] = await driver.list(id);
      return first?.state === 'running' && driver.commandOn
        ? quote(driver.commandOn(first))
        : undefined;
    },

    async destroy({ owner, index }) {
      await destroyMachine(removing, { name: objectName(owner, index) });
    },

    async destroyCluster(id) {
      await refuseLost(storage);
      await destroyCluster(removing, id);
    },

    async isGone(id) {
      await refuseLost(storage);
      return await isGone(removing, id);
    },

    clusters: async () => clustersIn(await found()),

    async renew(owner) {
      for (const { record } of await found(owner)) {
        const labels = { ...record?.labels, ...ownerLabels(owner) };
        if (record) await writeRecord(storage, { ...record, labels });
      }
    },
  };
  return driver;

  function hostKeysOf(labels: Machine['labels']): HostKeyPolicy {
    const key = labels[HOST_KEY_LABEL];
    if (key !== undefined) return { kind: 'pinned', keys: [key] };
    return { kind: 'known-hosts', knownHosts, unknown: { mode: 'refuse' } };
  }
}

async function keysOf(name: string, path: string, { folder }: Storage) {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new ActionError(`The key for machine ${name} could not be read: ${path || '(none)'}`, {
      details: cause.message,
      hint:
        path === ''
          ? 'Give docker-machine a key that it copies: `generic-ssh-key` in `flags`.'
          : `docker-machine writes absolute paths: its storage (${folder}) has to lie where it lay when the machine was made.`,
      cause,
    });
  });
  return readPrivateKeys(text);
}

/**
 * The first call goes on alone until it says so, or ends: docker-machine makes its certificates in
 * it, and two that do so at once spoil each other's.
 */
function firstAlone() {
  let first: Promise<void> | undefined;
  return async <T>(
    signal: AbortSignal,
    work: (certified: () => void) => Promise<T>,
  ): Promise<T> => {
    const before = first;
    if (before) {
      await before;
      signal.throwIfAborted();
      return await work(() => {});
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    first = promise;
    try {
      return await work(resolve);
    } finally {
      resolve();
    }
  };
}
