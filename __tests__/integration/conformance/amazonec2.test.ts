import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { failDown, failUp, type WholeRuns, wholeRuns } from '../../support/conformance.ts';
import { type Call, endingsOf, type Fault, faultsOf, type Journal } from '../../support/faults.ts';
import { said } from '../../support/in-process.ts';
import { type Amazonec2Site, modelAmazonec2 } from '../../support/model/amazonec2.ts';

// Every call of a run to EC2 fails once, in a run of its own, or is the last of its run;
// on a stand-in of EC2's API, whose instances are engines of the model.

/** Of a test, in ms, where eight others run beside it. */
const LIMIT_MS = 60_000;

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

const ofCloud = (calls: readonly Call[]) => calls.filter(({ key }) => key.startsWith('cloud: '));

describe.each(CLOUDS)('$title', ({ region, asksToo }) => {
  // `down` of what is gone is refused where another repository has something of the name.
  const about = { workspace: tmpdir(), region, inputs: { ttl: '72h' } };
  const make = () => modelAmazonec2({ ...about, twins: 'own' });
  const makeBesideOthers = () => modelAmazonec2({ ...about, twins: 'all' });
  const sites = { make, atOnce: 1, bothEnds: true };
  const callsIn = async (run: keyof WholeRuns, least: number) => {
    const all = ofCloud((await wholeRuns(make()))[run].calls);
    // What becomes of questions is the same in a slow cloud.
    const calls = all.filter(({ changes }) => changes || asksToo);
    expect(calls.length).toBeGreaterThan(least);
    return calls;
  };

  test(
    'whichever call of `up` fails, `down` and post remove what it has made',
    async () => {
      expect(await failUp(sites, faultsOf(await callsIn('up', 3)))).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'cancelled or killed at whichever call of `up`: `down` and post remove what it has made',
    async () => {
      expect(await failUp(sites, endingsOf(await callsIn('up', 3)))).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'whichever call of a second `up` fails, or is its last, `down` and post remove what both have made',
    async () => {
      const again = await callsIn('again', 1);
      const faults = [...faultsOf(again), ...endingsOf(again)];
      expect(await failUp({ ...sites, make: makeBesideOthers, again: true }, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'whichever call of `down` fails, or is its last, the next one removes the rest',
    async () => {
      const down = await callsIn('down', 1);
      const faults = [...faultsOf(down), ...endingsOf(down)];
      expect(await failDown({ make, atOnce: 1 }, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'a kind of call that always fails: `down` and post remove what was made',
    async () => {
      const kinds = new Set((await callsIn('up', 3)).map(({ key }) => key.replace(/ @.*/, ' @')));
      const faults = [...kinds].flatMap((kind): Fault[] =>
        (['before', 'after'] as const).map((when) => ({
          ...{ at: new RegExp(`^${kind}`), when, always: true, changes: true },
        })),
      );
      expect(await failUp(sites, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'main is killed while a change is on its way to AWS: post removes what comes of it',
    async () => {
      const troubles: unknown[] = [];
      for (const { key } of (await callsIn('up', 3)).filter(({ changes }) => changes)) {
        const one = make();
        const calls = one.journal();
        const late = () => {
          one.delay(6_000);
          calls.kill();
        };
        const main = await one.up(watched(calls, key, late));
        one.delay(0);
        const post = await one.post(main.state);
        // By now it has come.
        await one.place.world.clock.sleep(60_000);
        const rest = await one.left();
        if (post.error || rest.length > 0) troubles.push({ key, post: said(post), rest });
      }
      expect(troubles).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'another run removes the cluster at whichever call of `up`: post removes what came afterwards',
    async () => {
      const troubles: unknown[] = [];
      for (const { key } of await callsIn('up', 3)) {
        const one = makeBesideOthers();
        let removal: ReturnType<Amazonec2Site['down']> | undefined;
        const main = await one.up(
          watched(one.journal(), key, () => {
            removal = one.with({}).down();
          }),
        );
        const removed = await removal;
        const post = await one.post(main.state);
        const rest = await one.left();
        const isWell = removed !== undefined && post.error === undefined && rest.length === 0;
        if (!isWell) troubles.push({ key, main: said(main), post: said(post), rest });
      }
      expect(troubles).toEqual([]);
    },
    LIMIT_MS,
  );
});

test('with throttling at each third call everything ends well', async () => {
  const one = modelAmazonec2({ workspace: tmpdir(), twins: 'all' });
  one.cloud.limitEvery = 3;
  await wholeRuns(one);
  expect(one.cloud.journal.filter((line) => line.endsWith(' 503')).length).toBeGreaterThan(10);
});

/** The same journal, which tells when a call is made for the first time. */
function watched(calls: Journal, key: string, reached: () => void): Journal {
  let isReached = false;
  return Object.create(calls, {
    note: {
      value: (...told: Parameters<Journal['note']>) => {
        const due = calls.note(...told);
        if (!isReached && calls.calls.some((call) => call.key === key)) {
          isReached = true;
          reached();
        }
        return due;
      },
    },
  });
}
