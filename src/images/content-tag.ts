import { contentHash, type Image } from './image.ts';

// A name like `shop/web:ci` says nothing of what is behind it: a rebuilt image has the same, so a
// service that is to run it would not change, and one that is rolled back would get the newer
// image. So nodes have each image that is loaded into them by a second tag, too, which names its
// content, and that is what services ask for.

const MARK = '-swarm-up-';
/** Of the hash: what Docker itself shows of a digest. */
const DIGITS = 12;
/** Of a tag (github.com/distribution/reference, regexp.go). */
const TAG_LENGTH = 128;
const CONTENT_TAG = new RegExp(`${MARK}[0-9a-f]{${DIGITS}}$`);

/**
 * The reference by which services ask for an image that nodes have by `name`: `shop/web:ci` gives
 * `shop/web:ci-swarm-up-0123456789ab`. A name that is a digest or an id says all by itself: it is
 * given back.
 */
export function contentReference(name: string, one: Image): string {
  if (name.includes('@') || /^(sha256:)?[0-9a-f]{12,64}$/.test(name)) return name;
  const tagAt = name.indexOf(':', name.lastIndexOf('/') + 1);
  const repository = tagAt < 0 ? name : name.slice(0, tagAt);
  const tag = tagAt < 0 ? 'latest' : name.slice(tagAt + 1);
  const end = MARK + contentHash(one).slice(0, DIGITS);
  return `${repository}:${tag.slice(0, TAG_LENGTH - end.length)}${end}`;
}

/** Whether a reference ends as those of `contentReference` do. */
export function isContentReference(reference: string): boolean {
  return CONTENT_TAG.test(reference);
}

/** A reference as people wrote it: without the tag of its content. */
export function writtenReference(reference: string): string {
  return reference.replace(CONTENT_TAG, '');
}
