import { createHash } from 'node:crypto';
import type { ClusterId } from '../ownership.ts';

/** A label of a host name (RFC 1123). */
const LONGEST = 63;
/** For `-` and an index. */
const RESERVED = 6;
const PLAIN_REPOSITORY = /^\d+$/;
const PLAIN_CLUSTER = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * The name of what a cluster has at a vendor, unique among all repositories of the vendor's
 * project: `su-<repository id>-<cluster>`, and `-<index>` if there are several. 63 characters at
 * most, a-z, 0-9 and `-`. Parts that would be too long or have other characters are told apart by a
 * hash.
 */
export function objectName({ cluster, repository }: ClusterId, index?: number): string {
  const end = index === undefined ? '' : `-${index}`;
  const plain = `su-${repository}-${cluster}`;
  const isPlain = PLAIN_REPOSITORY.test(repository) && PLAIN_CLUSTER.test(cluster);
  if (isPlain && plain.length <= LONGEST - RESERVED) return plain + end;
  // No plain name begins like this, as a repository id has only digits.
  const start = `su-h${hash(repository, cluster)}`;
  const slug = cluster.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const shown = slug.slice(0, LONGEST - RESERVED - start.length - 1).replace(/^-|-$/g, '');
  return (shown === '' ? start : `${start}-${shown}`) + end;
}

/** 64 bits of what no other pair has. */
function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
