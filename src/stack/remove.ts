import * as z from 'zod';
import { answeredTime } from '../base/answered-time.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import type { EngineApi } from '../engine/api.ts';
import { tryToDelete } from '../engine/delete.ts';
import { STOP_TIMEOUT_MS } from '../swarm/leave/end-containers.ts';
import { recordName } from './ownership.ts';
import { STACK_LABEL } from './present.ts';
import type { StackMachine } from './remove-containers.ts';
import { untilContainersGone, type Wait } from './remove-containers.ts';
import { untilTasksGone } from './remove-tasks.ts';

const POLL_MS = 250;
/**
 * How long all of it may take, in ms, apart from the time in which engines do not answer: networks
 * can go only once the tasks have ended, for which there is `STOP_TIMEOUT_MS`.
 */
const TIMEOUT_MS = 120_000;
/** How long the nodes may take to tell the swarm of tasks that were killed, in ms. */
const REPORT_MS = 15_000;
/** In this order: what comes later is in use by what comes before. */
const ALL = ['service', 'network', 'secret', 'config'] as const;

/** What a stack consists of in the swarm. */
type StackObjectKind = (typeof ALL)[number];

export interface RemovedStack {
  /** How many objects of the swarm; where there were none any more, how many containers. */
  readonly removed: number;
  readonly volumes: readonly RemovedVolume[];
}

export interface RemovedVolume {
  readonly name: string;
  readonly machine: string;
}

/**
 * Removes a stack, as a manager of its swarm: services, then, once their tasks have ended or were
 * killed, networks, secrets, its volumes on `machines` where `volumes` is set, and configs. A stack
 * that is not there is removed already, and what volumes it left may be somebody else's: they stay.
 * The config that says whose the stack is comes last: where something cannot be removed, the next
 * try still knows. `docker stack rm` does the same without waiting, and fails for networks that are
 * still in use. Throws `ActionError` naming what is left after two minutes, and what still runs on
 * nodes that are not among the machines.
 */
export async function removeStack(
  manager: EngineApi,
  stack: string,
  options: {
    readonly signal: AbortSignal;
    /** Told of what does not end, and is killed. */
    readonly warn: (message: string) => void;
    readonly clock?: Clock | undefined;
    readonly machines?: readonly StackMachine[] | undefined;
    readonly volumes?: boolean | undefined;
  },
): Promise<RemovedStack> {
  const { signal, warn, machines = [] } = options;
  const clock = answeredTime(options.clock ?? systemClock);
  const removal: Removal = { stack, signal, clock, warn, until: clock.now() + TIMEOUT_MS };
  const isThere = options.volumes === true && (await hasAny(manager, removal));
  const at = { ssh: { where: 'a manager' }, api: manager };
  const remove = async (kind: StackObjectKind) => (await removeKind(at, kind, removal)).length;
  const services = await remove('service');
  const ended = clock.now() + STOP_TIMEOUT_MS;
  // Also where an earlier removal was cut off, and only tasks of it are left.
  const containers = await untilContainersGone(machines, stack, removal);
  const until = Math.max(ended, clock.now() + REPORT_MS);
  await untilTasksGone(manager, stack, { ...removal, until });
  const own = await list(manager, 'network', removal);
  const used = await usedByOthers(own, manager, signal);
  const isUsed = ({ id }: Found) => used.some((network) => network.id === id);
  const networks = await removeKind(at, 'network', removal, { known: own, stays: isUsed });
  const others = networks.length + (await remove('secret'));
  const volumes = isThere ? await removeVolumes(machines, removal) : [];
  const all = await list(manager, 'config', removal);
  const isRecord = ({ name }: Found) => name === recordName(stack);
  const configs = await removeKind(at, 'config', removal, { known: all, stays: isRecord });
  // As long as something of it stays, the record says whose it is.
  for (const { name, users } of used) warn(staysFor(name, users));
  const known = all.filter(isRecord);
  const last = used.length === 0 ? await removeKind(at, 'config', removal, { known }) : [];
  const removed = services + others + configs.length + last.length;
  return { removed: removed === 0 ? containers : removed, volumes };
}

/** An object of the stack; a volume has no id but its name. */
interface Found {
  readonly id: string;
  readonly name: string;
}

interface UsedNetwork extends Found {
  /** Services of others. */
  readonly users: readonly string[];
}

const attached = z.array(
  z.object({
    Spec: z.object({
      Name: z.string(),
      TaskTemplate: z.object({
        Networks: z.array(z.object({ Target: z.string().default('') })).nullish(),
      }),
    }),
  }),
);

/**
 * Those networks of a stack that services of others are on, which call them external: they go with
 * the last of these.
 */
async function usedByOthers(
  own: readonly Found[],
  manager: EngineApi,
  signal: AbortSignal,
): Promise<readonly UsedNetwork[]> {
  if (own.length === 0) return [];
  const services = await manager.get('/services', {}, attached, { signal });
  return own.flatMap((network) => {
    const names = [network.id, network.name];
    const on = services.filter(({ Spec }) =>
      (Spec.TaskTemplate.Networks ?? []).some(({ Target }) => names.includes(Target)),
    );
    const users = on.map(({ Spec }) => Spec.Name);
    return users.length === 0 ? [] : [{ ...network, users }];
  });
}

function staysFor(name: string, users: readonly string[]): string {
  return `Network ${name} stays: services of others use it (${users.join(', ')}). Once they have gone, the next \`down\` or \`sweep\` removes it.`;
}

interface Removal extends Wait {
  readonly stack: string;
}

async function hasAny(manager: EngineApi, removal: Removal): Promise<boolean> {
  const found = await Promise.all(ALL.map((kind) => list(manager, kind, removal)));
  return found.some((some) => some.length > 0);
}

/** From all machines, whatever becomes of one of them. */
async function removeVolumes(
  machines: readonly StackMachine[],
  removal: Removal,
): Promise<readonly RemovedVolume[]> {
  const results = await Promise.allSettled(
    machines.map(async (machine) => {
      const names = await removeKind(machine, 'volume', removal);
      return names.map((name) => ({ name, machine: machine.ssh.where }));
    }),
  );
  return results.flatMap((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/**
 * Gives the ids of what went; what `stays` is true for stays. `known` was listed a moment ago: if
 * all of it goes at the first try, the stack is not asked for more.
 */
async function removeKind(
  { ssh, api }: StackMachine,
  kind: StackObjectKind | 'volume',
  removal: Removal,
  {
    known,
    stays = () => false,
  }: {
    readonly known?: readonly Found[] | undefined;
    readonly stays?: (one: Found) => boolean;
  } = {},
): Promise<readonly string[]> {
  const { stack, signal, clock, until } = removal;
  const removed = new Set<string>();
  for (let seen = known; ; seen = undefined) {
    const found = seen ?? (await list(api, kind, removal));
    const ids = found.filter((one) => !stays(one)).map(({ id }) => id);
    if (ids.length === 0) return [...removed];
    const said = await remove(api, kind, ids, signal);
    for (const id of ids) removed.add(id);
    if (said.length === 0) {
      if (seen) return [...removed];
      continue;
    }
    if (clock.now() > until) {
      throw new ActionError(
        `Stack ${stack} could not be removed completely: ${ids.length} ${kind}s left.`,
        {
          details: said.join('\n'),
          hint: `On ${ssh.where}: docker ${kind} rm ${ids.join(' ')}`,
        },
      );
    }
    await clock.sleep(POLL_MS, signal);
  }
}

const objects = z.array(z.object({ ID: z.string(), Spec: z.object({ Name: z.string() }) }));
const networks = z.array(z.object({ Id: z.string(), Name: z.string().default('') }));
const volumes = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullable() });

/** A stack's objects of one kind, found by the label that `docker stack deploy` gives them. */
async function list(
  api: EngineApi,
  kind: StackObjectKind | 'volume',
  { stack, signal }: Removal,
): Promise<readonly Found[]> {
  const query = { filters: JSON.stringify({ label: [`${STACK_LABEL}=${stack}`] }) };
  if (kind === 'volume') {
    const { Volumes } = await api.get('/volumes', query, volumes, { signal });
    return (Volumes ?? []).map(({ Name }) => ({ id: Name, name: Name }));
  }
  if (kind === 'network') {
    const found = await api.get('/networks', query, networks, { signal });
    return found.map(({ Id, Name }) => ({ id: Id, name: Name }));
  }
  const found = await api.get(`/${kind}s`, query, objects, { signal });
  return found.map(({ ID, Spec }) => ({ id: ID, name: Spec.Name }));
}

/**
 * What the engine said where it refused, and where its answer was lost; nothing where all went.
 * Gone already is gone.
 */
async function remove(
  api: EngineApi,
  kind: StackObjectKind | 'volume',
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const said: string[] = [];
  for (const id of ids) {
    const refusal = await tryToDelete(api, `/${kind}s/${id}`, signal);
    if (refusal !== undefined) said.push(refusal);
  }
  return said;
}
