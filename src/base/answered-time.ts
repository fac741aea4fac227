import type { Clock } from './clock.ts';

/**
 * What may pass between two looks at the clock, in ms. More passes only while an engine does not
 * answer, which has a limit of its own.
 */
const STEP_MS = 5_000;

/**
 * A clock for the limits of a loop that asks engines: the time in which none of them answers does
 * not count.
 */
export function answeredTime(clock: Clock): Clock {
  let before = clock.now();
  let passed = before;
  const now = () => {
    const time = clock.now();
    passed += Math.min(time - before, STEP_MS);
    before = time;
    return passed;
  };
  return { now, sleep: (ms, signal) => clock.sleep(ms, signal) };
}
