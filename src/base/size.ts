const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

/** For people, in powers of 1000 as `docker images` has it: `512 B`, `2.0 MB`, `1.4 GB`. */
export function formatSize(bytes: number): string {
  let size = bytes;
  let at = 0;
  // Rounded first, so that nobody reads of 1000.0 kB.
  while (Number(size.toFixed(1)) >= 1_000 && at < UNITS.length - 1) {
    size /= 1_000;
    at += 1;
  }
  return `${at === 0 ? size : size.toFixed(1)} ${UNITS[at]}`;
}
