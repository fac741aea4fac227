import { expect, test } from '@jest/globals';
import { failDown, failUp } from '../../support/conformance.ts';
import { faultsOf } from '../../support/faults.ts';
import { hostsOfFile, JOINING, LIMIT_MS, ONE } from '../../support/model/host-faults.ts';

// Every command and every question of a run on hosts fails once, in a run of its own, on a model of
// the engines. That the model is one is seen in __tests__/e2e/conformance-hosts.test.ts: real
// engines are asked the same, and give the same.

const { sites, calls } = hostsOfFile();

test.each([ONE, JOINING])(
  '$title: whichever call of `up` fails, `down` and post take back what it has done',
  async ({ hosts }) => {
    const faults = faultsOf(await calls(hosts, 'up'));
    expect(await failUp(sites(hosts), faults)).toEqual({});
  },
  LIMIT_MS,
);

test(
  'whichever call of a second `up` fails, `down` and post take back what both have done',
  async () => {
    const faults = faultsOf(await calls('one', 'again'));
    expect(await failUp({ ...sites('one'), again: true }, faults)).toEqual({});
  },
  LIMIT_MS,
);

test.each([ONE, JOINING])(
  '$title: whichever call of `down` fails, the next one takes back the rest',
  async ({ hosts }) => {
    const faults = faultsOf(await calls(hosts, 'down'));
    expect(await failDown(sites(hosts), faults)).toEqual({});
  },
  LIMIT_MS,
);
