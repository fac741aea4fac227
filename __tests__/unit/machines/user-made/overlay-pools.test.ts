import { expect, test } from '@jest/globals';
import { overlayPools } from '../../../../src/machines/user-made/overlay-pools.ts';

test.each([
  [['192.168.1.7', 'fd00::1', 'vm.example.org'], undefined],
  [['192.0.2.1', '10.64.0.2'], ['10.128.0.0/9']],
  [['10.200.0.2'], ['10.0.0.0/9']],
  [['10.1.0.2', '10.200.0.2'], ['172.16.0.0/12']],
])('beside %j', (addresses, pools) => {
  expect(overlayPools(addresses)).toEqual(pools);
});
