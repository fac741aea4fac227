import type { PlaceWords } from '../cloud/places/places.ts';
import type { Place } from '../driver.ts';
import { VENDOR } from './api/ec2-clients.ts';
import type { Image } from './api/objects.ts';

/** Where an instance can be made, and of what. Its location is an availability zone. */
export interface Ec2Place extends Place {
  /** Id. */
  readonly subnet: string;
  /** Of the architecture of the type. */
  readonly image: Image;
}

export const PLACE_WORDS: PlaceWords = {
  ...{ vendor: VENDOR, type: 'instance-type', location: 'zone' },
};
