import { expect, test } from '@jest/globals';
import { priceRegionOf } from '../../../../../src/machines/amazonec2/api/price-region.ts';

test.each([
  ['eu-west-3', 'eu-central-1'],
  ['ap-southeast-2', 'ap-south-1'],
  ['us-west-2', 'us-east-1'],
  ['sa-east-1', 'us-east-1'],
  ['cn-north-1', undefined],
  ['us-gov-west-1', undefined],
  ['eusc-de-east-1', undefined],
])('the prices of %s are asked for in %s', (region, asked) => {
  expect(priceRegionOf(region)).toBe(asked);
});
