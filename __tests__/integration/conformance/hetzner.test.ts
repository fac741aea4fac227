import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { wholeRuns } from '../../support/conformance.ts';
import { modelHetzner } from '../../support/model/hetzner.ts';
import { LIMIT_MS, testEveryCall } from '../../support/test-every-call.ts';

// Every call of a run to Hetzner fails once, in a run of its own, or is the last of its run; on a
// stand-in of Hetzner's API, whose servers are engines of the model.

const CLOUDS = [
  { title: 'a quick cloud', asksToo: true, project: { actionMs: 500, lingerMs: 0, releaseMs: 0 } },
  {
    title: 'a slow one, which says "removed" before it is true, and keeps addresses',
    asksToo: false,
    project: { actionMs: 8_000, lingerMs: 6_000, releaseMs: 5_000, keepsAddresses: 'as they say' },
  },
] as const;

describe.each(CLOUDS)('$title', ({ project, asksToo }) => {
  // `down` of what is gone is refused where another repository has something of the name.
  const make = () => modelHetzner({ workspace: tmpdir(), project, twins: 'own' });
  const makeBesideOthers = () => modelHetzner({ workspace: tmpdir(), project, twins: 'all' });
  const least = { up: 4, down: 4 };
  testEveryCall({ vendor: 'Hetzner', asksToo, make, makeBesideOthers, least });
});

test('with 429 at each third call everything ends well', async () => {
  const one = modelHetzner({ workspace: tmpdir(), twins: 'all' });
  one.cloud.limitEvery = 3;
  await wholeRuns(one);
  expect(one.cloud.journal.filter((line) => line.endsWith(' 429')).length).toBeGreaterThan(10);
});

test(
  '50 machines: `up`, a second one, and `down` ask a quarter of what Hetzner takes in an hour',
  async () => {
    const inputs = { nodes: '50', teardown: 'never', ttl: '72h' };
    const one = modelHetzner({ workspace: tmpdir(), inputs, project: { actionMs: 30_000 } });
    const { journal } = one.cloud;
    const countOf = async (run: 'up' | 'down') => {
      journal.length = 0;
      expect((await one[run](one.journal())).error).toBeUndefined();
      return journal.length;
    };
    expect((await countOf('up')) + (await countOf('up')) + (await countOf('down'))).toBeLessThan(
      900,
    );
    expect(await one.left()).toEqual([]);
  },
  LIMIT_MS,
);
