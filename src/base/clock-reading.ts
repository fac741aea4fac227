/** A time as a host printed it. */
export interface HostTime {
  /** ms since 1970, in the middle of what it may stand for. */
  readonly ms: number;
  /** How far off it may be, in ms. */
  readonly plusMinus: number;
}

/** How far a host's clock is from the caller's. */
export interface ClockReading {
  /**
   * Host's time minus the caller's, in ms. The caller's clock has some beginning, so only
   * differences of two say something.
   */
  readonly offset: number;
  /**
   * How far off `offset` may be, in ms: half the time on the way, and the grain of the host's
   * clock.
   */
  readonly plusMinus: number;
}

/** Reads `date +%s.%N`. Where date knows no `%N` (busybox), whole seconds are left. */
export function parseTime(text: string): HostTime | undefined {
  const [, seconds, fraction] = /^(\d+)(?:\.(\d{3}))?/.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const ms = Number(seconds) * 1000;
  return fraction === undefined
    ? { ms: ms + 500, plusMinus: 500 }
    : { ms: ms + Number(fraction), plusMinus: 1 };
}

/**
 * The offset by the four times of a round trip (RFC 5905 section 8): the host's first reading
 * cannot be before `sent`, nor its last one after `received`. What the host did between its two
 * readings does not matter.
 */
export function clockReading(trip: {
  readonly sent: number;
  readonly first: HostTime;
  readonly last: HostTime;
  readonly received: number;
}): ClockReading {
  const { sent, first, last, received } = trip;
  const onTheWay = received - sent - (last.ms - first.ms);
  return {
    offset: (first.ms - sent + (last.ms - received)) / 2,
    plusMinus: Math.max(0, onTheWay / 2) + first.plusMinus,
  };
}

/**
 * The reading that half of the others are not before and half not after: of three clocks one wrong
 * one is never it.
 */
export function medianReading(readings: readonly ClockReading[]): ClockReading | undefined {
  const sorted = readings.toSorted((a, b) => a.offset - b.offset);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** By how many ms a clock surely differs from another; 0 where both may be the same. */
export function surelyApart(a: ClockReading, b: ClockReading): number {
  return Math.max(0, Math.abs(a.offset - b.offset) - a.plusMinus - b.plusMinus);
}
