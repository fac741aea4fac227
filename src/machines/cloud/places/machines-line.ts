import type { Place } from '../../driver.ts';
import { costLine } from './cost-line.ts';
import { placeText } from './places.ts';

/** What a vendor asks for machines. */
export interface Prices {
  /** As it stands before an amount: `€`. */
  readonly currency: string;
  /** What a machine costs an hour; undefined if the vendor does not tell. */
  readonly hourlyOf: (place: Place) => number | undefined;
  /** How long the machines may live from now on, in ms; undefined if nothing ends their life. */
  readonly ttlMs: number | undefined;
}

/**
 * What machines are and cost, the place of each given, for people:
 * `2 × cx23 in nbg1, 1 × cpx22 in hel1: about € 0.02 an hour together.` The cost is left out if a
 * price is not known.
 */
export function machinesLine(
  places: readonly Place[],
  { currency, hourlyOf, ttlMs }: Prices,
): string {
  const groups = Map.groupBy(places, placeText);
  const what = [...groups].map(([text, all]) => `${all.length} × ${text}`).join(', ');
  const prices = places.flatMap((place) => hourlyOf(place) ?? []);
  if (prices.length < places.length) return `${what}.`;
  const hourly = prices.reduce((sum, price) => sum + price, 0);
  return `${what}: ${costLine({ currency, hourly, machines: places.length, ttlMs })}.`;
}
