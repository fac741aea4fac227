import { systemClock } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import { once } from '../../base/once.ts';
import type { Argv } from '../../exec/argv.ts';
import { quote } from '../../exec/quote.ts';
import { generateKeyPair } from '../../ssh/keys/generate.ts';
import { machineOfCloud } from '../cloud/found/machine-of-cloud.ts';
import { objectName } from '../cloud/object-name.ts';
import { USER_DATA_BYTES, userData } from '../cloud/user-data.ts';
import type {
  ClusterSpec,
  DriverContext,
  DriverDefinition,
  Machine,
  MachineDriver,
} from '../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL, USER_LABEL } from '../machine-labels.ts';
import { ownerLabels } from '../ownership.ts';
import {
  authorizedKeys,
  type Entry,
  readEntry,
  targetOf,
  wayTo,
  withoutKey,
} from '../user-made/entry.ts';
import { overlayPools } from '../user-made/overlay-pools.ts';
import { setUp } from '../user-made/set-up.ts';
import { emptyAnswer } from './answers.ts';
import { callProgram, type Work } from './call-program.ts';
import { createMachine } from './create.ts';
import { AT_ONCE, destroy } from './destroy.ts';
import { clustersOf, type Finding, type FoundMachine, find } from './find.ts';
import { type CommandOptions, commandOptions, placeOptions } from './options.ts';
import { renew } from './renew.ts';
import type { CreateRequest } from './requests.ts';

/** What a step gives the driver beside its options. */
interface Access extends Entry {
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Machines are made, found and removed by programs of the user's own. */
export const commandDriver: DriverDefinition<CommandOptions> = {
  name: 'command',
  makesMachines: true,
  onRunner: false,
  options: commandOptions,
  placeOptions,
  // By the protocol, `list` changes nothing.
  readsOf: ({ list }) => [(argv) => argv.join('\0') === list.join('\0')],
  read: (source) => {
    const access = { ...readEntry(source), variables: source.variables };
    return { create: (options, context) => createCommandDriver(options, access, context) };
  },
};

/** The most that `list` may take, with the attempts after it, in ms. */
const QUESTION_MS = 120_000;
/** The most that a removal may take, in ms: post is cut after five minutes in all. */
const REMOVAL_MS = 270_000;
/** From the first login until cloud-init and the engine are ready, in ms. */
const READY_MS = 300_000;

function createCommandDriver(
  options: CommandOptions,
  access: Access,
  { runner, log }: DriverContext,
): MachineDriver {
  const clock = systemClock;
  const ignored = once((message) => log.warning(message));
  const { timeout: timeoutMs } = options;
  const { hasGivenKey, variables } = access;

  const workFor = (limitMs: number, signal = new AbortController().signal): Work => ({
    ...{ runner, clock, log, timeoutMs, variables },
    bounds: { signal, deadline: clock.now() + limitMs },
  });
  const finding = (limitMs: number, signal?: AbortSignal): Finding => ({
    ...{ work: workFor(limitMs, signal), options, ignored },
  });
  const removing = () => ({ ...finding(REMOVAL_MS), options });
  /** One call, and the attempts after it. */
  const callsMs = timeoutMs * 2;
  const addresses = new Set<string>();
  const asMachine = (found: FoundMachine): Machine => {
    for (const one of [found.address, found.privateAddress ?? '']) addresses.add(one);
    return machineOfCloud(found);
  };

  return {
    name: 'command',
    makesMachines: true,
    onRunner: false,
    survivesRestart: true,
    installsEngine: true,
    atOnce: AT_ONCE,
    readyTimeoutMs: READY_MS,
    settling: { quietMs: 10_000, pollMs: 2_000, limitMs: 240_000 },

    get addressPools() {
      return overlayPools([...addresses]);
    },

    // What has to be known is known from `plan`.
    check: async () => {},

    async plan(_signal, { machines, ttlMs }) {
      if (ttlMs !== undefined && !hasGivenKey) throw withoutKey('command');
      return options.create ? [`${machines} × ${quote(options.create)}`] : [];
    },

    list: async ({ cluster }, signal) =>
      (await find(finding(QUESTION_MS, signal), { cluster })).machines.map(asMachine),

    async prepare({ owner, publishedPorts: ports }, signal) {
      if (!options.prepare) return;
      const { cluster, repository, run, expires } = owner;
      const named = { name: objectName(owner), labels: ownerLabels(owner) };
      const request = {
        action: 'prepare',
        cluster,
        repository,
        run,
        expires,
        ports,
        ...named,
      } as const;
      const call = { argv: options.prepare, request, answer: emptyAnswer };
      await callProgram(workFor(callsMs, signal), call);
    },

    async create(spec, index, signal) {
      const request = createRequest(spec, index, authorizedKeys(access));
      return asMachine(await createMachine(finding(callsMs, signal), options, request));
    },

    async target(machine) {
      const hostKeys = machine.labels[HOST_KEY_LABEL];
      if (!hostKeys) throw withoutHostKey(machine.name, options.list);
      return targetOf(machine, access, hostKeys.split('\n'));
    },

    setUp: ({ labels }, ssh, bounds) =>
      setUp(ssh, { user: labels[USER_LABEL] ?? '', image: 'of `create`', log, ...bounds }),

    commandOn: hasGivenKey ? wayTo : undefined,

    destroy: ({ owner, index }) => destroy(removing(), owner, objectName(owner, index)),

    destroyCluster: (id) => destroy(removing(), id),

    async isGone({ cluster, repository }) {
      const { machines, shared } = await find(finding(QUESTION_MS), { cluster, repository });
      return machines.length === 0 && shared.length === 0;
    },

    clusters: async (signal) => clustersOf(await find(finding(QUESTION_MS, signal))),

    renew: (owner, signal) => renew(finding(callsMs, signal), owner, options),
  };
}

function createRequest(
  { owner, publishedPorts: ports }: ClusterSpec,
  index: number,
  publicKeys: readonly string[],
): CreateRequest {
  const { cluster, repository, run, expires } = owner;
  const host = `${cluster}-${index}`;
  const hostKey = generateKeyPair('');
  const labels = {
    ...ownerLabels(owner),
    [INDEX_LABEL]: String(index),
    [HOST_KEY_LABEL]: hostKey.publicKey,
  };
  return {
    ...{ action: 'create', cluster, repository, run, expires, ports, labels, index, attempt: 1 },
    ...{ name: objectName(owner, index), host_name: host, authorized_keys: publicKeys },
    user_data: userData(
      { name: host, hostKey, authorizedKeys: publicKeys },
      USER_DATA_BYTES.amazonec2,
    ),
    host_key: { private: hostKey.privateKey, public: hostKey.publicKey },
  };
}

function withoutHostKey(name: string, list: Argv): ActionError {
  return new ActionError(`The host key of machine ${name} is not known: ${quote(list)}`, {
    details: `\`list\` gives neither the label ${HOST_KEY_LABEL} nor \`host_keys\`.`,
    hint: 'Put the `host_key` of the request into the machine, and set all its `labels`. If that is not possible, give `host_keys`.',
  });
}
