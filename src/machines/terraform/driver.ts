import { resolve } from 'node:path';
import pLimit from 'p-limit';
import { systemClock } from '../../base/clock.ts';
import { once } from '../../base/once.ts';
import { machineOfCloud } from '../cloud/found/machine-of-cloud.ts';
import { objectName } from '../cloud/object-name.ts';
import type { DriverContext, DriverDefinition, Machine, MachineDriver } from '../driver.ts';
import { HOST_KEY_LABEL, USER_LABEL } from '../machine-labels.ts';
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
import { newlyAsked, withExpiry, withoutMachines } from './asked.ts';
import { type Begun, begin, refuseLocal } from './begin.ts';
import { bring } from './bring.ts';
import { readsOf } from './commands.ts';
import { destroyCluster } from './destroy.ts';
import { clusters, findState, machinesOf, workspaces } from './find.ts';
import { addMachine, firstIndexes, makeMachines, withMissing } from './make.ts';
import { placeOptions, type TerraformOptions, terraformOptions } from './options.ts';
import { type Scratch, scratchOf } from './scratch.ts';
import type { ClusterState } from './state.ts';
import { planLines, trialPlan } from './trial-plan.ts';
import { behindWrapper, type Work } from './work.ts';

/** What a step gives the driver beside its options. */
interface Access extends Entry {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Undefined if machines are only found and removed. */
  readonly teardown: string | undefined;
}

/** Machines are made, found and removed by Terraform or OpenTofu, with a module of the user's own. */
export const terraformDriver: DriverDefinition<TerraformOptions> = {
  name: 'terraform',
  makesMachines: true,
  onRunner: false,
  options: terraformOptions,
  placeOptions,
  readsOf: ({ binary }) => readsOf(binary),
  read: (source) => {
    const { variables, purpose } = source;
    const teardown = purpose === 'make' ? source.read('teardown').trim() : undefined;
    const access = { ...readEntry(source), variables, teardown };
    return { create: (options, context) => createTerraformDriver(options, access, context) };
  },
};

/** The most that finding may take, in ms. */
const FINDING_MS = 420_000;
/** The most that a removal in post may take, in ms: post is cut after five minutes in all. */
const POST_MS = 240_000;
/** From the first login until cloud-init and the engine are ready, in ms. */
const READY_MS = 300_000;

function createTerraformDriver(
  options: TerraformOptions,
  access: Access,
  { runner, log, guard }: DriverContext,
): MachineDriver {
  const clock = systemClock;
  const { hasGivenKey, variables, teardown } = access;
  const tell = once((message) => log.warning(message));
  // Before anybody changes the folder of this process: post and `down` have that of the job.
  const workspace = resolve('.');
  const program = {
    binary: behindWrapper(options.binary, variables),
    module: resolve(options.module),
  };
  const about = [program.module, options.binary, ...options['backend-config']];
  let own: Scratch | undefined;
  // Its folder is made for whoever needs it.
  const scratch = () => {
    own ??= scratchOf(variables.RUNNER_TEMP, about);
    return own;
  };
  const told = new Set<string>();
  const workFor = (limitMs: number, signal = new AbortController().signal): Work => ({
    ...{ runner, clock, log, options, program, variables },
    get scratch() {
      return scratch();
    },
    warn: (text, place) => {
      if (told.has(text)) return;
      told.add(text);
      log.warning(text, place);
    },
    ground: { module: program.module, workspace },
    bounds: { signal, deadline: clock.now() + limitMs },
  });
  /** Each run with its plan, the lock that it waits for, and the questions before and after. */
  const changingMs = (options.timeout + options['lock-timeout']) * 3;
  const isPost = Object.keys(variables).some((name) => name.startsWith('STATE_'));
  const removalMs = isPost ? POST_MS : changingMs;

  let ready: Begun | undefined;
  const begun = async (work: Work): Promise<Begun> => {
    ready ??= await begin(work, { isReadOnly: guard !== undefined });
    if (teardown !== undefined && !options['allow-local-state']) refuseLocal(ready, teardown);
    return ready;
  };
  /** One run at a time: each holds the lock of the state, and they share what was read of it. */
  const inTurn = pLimit(1);
  const addresses = new Set<string>();
  const machinesFrom = (state: ClusterState | undefined): Machine[] =>
    machinesOf(state).map((found) => {
      for (const one of [found.address, found.privateAddress ?? '']) addresses.add(one);
      return machineOfCloud(found);
    });
  const running = (machines: readonly Machine[], index: number) =>
    machines.find((one) => one.index === index && one.state === 'running');
  /** Those of this step, so that `create` finds what `prepare` has made. */
  let made: readonly Machine[] = [];

  return {
    name: 'terraform',
    makesMachines: true,
    onRunner: false,
    survivesRestart: true,
    installsEngine: true,
    // `prepare` has made all of them by one apply.
    atOnce: 50,
    readyTimeoutMs: READY_MS,
    settling: { quietMs: 10_000, pollMs: 2_000, limitMs: 240_000 },

    get addressPools() {
      return overlayPools([...addresses]);
    },

    async check(signal) {
      await begun(workFor(FINDING_MS, signal));
    },

    async plan(signal, { cluster, machines, ttlMs }) {
      if (ttlMs !== undefined && !hasGivenKey) throw withoutKey('terraform');
      const work = workFor(changingMs, signal);
      const { version, backend } = await begun(work);
      const name = objectName(cluster);
      const line = `${machines} × ${options.module}, with ${options.binary} ${version}; state ${name}, backend ${backend}`;
      if (!guard) return [line];
      const state = await findState(work, cluster);
      const before = state?.asked() ?? newlyAsked(cluster, now());
      const indexes = firstIndexes(machines);
      const { asked } = withMissing(before, cluster, indexes, authorizedKeys(access));
      const planned = state?.asked()
        ? await planLines(work, asked, name)
        : await trialPlan(work, asked);
      return [line, ...planned];
    },

    async list(id, signal) {
      const work = workFor(FINDING_MS, signal);
      await begun(work);
      return machinesFrom(await findState(work, id));
    },

    async prepare(spec, signal) {
      const work = workFor(changingMs, signal);
      const { backend } = await begun(work);
      await inTurn(async () => {
        made = machinesFrom(
          await makeMachines(work, spec, {
            publicKeys: authorizedKeys(access),
            backend,
            now: now(),
          }),
        );
      });
    },

    async create(spec, index, signal) {
      return await inTurn(async () => {
        const before = running(made, index);
        if (before) return before;
        const work = workFor(changingMs, signal);
        await begun(work);
        made = machinesFrom(
          await addMachine(work, spec, index, { publicKeys: authorizedKeys(access) }),
        );
        const machine = running(made, index);
        if (machine) return machine;
        throw new Error('A machine that was made is found.');
      });
    },

    target: async (machine) =>
      targetOf(machine, access, (machine.labels[HOST_KEY_LABEL] ?? '').split('\n')),

    setUp: ({ labels }, ssh, bounds) =>
      setUp(ssh, { user: labels[USER_LABEL] ?? '', image: 'of the module', log, ...bounds }),

    commandOn: hasGivenKey ? wayTo : undefined,

    async destroy({ name, owner, index, state: wasState }) {
      // `prepare` has made it anew.
      if (wasState === 'stopped' && running(made, index)) return;
      const work = workFor(removalMs);
      await begun(work);
      await inTurn(async () => {
        const state = await findState(work, owner);
        const asked = state?.asked();
        if (!asked?.machines[name]) return;
        const removing = new Set([name]);
        await bring(work, withoutMachines(asked, removing), { removing });
      });
    },

    async destroyCluster(id) {
      const work = workFor(removalMs);
      await destroyCluster(work, await begun(work), id);
    },

    async isGone(id) {
      const work = workFor(FINDING_MS);
      const { backend } = await begun(work);
      const name = objectName(id);
      if ((await workspaces(work)).includes(name)) return false;
      // A lost file is no removal: `destroyCluster` says so.
      return backend !== 'local' || (scratch().known(name)?.emptied ?? true);
    },

    async clusters(signal) {
      const work = workFor(FINDING_MS, signal);
      await begun(work);
      return await clusters(work, tell);
    },

    async renew(owner, signal) {
      if (owner.expires === undefined) return;
      const { expires } = owner;
      const work = workFor(changingMs, signal);
      await begun(work);
      await inTurn(async () => {
        const asked = (await findState(work, owner))?.asked();
        if (asked) await bring(work, withExpiry(asked, expires));
      });
    },
  };
}

function now(): string {
  return new Date().toISOString();
}
