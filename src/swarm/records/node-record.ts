import {
  type ClusterId,
  isReserved,
  isSameCluster,
  type Labels,
  OWNER_KEYS,
  ownerLabels,
  ownerOf,
} from '../../machines/ownership.ts';
import type { Node } from '../objects.ts';
import { isSameUser, type User, userKeys, userLabel, usersIn, withUser } from './users.ts';

/** On a node that this action let join; what is not there was a member before. */
const JOINED = 'swarm-up.joined';
/** The keys of the labels that `hosts` gave the node, so that they can be taken off again. */
const LABEL_KEYS = 'swarm-up.labels';
/** Its joining made the bridge of the overlay networks, which `docker swarm leave` forgets. */
const GATEWAY = 'swarm-up.gateway-made';

/** What was changed of a host when it was made a node. */
export interface Change {
  readonly joined: boolean;
  readonly gatewayMade: boolean;
}

/** What this action has changed of a host, and for whom, as it stands on the host's node. */
export interface NodeRecord extends Change {
  /** The labels that `hosts` gave the node. One that somebody else gave is not among them. */
  readonly given: readonly string[];
  /**
   * Who uses it, who came first before the others: what was changed stays until the last of them
   * goes.
   */
  readonly users: readonly User[];
}

/** What stands on a swarm that this action has initialised. */
export interface SwarmRecord {
  readonly gatewayMade: boolean;
  /** Who uses it: it ends with the last of them. */
  readonly users: readonly User[];
}

/** Whether labels say that they are of this cluster of this repository. */
export function isOwnedBy(labels: Labels, id: ClusterId): boolean {
  const found = ownerOf(labels);
  return found !== undefined && isSameCluster(found, id);
}

/**
 * Labels of a swarm that this action has initialised: who uses it, and that this made the bridge of
 * overlay networks on its first host.
 */
export function swarmLabels({ users, gatewayMade }: SwarmRecord): Labels {
  return { ...labelsOfUsers(users), ...(gatewayMade && { [GATEWAY]: 'true' }) };
}

/** What the labels of a swarm say; undefined where somebody else has initialised it. */
export function swarmRecordOf(labels: Labels): SwarmRecord | undefined {
  const users = usersIn(labels);
  return users.length === 0 ? undefined : { users, gatewayMade: labels[GATEWAY] === 'true' };
}

/**
 * The labels of a swarm with another user, or with one that is renewed; the same where it has no
 * record.
 */
export function swarmUsedBy(labels: Labels, user: User): Labels {
  const record = swarmRecordOf(labels);
  return record ? rewritten(labels, { ...record, users: withUser(record.users, user) }) : labels;
}

/** The labels of a swarm without some users. The last of them goes with the swarm itself. */
export function swarmLeftBy(labels: Labels, isGone: (user: User) => boolean): Labels {
  const record = swarmRecordOf(labels);
  if (!record?.users.some(isGone)) return labels;
  const users = record.users.filter((user) => !isGone(user));
  return users.length > 0 ? rewritten(labels, { ...record, users }) : labels;
}

function rewritten(labels: Labels, record: SwarmRecord): Labels {
  return { ...without(labels, recordKeys(labels)), ...swarmLabels(record) };
}

/** The labels that a record is made of; not those that it gave. */
export function recordLabels({ users, joined, gatewayMade, given }: NodeRecord): Labels {
  return {
    ...labelsOfUsers(users),
    ...(joined && { [JOINED]: 'true' }),
    ...(gatewayMade && { [GATEWAY]: 'true' }),
    ...(given.length > 0 && { [LABEL_KEYS]: given.join(',') }),
  };
}

/**
 * What stands on a node; undefined where nothing of ours does, or what does has not the form of
 * `recordLabels`: a node that was neither joined nor given labels has no record.
 */
export function recordOf(node: Node): NodeRecord | undefined {
  return recordIn(node.Spec.Labels ?? {});
}

/** The same of the labels of a node. */
export function recordIn(labels: Labels): NodeRecord | undefined {
  const given = (labels[LABEL_KEYS] ?? '').split(',').filter(Boolean);
  const joined = labels[JOINED] === 'true';
  if (!joined && given.length === 0) return undefined;
  // One of ours among them would be taken off, or back, as if it were the user's.
  if (given.some(isReserved)) return undefined;
  const users = usersIn(labels, Object.fromEntries(given.map((key) => [key, labels[key] ?? ''])));
  if (users.length === 0) return undefined;
  return { users, joined, gatewayMade: labels[GATEWAY] === 'true', given };
}

/** Labels of a node that has just joined: those that its line gives it, and the record. */
export function joinedLabels(user: User, gatewayMade: boolean): Labels {
  const given = Object.keys(user.labels ?? {});
  return { ...user.labels, ...recordLabels({ users: [user], joined: true, gatewayMade, given }) };
}

/**
 * The labels of a node that was there before with another user, or with one that is renewed, and
 * with the labels of the user's line that it has not. `unrecorded` is what is known of a host whose
 * run was lost before it could write it. A node of which nothing was changed gets no record.
 */
export function nodeUsedBy(
  labels: Labels,
  user: User,
  unrecorded?: Change & { readonly users: readonly User[] },
): Labels {
  const before = recordIn(labels);
  const wanted = user.labels ?? {};
  const ours = before?.given ?? [];
  const added = Object.keys(wanted).filter((key) => !(key in labels) && !ours.includes(key));
  const given = [...ours, ...added];
  const { users, joined, gatewayMade } = before ??
    unrecorded ?? { users: [], joined: false, gatewayMade: false };
  if (!joined && given.length === 0) return labels;
  const values = Object.entries(wanted).filter(([key]) => given.includes(key));
  return {
    ...without(labels, recordKeys(labels)),
    ...Object.fromEntries(values),
    ...recordLabels({ joined, gatewayMade, given, users: withUser(users, user) }),
  };
}

/**
 * The labels of a node without some users: of the labels that were given, those go that no user is
 * left for. `isNeeded` says of which of them something else rests on; where nobody else is there to
 * take it off later, those who go stay on record for it.
 */
export function nodeLeftBy(
  labels: Labels,
  isGone: (user: User) => boolean,
  isNeeded: (key: string, value: string) => boolean,
): { readonly labels: Labels; readonly needed: readonly string[] } {
  const record = recordIn(labels);
  if (!record?.users.some(isGone)) return { labels, needed: [] };
  const rest = record.users.filter((user) => !isGone(user));
  const unused = record.given.filter((key) => !rest.some((user) => key in (user.labels ?? {})));
  const needed = unused.filter((key) => key in labels && isNeeded(key, labels[key] ?? ''));
  const off = unused.filter((key) => !needed.includes(key));
  const given = record.given.filter((key) => !off.includes(key));
  const bare = without(labels, [...recordKeys(labels), ...off]);
  const isOver = given.length === 0 && !(record.joined && rest.length > 0);
  if (isOver) return { labels: bare, needed };
  const users = rest.length > 0 ? rest : record.users;
  return { labels: { ...bare, ...recordLabels({ ...record, given, users }) }, needed };
}

/** A label of a line that a node has with another value. */
export interface TakenLabel {
  readonly key: string;
  readonly has: string;
  readonly wanted: string;
  /** Who uses it so; nobody where it was not given by this action. */
  readonly users: readonly User[];
}

/**
 * The labels of a user's line that others have given the node with another value. A user that is
 * over, by `isOver`, has none any more.
 */
export function takenLabels(
  labels: Labels,
  user: User,
  isOver: (user: User) => boolean,
): TakenLabel[] {
  const record = recordIn(labels);
  return Object.entries(user.labels ?? {}).flatMap(([key, wanted]) => {
    const has = labels[key];
    if (has === undefined || has === wanted) return [];
    if (!record?.given.includes(key)) return [{ key, has, wanted, users: [] }];
    const users = record.users.filter(
      (one) => (one.labels?.[key] ?? wanted) !== wanted && !isSameUser(one, user) && !isOver(one),
    );
    return users.length === 0 ? [] : [{ key, has, wanted, users }];
  });
}

/** Tells of each node that has labels of ours which are no record, or no part of one. */
export function nameForged(nodes: readonly Node[], ignored: (message: string) => void): void {
  for (const node of nodes) {
    const labels = node.Spec.Labels ?? {};
    const known = recordOf(node) ? recordKeys(labels) : [];
    const keys = Object.keys(labels).filter((key) => isReserved(key) && !known.includes(key));
    if (keys.length === 0) continue;
    const { Hostname } = node.Description;
    ignored(
      `Node ${Hostname} has labels of Swarm Up (${keys.join(', ')}), and not in the form that says what was changed of it: they are ignored. If nothing needs them, take them off on a manager: docker node update ${keys.map((key) => `--label-rm ${key}`).join(' ')} ${node.ID}`,
    );
  }
}

/** Tells of labels of ours on a swarm that name no user of it. */
export function nameForgedSwarm(labels: Labels, ignored: (message: string) => void): void {
  const known = swarmRecordOf(labels) ? recordKeys(labels) : [];
  const keys = Object.keys(labels).filter((key) => isReserved(key) && !known.includes(key));
  if (keys.length === 0) return;
  ignored(
    `The swarm has labels of Swarm Up (${keys.join(', ')}), and not in the form that says who uses it: they are ignored. They are in \`Spec.Labels\` of the Engine API's GET /swarm.`,
  );
}

/** The first of them in the form of an earlier version, and all. */
function labelsOfUsers(users: readonly User[]): Labels {
  const [first] = users;
  return {
    ...(first && ownerLabels(first.owner)),
    ...Object.fromEntries(users.map(userLabel)),
  };
}

/** The keys that a record may have, and the labels have. */
function recordKeys(labels: Labels): string[] {
  const fixed = [...OWNER_KEYS, JOINED, LABEL_KEYS, GATEWAY].filter((key) => key in labels);
  return [...fixed, ...userKeys(labels)];
}

function without(labels: Labels, keys: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !keys.includes(key)));
}
