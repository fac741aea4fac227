import { atOnce } from '../../cloud/at-once.ts';
import type { Prices } from '../../cloud/places/machines-line.ts';
import type { Place } from '../../driver.ts';
import type { Work } from '../api/work.ts';
import type { Amazonec2Options } from '../options.ts';
import { askIfAllowed } from './ask-if-allowed.ts';

const PAGE = 'https://aws.amazon.com/ec2/pricing/on-demand/';
/** Questions at the same time. */
const AT_ONCE = 5;

/** What AWS asks for instances. */
export interface Ec2Prices extends Prices {
  /** What is to be said beside the price of such machines, or in its place, in sentences. */
  readonly note: (places: readonly Place[]) => string;
}

/** Of a run that has asked for none. */
export const NO_PRICES: Prices = { currency: 'USD', hourlyOf: () => undefined, ttlMs: undefined };

/**
 * Asks what each of the types costs in the region. Credentials that may not ask end nothing: the
 * note says so then. Throws the reason of the signal.
 */
export async function askPrices(
  work: Work,
  types: readonly string[],
  about: { readonly options: Amazonec2Options; readonly ttlMs: number | undefined },
): Promise<Ec2Prices> {
  const asked = await atOnce(
    AT_ONCE,
    types.map(
      (type) => async () =>
        [
          type,
          await askIfAllowed(work, 'pricing:GetProducts', (bounds) =>
            work.account.hourlyPrice(type, bounds),
          ),
        ] as const,
    ),
  );
  const answers = new Map(asked);
  const hourlyOf = ({ type }: Place) => {
    const answer = answers.get(type);
    return answer && 'value' in answer ? answer.value : undefined;
  };
  const reasonFor = ({ type }: Place) => {
    const answer = answers.get(type);
    return answer && 'reason' in answer ? answer.reason : `AWS tells none of ${type}`;
  };
  return {
    ...{ currency: 'USD', hourlyOf, ttlMs: about.ttlMs },
    note: (places) => {
      const unknown = places.find((place) => hourlyOf(place) === undefined);
      if (!unknown) return extras(about.options);
      return `The price is not known: ${reasonFor(unknown)}. See ${PAGE}`;
    },
  };
}

function extras({
  'request-spot-instance': isSpot,
  'use-private-address': isPrivate,
}: Amazonec2Options): string {
  const more = isPrivate ? 'Disks cost extra.' : 'Disks and IPv4 addresses cost extra.';
  return isSpot ? `Spot instances cost less. ${more}` : more;
}
