import { expect, test } from '@jest/globals';
import { failDown, failUp, type WholeRuns, wholeRuns } from './conformance.ts';
import { type Call, endingsOf, type Fault, faultsOf, type Journal } from './faults.ts';
import { said } from './in-process.ts';
import type { CloudSite } from './model/cloud-site.ts';

/** Of a test, in ms, where eight others run beside it. */
export const LIMIT_MS = 60_000;

/** A cloud, and what a run asks of it. */
export interface CloudTrials {
  /** As messages call it. */
  readonly vendor: string;
  /** Whether questions fail, too: what becomes of them is the same in a slow cloud. */
  readonly asksToo: boolean;
  readonly make: () => CloudSite;
  /** Beside another repository's cluster, and what somebody made by hand. */
  readonly makeBesideOthers: () => CloudSite;
  /** Each run makes more calls than these. */
  readonly least: Readonly<Record<'up' | 'down', number>>;
}

const ofCloud = (calls: readonly Call[]) => calls.filter(({ key }) => key.startsWith('cloud: '));

/** The tests of every call to a cloud, each of which fails once or is the last of its run. */
export function testEveryCall({ vendor, asksToo, make, makeBesideOthers, least }: CloudTrials) {
  const sites = { make, atOnce: 1, bothEnds: true };
  const callsIn = async (run: keyof WholeRuns, more: number) => {
    const all = ofCloud((await wholeRuns(make()))[run].calls);
    const calls = all.filter(({ changes }) => changes || asksToo);
    expect(calls.length).toBeGreaterThan(more);
    return calls;
  };

  test(
    'whichever call of `up` fails, `down` and post remove what it has made',
    async () => {
      expect(await failUp(sites, faultsOf(await callsIn('up', least.up)))).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'cancelled or killed at whichever call of `up`: `down` and post remove what it has made',
    async () => {
      expect(await failUp(sites, endingsOf(await callsIn('up', least.up)))).toEqual({});
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
      const down = await callsIn('down', least.down);
      const faults = [...faultsOf(down), ...endingsOf(down)];
      expect(await failDown({ make, atOnce: 1 }, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'a kind of call that always fails: `down` and post remove what was made',
    async () => {
      const kinds = new Set(
        (await callsIn('up', least.up)).map(({ key }) => key.replace(/ @.*/, ' @')),
      );
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
    `main is killed while a change is on its way to ${vendor}: post removes what comes of it`,
    async () => {
      const changes = (await callsIn('up', least.up)).filter(({ changes }) => changes);
      expect(await killedMeanwhile(make, changes)).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'another run removes the cluster at whichever call of `up`: post removes what came afterwards',
    async () => {
      const calls = await callsIn('up', least.up);
      expect(await removedMeanwhile(makeBesideOthers, calls)).toEqual([]);
    },
    LIMIT_MS,
  );
}

/**
 * `up` is killed at each of the changes, while it is on its way and takes effect after `lateMs`.
 * Gives what post, or `down` of another run, did not remove, by the call.
 */
export async function killedMeanwhile(
  make: () => CloudSite,
  changes: readonly Call[],
  {
    lateMs = 6_000,
    end = 'post',
  }: { readonly lateMs?: number; readonly end?: 'down' | 'post' } = {},
): Promise<readonly unknown[]> {
  const troubles: unknown[] = [];
  for (const { key } of changes) {
    const one = make();
    const calls = one.journal();
    const late = () => {
      one.delay(lateMs);
      calls.kill();
    };
    const main = await one.up(watched(calls, key, late));
    one.delay(0);
    const removed = end === 'down' ? await one.down() : await one.post(main.state);
    // By now it has come.
    await one.place.world.clock.sleep(60_000);
    const rest = await one.left();
    if (removed.error || rest.length > 0) troubles.push({ key, removed: said(removed), rest });
  }
  return troubles;
}

/**
 * Another run removes the cluster at each of the calls of `up`. Gives what post did not remove of
 * what came afterwards, by the call.
 */
export async function removedMeanwhile(
  make: () => CloudSite,
  calls: readonly Call[],
): Promise<readonly unknown[]> {
  const troubles: unknown[] = [];
  for (const { key } of calls) {
    const one = make();
    let removal: ReturnType<CloudSite['down']> | undefined;
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
  return troubles;
}

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
