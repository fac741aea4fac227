import { expect, test } from '@jest/globals';
import { overlayPools } from '../../../../src/machines/digitalocean/overlay-pools.ts';

test.each([
  [[], ['10.0.0.0/13']],
  [['10.114.0.0/20', '10.135.0.0/16'], ['10.0.0.0/13']],
  [['10.4.0.0/20'], ['10.192.0.0/13']],
  [['10.0.0.0/16', '10.192.0.0/24'], ['10.224.0.0/13']],
  [['192.168.0.0/24'], ['10.0.0.0/13']],
  [['10.0.0.0/8'], []],
])('beside %j', (machines, pools) => {
  expect(overlayPools(machines)).toEqual(pools);
});
