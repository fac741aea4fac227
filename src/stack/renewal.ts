import type { Clock } from '../base/clock.ts';

/**
 * After a pause as long as this between two looks, in ms, nothing is known of what was renewed
 * meanwhile, so watching begins anew.
 */
const BLIND_MS = 10_000;

/** An object of the swarm whose version changes whenever it is renewed. */
interface Renewed {
  readonly ID: string;
  readonly Version: { readonly Index: number };
}

/** What watching an object has shown. */
export interface Sight {
  /** For how long it was looked at and was not renewed, in ms by the clock of this process. */
  readonly silentMs: number;
  /** Whether it was made or renewed between two looks: who did that was alive then. */
  readonly isAlive: boolean;
}

const UNSEEN: Sight = { silentMs: 0, isAlive: false };

/**
 * Tells whether objects are renewed by watching them, with no clock but this process's own. The
 * stamps of a swarm are of whichever manager led it then, and may be off from every other clock. To
 * be given all of them at each look.
 */
export function watchRenewals(clock: Clock): (found: readonly Renewed[]) => (id: string) => Sight {
  let known = new Map<string, { index: number; since: number; isAlive: boolean }>();
  let lookedAt: number | undefined;
  return (found) => {
    const now = clock.now();
    const isBlind = lookedAt === undefined || now - lookedAt > BLIND_MS;
    lookedAt = now;
    known = new Map(
      found.map(({ ID, Version: { Index: index } }) => {
        const before = known.get(ID);
        const isSame = before?.index === index;
        return [
          ID,
          {
            index,
            since: isSame && !isBlind ? before.since : now,
            isAlive: isSame ? before.isAlive : !isBlind,
          },
        ];
      }),
    );
    return (id) => {
      const seen = known.get(id);
      return seen ? { silentMs: now - seen.since, isAlive: seen.isAlive } : UNSEEN;
    };
  };
}
