import * as z from 'zod';
import { type ClockReading, clockReading, surelyApart } from '../base/clock-reading.ts';
import { formatDuration, formatSpan } from '../base/duration.ts';
import type { EngineApi } from './api.ts';

/**
 * By how many ms clocks may differ before it is told. Clocks that are kept by NTP differ by
 * milliseconds, and one that nothing keeps by seconds in a day; what has a `ttl` lives for minutes
 * at least.
 */
const SKEW_MS = 30_000;

/** What time it is by the engine of a machine. */
export interface WallClock {
  readonly name: string;
  readonly time: Date;
  /** By how much it is ahead of this runner's. */
  readonly reading: ClockReading;
}

const info = z.object({
  SystemTime: z
    .string()
    .transform((text) => Date.parse(text))
    .refine((ms) => Number.isFinite(ms), 'no time'),
});

/** The time of an engine. Rejects as `EngineApi.get` does. */
export async function readTime(api: Pick<EngineApi, 'get'>, signal: AbortSignal): Promise<Date> {
  return new Date((await api.get('/info', {}, info, { signal })).SystemTime);
}

/**
 * Asks an engine what time it is; `now` is the time of this runner. Rejects as `EngineApi.get`
 * does.
 */
export async function askTime(
  name: string,
  api: Pick<EngineApi, 'get'>,
  { signal, now }: { readonly signal: AbortSignal; readonly now: () => Date },
): Promise<WallClock> {
  const sent = now().getTime();
  const time = await readTime(api, signal);
  const received = now().getTime();
  const host = { ms: time.getTime(), plusMinus: 1 };
  return {
    name,
    time,
    reading: clockReading({ sent, first: host, last: host, received }),
  };
}

/**
 * A sentence about a clock that is surely off from this runner's by more than it may be, and what
 * to do; undefined where it is not.
 */
export function skewOf({ name, reading }: WallClock): string | undefined {
  if (surelyApart(reading, { offset: 0, plusMinus: 0 }) <= SKEW_MS) return undefined;
  const apart = Math.abs(reading.offset);
  const difference = apart < 60_000 ? formatDuration(apart) : formatSpan(apart);
  const direction = reading.offset > 0 ? 'ahead of' : 'behind';
  return `The clock of ${name} is ${difference} ${direction} that of this runner. What has a \`ttl\` is swept only once its time has passed by both. Set the one that is wrong: \`timedatectl set-ntp true\` (or chronyd, ntpd).`;
}
