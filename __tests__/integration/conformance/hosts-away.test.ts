import { expect, test } from '@jest/globals';
import { surviveDown } from '../../support/conformance.ts';
import { restartsAt } from '../../support/faults.ts';
import { hostsOfFile, JOINING, LIMIT_MS, TWO } from '../../support/model/host-faults.ts';

// The engine of a host restarts at each call of `down`, in a run of its own, on a model of the
// engines.

const { sites, calls } = hostsOfFile();

test.each([TWO, JOINING])(
  '$title: whenever an engine is away for some seconds, `down` waits for it and removes everything',
  async ({ hosts }) => {
    const faults = restartsAt(await calls(hosts, 'down'), 6_000);
    expect(await surviveDown(sites(hosts), faults)).toEqual({});
  },
  LIMIT_MS,
);
