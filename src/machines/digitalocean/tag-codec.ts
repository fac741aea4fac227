import { ActionError } from '../../base/errors.ts';
import type { ClusterId, Owner } from '../ownership.ts';

// A tag at DigitalOcean is a word of the whole account, of at most 255 characters A-Z, a-z, 0-9,
// `-`, `_` and `:`. Two that differ in capitals only are the same one, so none is used. All tags of
// a cluster begin with `su:<repository>:<cluster>`, which is a tag of its own. Of a value all
// other characters are written as `_` and two hexadecimal digits for each byte. What is longer than
// a tag goes on in further ones, `run2`, `run3` and so on. So nothing is ever cut.

const LONGEST = 255;
/** More tags of one value are refused: nothing that the action writes needs as many. */
const MOST_PARTS = 9;
const VALUE = /^(?:[a-z0-9-]|_[0-9a-f]{2})*$/;

/** Which machine of its cluster a droplet is. */
export interface Tagged {
  readonly index: number;
  /** The public one, as a line. */
  readonly hostKey: string;
}

/** What the tags of a droplet say. */
export interface Ownership {
  readonly owner: Owner;
  readonly machine: Tagged | undefined;
}

/** The tag that everything of a cluster carries, and that its firewall names. */
export function clusterTag({ repository, cluster }: ClusterId): string {
  return `su:${escaped(repository)}:${escaped(cluster)}`;
}

/**
 * The tags of an owner, and of its machine; `decodeTags` gives back the same. The cluster's own is
 * the last. Throws `ActionError` about a value that is too long for any number of tags.
 */
export function encodeTags(owner: Owner, machine?: Tagged): string[] {
  const { expires, pullRequest, run, isOfRun } = owner;
  return [
    ...(expires === undefined ? [] : [expiryTag(owner, expires)]),
    ...field(owner, 'run', run),
    ...(pullRequest === undefined ? [] : field(owner, 'pr', pullRequest)),
    ...(isOfRun ? [`${clusterTag(owner)}:of-run:true`] : []),
    ...(machine ? keyTags(owner, machine) : []),
    clusterTag(owner),
  ];
}

/** The tag that says when a cluster expires. */
export function expiryTag(cluster: ClusterId, expires: string): string {
  const ms = Date.parse(expires);
  const isShort = ms >= 0 && ms % 1_000 === 0 && timeOf(String(ms / 1_000)) === expires;
  const [name, value] = isShort ? ['exp', String(ms / 1_000)] : ['expires', escaped(expires)];
  return `${clusterTag(cluster)}:${name}:${value}`;
}

/**
 * What tags say, those of others left aside: of several times the newest. Undefined if no tag, or
 * tags of several clusters, are this action's.
 */
export function decodeTags(tags: readonly string[]): Ownership | undefined {
  const parts = tags.flatMap((tag) => partsOf(tag) ?? []);
  const [first] = parts;
  if (!first) return undefined;
  const { repository, cluster } = first.cluster;
  const isOther = (one: TagParts) => clusterTag(one.cluster) !== clusterTag(first.cluster);
  if (parts.some(isOther)) return undefined;
  const value = valueIn(parts);
  const owner = {
    ...{ cluster, repository, run: value('run') ?? '' },
    ...defined('expires', newestIn(parts)),
    ...defined('pullRequest', value('pr')),
    ...(value('of-run') === 'true' && { isOfRun: true as const }),
  };
  return { owner, machine: machineIn(parts) };
}

/** The cluster whose tag this is; undefined of a tag of others. */
export function clusterOfTag(tag: string): ClusterId | undefined {
  return partsOf(tag)?.cluster;
}

/** Whether a tag says when a cluster expires. */
export function isExpiryTag(tag: string): boolean {
  const name = partsOf(tag)?.name ?? '';
  return name === 'exp' || name === 'expires';
}

interface TagParts {
  readonly cluster: ClusterId;
  /** `run`; undefined for the cluster's own tag. */
  readonly name: string | undefined;
  /** As it stands in the tag. */
  readonly values: readonly string[];
}

function partsOf(tag: string): TagParts | undefined {
  const [su, repository, cluster, name, ...values] = tag.split(':');
  if (su !== 'su' || !repository || !cluster) return undefined;
  if (name !== undefined && values.length === 0) return undefined;
  if (![repository, cluster, ...values].every((value) => VALUE.test(value))) return undefined;
  const id = { repository: plain(repository), cluster: plain(cluster) };
  // One way only to write each cluster.
  if (clusterTag(id) !== `su:${repository}:${cluster}`) return undefined;
  return { cluster: id, name, values };
}

function field(cluster: ClusterId, name: string, value: string): string[] {
  const start = `${clusterTag(cluster)}:${name}`;
  const room = LONGEST - start.length - 2;
  const text = escaped(value);
  const parts = text.match(new RegExp(`(?:[a-z0-9-]|_..){1,${Math.floor(room / 3)}}`, 'g')) ?? [''];
  if (room < 3 || parts.length > MOST_PARTS) throw tooLong(name, value);
  return parts.map((part, at) => `${start}${at === 0 ? '' : at + 1}:${part}`);
}

/** The values of the first tag of a name, and of those that follow it. */
function valueIn(parts: readonly TagParts[]): (name: string) => string | undefined {
  const text = (name: string) => parts.find((one) => one.name === name)?.values[0];
  return (name) => {
    const first = text(name);
    if (first === undefined) return undefined;
    let all = first;
    for (let at = 2; at <= MOST_PARTS; at += 1) all += text(`${name}${at}`) ?? '';
    return plain(all);
  };
}

function newestIn(parts: readonly TagParts[]): string | undefined {
  const times = parts.flatMap(({ name, values: [value = ''] }) => {
    if (name === 'expires') return plain(value);
    return name === 'exp' && /^\d{1,12}$/.test(value) ? timeOf(value) : [];
  });
  return times.sort().at(-1);
}

/** Before the 32 bytes of an ed25519 key (RFC 8709): type and lengths. */
const KEY_START = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');

function keyTags(cluster: ClusterId, { index, hostKey }: Tagged): string[] {
  const blob = Buffer.from(hostKey.split(' ')[1] ?? '', 'base64');
  const bytes = blob.subarray(KEY_START.length).toString('hex');
  if (bytes.length === 64 && keyOf(bytes) === hostKey)
    return [`${clusterTag(cluster)}:key:${index}:${bytes}`];
  return [`${clusterTag(cluster)}:index:${index}`, ...field(cluster, 'host-key', hostKey)];
}

function machineIn(parts: readonly TagParts[]): Tagged | undefined {
  const [index = '', bytes = ''] = parts.find(({ name }) => name === 'key')?.values ?? [];
  if (isIndex(index) && /^[0-9a-f]{64}$/.test(bytes))
    return { index: Number(index), hostKey: keyOf(bytes) };
  const value = valueIn(parts);
  const other = value('index') ?? '';
  const hostKey = value('host-key');
  return isIndex(other) && hostKey !== undefined ? { index: Number(other), hostKey } : undefined;
}

function isIndex(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text);
}

function keyOf(hex: string): string {
  const blob = Buffer.concat([KEY_START, Buffer.from(hex, 'hex')]);
  return `ssh-ed25519 ${blob.toString('base64')}`;
}

function timeOf(seconds: string): string {
  const ms = Number(seconds) * 1_000;
  return ms <= 8.64e15 ? new Date(ms).toISOString().replace('.000Z', 'Z') : '';
}

function escaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[a-z0-9-]/.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

function plain(text: string): string {
  const bytes = text.replace(/_([0-9a-f]{2})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}

function defined<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: string });
}

function tooLong(name: string, value: string): ActionError {
  return new ActionError(
    `The tag ${name} is too long for DigitalOcean: ${value.length} characters.`,
    {
      details: `${value.slice(0, 200)}…`,
      hint: 'Shorten what it is made of, for example the id of the job or of the step.',
    },
  );
}
