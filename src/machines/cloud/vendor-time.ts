import type { ClockReading } from '../../base/clock-reading.ts';
import type { WallClock } from '../../engine/wall-clock.ts';

/**
 * The time by the clock of a vendor, which is that of nobody's runner. `reading` is by how much this
 * clock is ahead of the runner's.
 */
export function vendorTime(
  vendor: string,
  reading: ClockReading | undefined,
  now: () => Date,
): WallClock | undefined {
  if (!reading) return undefined;
  const time = new Date(now().getTime() + reading.offset);
  return { name: `the API of ${vendor}`, time, reading };
}
