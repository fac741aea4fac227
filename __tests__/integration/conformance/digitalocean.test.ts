import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { wholeRuns } from '../../support/conformance.ts';
import { modelDigitalocean } from '../../support/model/digitalocean.ts';
import { testEveryCall } from '../../support/test-every-call.ts';

// Every call of a run to DigitalOcean fails once, in a run of its own, or is the last of its run;
// on a stand-in of DigitalOcean's API, whose droplets are engines of the model.

const CLOUDS = [
  { title: 'a quick cloud', asksToo: true, account: { bootMs: 500, lingerMs: 0, applyMs: 0 } },
  {
    title: 'a slow one, which lists droplets late and long, and removes none while it is made',
    asksToo: false,
    account: {
      bootMs: 8_000,
      lingerMs: 6_000,
      lagMs: 3_000,
      applyMs: 5_000,
      refusesWhileNew: true,
    },
  },
] as const;

describe.each(CLOUDS)('$title', ({ account, asksToo }) => {
  // `down` of what is gone is refused where another repository has something of the name.
  const make = () => modelDigitalocean({ workspace: tmpdir(), account, twins: 'own' });
  const makeBesideOthers = () => modelDigitalocean({ workspace: tmpdir(), account, twins: 'all' });
  const least = { up: 4, down: 4 };
  testEveryCall({ vendor: 'DigitalOcean', asksToo, make, makeBesideOthers, least });
});

test('with 429 at each third call everything ends well', async () => {
  const one = modelDigitalocean({ workspace: tmpdir(), twins: 'all' });
  one.cloud.limitEvery = 3;
  await wholeRuns(one);
  expect(one.cloud.journal.filter((line) => line.endsWith(' 429')).length).toBeGreaterThan(10);
});
