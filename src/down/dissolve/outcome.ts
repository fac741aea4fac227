import * as z from 'zod';
import type { EngineApi } from '../../engine/api.ts';
import { readTime } from '../../engine/wall-clock.ts';
import { isSameRepository, type Owner } from '../../machines/ownership.ts';
import { readStackRecords, type StackRecord } from '../../stack/ownership.ts';
import { readSwarmLabels } from '../../swarm/membership.ts';
import { listNodes } from '../../swarm/nodes.ts';
import type { Node } from '../../swarm/objects.ts';
import {
  nameForged,
  nameForgedSwarm,
  recordOf,
  type SwarmRecord,
  swarmRecordOf,
} from '../../swarm/records/node-record.ts';
import {
  describeUser,
  distinct,
  isOf,
  isOver,
  isUnchanged,
  type User,
} from '../../swarm/records/users.ts';

/** What a manager knows of its swarm that decides what may be undone in it. */
export interface View {
  readonly nodes: readonly Node[];
  /** Undefined where somebody else has initialised it. */
  readonly swarm: SwarmRecord | undefined;
  readonly services: readonly Placed[];
  readonly stacks: readonly StackRecord[];
  /**
   * By the clock of the manager's engine: those of the runs that wrote the expiries are not at
   * hand.
   */
  readonly now: Date;
}

/** A service, and on which nodes it may run. */
interface Placed {
  readonly name: string;
  readonly constraints: readonly string[];
}

/** Whose changes are undone. */
export interface Leaver {
  readonly owner: Owner;
  /**
   * A stack that has been removed by its name: the runs without a name that deployed it go with it.
   */
  readonly stack: string | undefined;
  /**
   * What a sweep has seen: an expiry later than this was set since. Undefined for who asks by name,
   * whatever the expiry.
   */
  readonly listed?: { readonly expires: string | undefined } | undefined;
}

export type Outcome =
  /** Nothing is undone. */
  | { readonly kind: 'kept'; readonly reason: string; readonly isOwn: boolean }
  /**
   * What nobody else uses is undone; the swarm stays for `heirs`, or because somebody else has
   * initialised it.
   */
  | { readonly kind: 'leaves'; readonly heirs: readonly User[] }
  | { readonly kind: 'ends' };

const services = z.array(
  z.object({
    Spec: z.object({
      Name: z.string(),
      TaskTemplate: z
        .object({
          Placement: z.object({ Constraints: z.array(z.string()).nullish() }).nullish(),
        })
        .nullish(),
    }),
  }),
);

/** `ignored` is told of all that only looks like a record. */
export async function readView(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
  ignored: (message: string) => void,
): Promise<View> {
  // The nodes of a swarm that changes now are read last: a user writes itself on the swarm first.
  const found = await api.get('/services', {}, services, { signal });
  const stacks = await readStackRecords(api, signal, ignored);
  const labels = await readSwarmLabels(api, signal);
  const now = await readTime(api, signal);
  const nodes = await listNodes(api, signal);
  nameForged(nodes, ignored);
  nameForgedSwarm(labels, ignored);
  return {
    ...{ nodes, stacks, now },
    swarm: swarmRecordOf(labels),
    services: found.map(({ Spec }) => ({
      name: Spec.Name,
      constraints: Spec.TaskTemplate?.Placement?.Constraints ?? [],
    })),
  };
}

export function isMine(user: User, { owner, stack }: Leaver): boolean {
  if (isOf(user, owner)) return true;
  return stack !== undefined && user.stack === stack && isSameRepository(user.owner, owner);
}

/** Decides what may be undone for who leaves. */
export function outcomeOf(view: View, leaver: Leaver): Outcome {
  const { owner } = leaver;
  const users = usersOf(view);
  const own = stacksOf(view, users, leaver);
  if (own.length > 0) {
    const reason = `Cluster ${owner.cluster} still has ${own.map(({ stack }) => `stack ${stack}`).join(', ')} in this swarm: what it uses there stays.`;
    return { kind: 'kept', reason, isOwn: true };
  }
  if (!view.swarm?.users.some((user) => isMine(user, leaver))) return { kind: 'leaves', heirs: [] };
  const others = users.filter((user) => !isMine(user, leaver));
  const living = others.filter((user) => !isOver(user, view.now));
  if (living.length > 0) return { kind: 'leaves', heirs: living };
  if (view.services.length === 0) return { kind: 'ends' };
  // Whose time is over is still there to end the swarm once its stacks have gone.
  if (others.length > 0) return { kind: 'leaves', heirs: others };
  const names = view.services.map(({ name }) => name).join(', ');
  const reason = `The swarm stays: it still runs ${names}, which ${view.services.length === 1 ? 'is' : 'are'} not of this step.`;
  return { kind: 'kept', reason, isOwn: false };
}

/** Those of a node that are not the leaver, and for whom it stays. */
export function othersOn(node: Node, view: View, leaver: Leaver, outcome: Outcome): User[] {
  if (outcome.kind === 'ends') return [];
  const others = (recordOf(node)?.users ?? []).filter((user) => !isMine(user, leaver));
  const isShared = outcome.kind === 'leaves' && outcome.heirs.length > 0;
  return others.filter((user) => isShared || !isOver(user, view.now));
}

/**
 * Which run has renewed something of the leaver since `before`, the users of a node or the swarm as
 * they were when it was decided that they go; undefined where none has.
 */
export function renewedBy(
  users: readonly User[],
  before: readonly User[],
  leaver: Leaver,
): User | undefined {
  return users
    .filter((user) => isMine(user, leaver))
    .find((user) => {
      const isNew = !before.some((one) => isUnchanged(one, user));
      return isNew || isLater(user, leaver.listed);
    });
}

function isLater({ owner: { expires } }: User, listed: Leaver['listed']): boolean {
  return listed !== undefined && expires !== undefined && expires > (listed.expires ?? '');
}

/**
 * The services that may run only where a node has this label: their tasks would be rejected without
 * it.
 */
export function servicesThatNeed(
  key: string,
  value: string,
  { services: all }: Pick<View, 'services'>,
): string[] {
  return all
    .filter(({ constraints }) =>
      constraints.some((text) => {
        const found = /^\s*node\.labels\.(.+?)\s*==\s*(.*?)\s*$/i.exec(text);
        // As the scheduler compares them.
        return found?.[1] === key && found[2]?.toLowerCase() === value.toLowerCase();
      }),
    )
    .map(({ name }) => name);
}

/** `cluster blog, cluster shop of another repository (id 815)`. */
export function describeUsers(users: readonly User[], { owner }: Leaver): string {
  return users.map((user) => describeUser(user, owner)).join(', ');
}

function usersOf({ swarm, nodes }: View): User[] {
  const onNodes = nodes.flatMap((node) => recordOf(node)?.users ?? []);
  return distinct([...onNodes, ...(swarm?.users ?? [])]);
}

/** Those that the leaver still has in the swarm, or the runs that it stands for. */
function stacksOf({ stacks }: View, users: readonly User[], leaver: Leaver): StackRecord[] {
  const mine = users.filter((user) => isMine(user, leaver));
  return stacks.filter(({ stack, owner }) => {
    if (!isSameRepository(owner, leaver.owner)) return false;
    return owner.cluster === leaver.owner.cluster || mine.some((user) => user.stack === stack);
  });
}
