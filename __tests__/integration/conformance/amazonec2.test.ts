import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { wholeRuns } from '../../support/conformance.ts';
import { modelAmazonec2 } from '../../support/model/amazonec2.ts';
import { testEveryCall } from '../../support/test-every-call.ts';

// Every call of a run to EC2 fails once, in a run of its own, or is the last of its run;
// on a stand-in of EC2's API, whose instances are engines of the model.

const CLOUDS = [
  { title: 'a quick cloud', asksToo: true, region: { bootMs: 500, lingerMs: 0 } },
  {
    title: 'a slow one, which lists instances late and long',
    asksToo: false,
    region: {
      bootMs: 8_000,
      lingerMs: 6_000,
      lagMs: 3_000,
    },
  },
] as const;

describe.each(CLOUDS)('$title', ({ region, asksToo }) => {
  // `down` of what is gone is refused where another repository has something of the name.
  const about = { workspace: tmpdir(), region, inputs: { ttl: '72h' } };
  const make = () => modelAmazonec2({ ...about, twins: 'own' });
  const makeBesideOthers = () => modelAmazonec2({ ...about, twins: 'all' });
  const least = { up: 3, down: 1 };
  testEveryCall({ vendor: 'AWS', asksToo, make, makeBesideOthers, least });
});

test('with throttling at each third call everything ends well', async () => {
  const one = modelAmazonec2({ workspace: tmpdir(), twins: 'all' });
  one.cloud.limitEvery = 3;
  await wholeRuns(one);
  expect(one.cloud.journal.filter((line) => line.endsWith(' 503')).length).toBeGreaterThan(10);
});
