import path from 'node:path';

/** What of `node:path` is needed: that of this system, or of one that a test names. */
type Paths = Pick<path.PlatformPath, 'relative' | 'isAbsolute' | 'sep'>;

/**
 * The way from a folder to what lies in it, with `/` on every system, as GitHub's annotations have
 * it; empty for the folder itself. Undefined for what lies elsewhere, on another drive too.
 */
export function pathBelow(
  folder: string,
  place: string,
  { relative, isAbsolute, sep }: Paths = path,
): string | undefined {
  const way = relative(folder, place);
  const parts = way.split(sep);
  return isAbsolute(way) || parts[0] === '..' ? undefined : parts.join('/');
}
