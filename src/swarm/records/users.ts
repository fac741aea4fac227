import { createHash } from 'node:crypto';
import * as z from 'zod';
import { hasPassed } from '../../base/expiry.ts';
import {
  type ClusterId,
  isSameCluster,
  isSameRepository,
  type Labels,
  type Owner,
  ownerOf,
} from '../../machines/ownership.ts';

// What several clusters use (a node, the labels of it, a swarm) carries all of them, each as a
// label of its own: one that is lost or forgotten is then no more than one user that stays, and
// none is ever counted twice.

const PREFIX = 'swarm-up.user.';

/** A cluster that uses a node or a swarm. */
export interface User {
  readonly owner: Owner;
  /**
   * Of a node: the labels that the line of its host has; undefined where the host is in no line,
   * and the node is only one of a swarm that is used.
   */
  readonly labels?: Labels | undefined;
  /**
   * Where the name of the cluster is that of a run: the stack which it deploys. The runs that
   * deploy it are one user, since each has another name, and only the last of them is there to be
   * asked.
   */
  readonly stack?: string | undefined;
}

const form = z.strictObject({
  cluster: z.string().min(1),
  repository: z.string().min(1),
  run: z.string().min(1),
  expires: z.string().optional(),
  pullRequest: z.string().optional(),
  isOfRun: z.literal(true).optional(),
  stack: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

/** The label that says so. */
export function userLabel(user: User): readonly [key: string, value: string] {
  return [keyOf(user), textOf(user)];
}

/** Whom a label names; undefined where it has another form than `userLabel` gives. */
function userIn(key: string, text: string): User | undefined {
  if (!key.startsWith(PREFIX)) return undefined;
  const found = form.safeParse(parsed(text));
  if (!found.success) return undefined;
  const { stack, labels, isOfRun, ...owner } = found.data;
  const user = {
    owner: { ...owner, isOfRun: isOfRun || undefined },
    labels,
    stack,
  };
  return keyOf(user) === key && textOf(user) === text ? user : undefined;
}

/**
 * The users that labels name, who came first before the others. An earlier version has written none
 * but that one, as the owner; `given` are the labels that it gave the node.
 */
export function usersIn(labels: Labels, given?: Labels): User[] {
  const users = Object.entries(labels).flatMap(([key, text]) => userIn(key, text) ?? []);
  const first = ownerOf(labels);
  if (!first?.run) return users;
  const known = users.find((user) => isOf(user, first));
  return [known ?? { owner: first, labels: given }, ...users.filter((user) => user !== known)];
}

/** The keys of the labels that name a user. */
export function userKeys(labels: Labels): string[] {
  return Object.keys(labels).filter((key) => userIn(key, labels[key] ?? '') !== undefined);
}

/** Whether a user is this cluster. */
export function isOf({ owner }: User, id: ClusterId): boolean {
  return isSameCluster(owner, id);
}

/** Whether two are the same user, in whichever run. */
export function isSameUser(a: User, b: User): boolean {
  return keyOf(a) === keyOf(b);
}

/**
 * Whether nobody has to care for a user any more: its time is over by the clock of an engine. What
 * still runs of it is another question.
 */
export function isOver({ owner: { expires } }: User, now: Date): boolean {
  return expires !== undefined && hasPassed(expires, now);
}

/**
 * Adds a user, or renews it: its latest run is the one that counts. An end that was set before
 * stays where this run sets none; where runs without a name follow each other, the later end of
 * both counts, and none where one of them has none.
 */
export function withUser(users: readonly User[], user: User): User[] {
  const before = users.find((one) => isSameUser(one, user));
  if (!before) return [...users, user];
  const labels = user.labels ?? before.labels;
  const { expires: _, ...owner } = user.owner;
  const expires = isOf(before, owner)
    ? (user.owner.expires ?? before.owner.expires)
    : later(user.owner.expires, before.owner.expires);
  const renewed = {
    ...user,
    owner: { ...owner, expires },
    labels,
  };
  return users.map((one) => (one === before ? renewed : one));
}

/** For people: `cluster shop-pr-7`, for those of another repository with it. */
export function describeUser({ owner }: User, own: ClusterId): string {
  const { cluster, repository } = owner;
  return isSameRepository(owner, own)
    ? `cluster ${cluster}`
    : `cluster ${cluster} of another repository (id ${repository})`;
}

/** Each user once. */
export function distinct(users: readonly User[]): User[] {
  return [...new Map(users.map((user) => [keyOf(user), user])).values()];
}

/** Whether what is written of a user is the same word by word: then no run has renewed it. */
export function isUnchanged(a: User, b: User): boolean {
  return textOf({ ...a, labels: undefined }) === textOf({ ...b, labels: undefined });
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a > b ? a : b;
}

function keyOf({ owner, stack }: User): string {
  const { cluster, repository, isOfRun } = owner;
  const identity =
    isOfRun && stack !== undefined ? ['stack', stack, repository] : [cluster, repository];
  const hash = createHash('sha256').update(JSON.stringify(identity));
  return `${PREFIX}${hash.digest('hex').slice(0, 16)}`;
}

/** In one order, so that the same user always has the same text. */
function textOf({ owner, stack, labels }: User): string {
  const { cluster, repository, run, expires, pullRequest, isOfRun } = owner;
  const sorted =
    labels &&
    Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  return JSON.stringify({
    ...{ cluster, repository, run, expires, pullRequest, isOfRun, stack },
    labels: sorted,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
