import { expect, test } from '@jest/globals';
import { failDown, failUp } from '../../support/conformance.ts';
import { endingsOf } from '../../support/faults.ts';
import { hostsOfFile, JOINING, LIMIT_MS, TWO } from '../../support/model/host-faults.ts';

// A run on hosts is cancelled, and its process killed, at every call, in a run of its own, on the
// model of hosts.test.ts. __tests__/e2e/hosts-ended.test.ts does so with the bundle and real hosts,
// at moments of a sample.

const { sites, calls } = hostsOfFile();

test.each([TWO, JOINING])(
  '$title: cancelled or killed at whichever call of `up`, `down` and post take back what it has done',
  async ({ hosts }) => {
    const endings = endingsOf(await calls(hosts, 'up'));
    expect(await failUp(sites(hosts), endings)).toEqual({});
  },
  LIMIT_MS,
);

test.each([TWO, JOINING])(
  '$title: cancelled or killed at whichever call of `down`, the next one takes back the rest',
  async ({ hosts }) => {
    const endings = endingsOf(await calls(hosts, 'down'));
    expect(await failDown(sites(hosts), endings)).toEqual({});
  },
  LIMIT_MS,
);
