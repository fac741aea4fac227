import { expect, test } from '@jest/globals';
import { overlayPools } from '../../../../src/machines/cloud/network/overlay-pools.ts';
import { OVERLAY_POOLS } from '../../../../src/machines/hetzner/network.ts';

test.each([
  ['10.64.0.0/16', ['10.128.0.0/9']],
  ['192.168.0.0/24', ['10.128.0.0/9']],
  ['10.200.0.0/16', ['10.0.0.0/9']],
  ['10.128.0.0/9', ['10.0.0.0/9']],
  ['10.0.0.0/8', ['172.16.0.0/12']],
])('the pool of the swarm does not meet the network %s', (network, pools) => {
  expect(overlayPools(OVERLAY_POOLS, [network])).toEqual(pools);
});
