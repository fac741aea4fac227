import { formatSpan } from '../../../base/duration.ts';

const HOUR_MS = 3_600_000;

/**
 * What machines cost, for people: `about € 0.02 an hour together, € 1.31 until it expires in 72 h`.
 * `hourly` is the price of all of them. Hours that have begun count whole.
 */
export function costLine(cost: {
  readonly currency: string;
  readonly hourly: number;
  readonly machines: number;
  readonly ttlMs?: number | undefined;
}): string {
  const { currency, hourly, machines, ttlMs } = cost;
  const amount = (sum: number) => amountText(currency, sum);
  const together = machines === 1 ? '' : ' together';
  const line = `${about(hourly)}${amount(hourly)} an hour${together}`;
  if (ttlMs === undefined) return line;
  const whole = amount(hourly * Math.ceil(ttlMs / HOUR_MS));
  return `${line}, ${whole} until it expires in ${spanText(ttlMs)}`;
}

function about(sum: number): string {
  return isTiny(sum) ? '' : 'about ';
}

function amountText(currency: string, sum: number): string {
  return isTiny(sum) ? `less than ${currency} 0.01` : `${currency} ${sum.toFixed(2)}`;
}

/** Less than half of a cent, and more than nothing. */
function isTiny(sum: number): boolean {
  return sum > 0 && sum < 0.005;
}

function spanText(ms: number): string {
  return ms >= HOUR_MS && ms % HOUR_MS === 0 ? `${ms / HOUR_MS} h` : formatSpan(ms);
}
