import type { DriverLog } from '../../../base/log.ts';
import type { Place } from '../../driver.ts';
import { type Places, placeText } from './places.ts';

/**
 * Makes one machine at the first place that has room. `makeAt` gives undefined if the vendor says
 * that the place has none; nothing of the machine may be left there then. After an abort nothing
 * more is asked for. Throws `ActionError` if no place has room, and what `makeAt` throws.
 */
export async function tryPlaces<P extends Place, T>(
  places: Places<P>,
  machine: string,
  { log, signal }: { readonly log: DriverLog; readonly signal: AbortSignal },
  makeAt: (place: P) => Promise<T | undefined>,
): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const place = places.current(machine);
    const made = await makeAt(place);
    if (made !== undefined) return made;
    if (!places.isFull(place)) continue;
    log.info(`${places.words.vendor} has no room for ${machine} as ${placeText(place)}.`);
  }
}
