import * as z from 'zod';
import { normaliseReference } from '../digests.ts';

/** What tells one image from another: as `docker image inspect` says it. */
export const image = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  Created: z.string().nullish(),
  Architecture: z.string(),
  Os: z.string(),
  Variant: z.string().nullish(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
});
export type Image = z.infer<typeof image>;

/**
 * Whether a node's image is the wanted one. The id is the hash of the image's configuration, or, where an engine keeps images in
 * containerd, of its manifest: there the layers, which have the same hashes everywhere, decide.
 */
export function isSame(a: Image, b: Image): boolean {
  if (a.Id === b.Id) return true;
  const layers = (one: Image) => JSON.stringify(one.RootFS.Layers ?? []);
  return (
    layers(a) === layers(b) &&
    timeOf(a.Created) === timeOf(b.Created) &&
    a.Architecture === b.Architecture
  );
}

/** Whether it has this name. An id or a digest is in no list of names, and needs none. */
export function hasName({ RepoTags }: Image, name: string): boolean {
  return (RepoTags ?? []).some((tag) => normaliseReference(tag) === normaliseReference(name));
}

/** In ms. Builders that write no time are shown with none, or with that of Go's zero. */
function timeOf(created: string | null | undefined): number {
  return Math.max(0, Date.parse(created ?? '') || 0);
}
