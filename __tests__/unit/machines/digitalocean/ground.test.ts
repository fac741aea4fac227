import { expect, test } from '@jest/globals';
import { overlayPools } from '../../../../src/machines/cloud/network/overlay-pools.ts';
import { OVERLAY_POOLS } from '../../../../src/machines/digitalocean/ground.ts';

test.each([
  [[], ['10.0.0.0/13']],
  [['10.114.0.0/20', '10.135.0.0/16'], ['10.0.0.0/13']],
  [['10.4.0.0/20'], ['10.192.0.0/13']],
  [['10.0.0.0/16', '10.192.0.0/24'], ['10.224.0.0/13']],
  [['192.168.0.0/24'], ['10.0.0.0/13']],
  [['10.0.0.0/8'], []],
])('the pool of the swarm meets none of %j', (machines, pools) => {
  expect(overlayPools(OVERLAY_POOLS, machines)).toEqual(pools);
});
