import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { failDown, failUp, type WholeRuns, wholeRuns } from '../../support/conformance.ts';
import { type Call, endingsOf, type Fault, faultsOf } from '../../support/faults.ts';
import { modelCommand } from '../../support/model/command.ts';
import { killedMeanwhile, LIMIT_MS, removedMeanwhile } from '../../support/test-every-call.ts';
import { testInterruptedUp } from '../../support/test-interrupted-up.ts';

// Every call of a program of the driver command fails once, in a run of its own, or is the last of
// its run. The programs are functions here, and the machines that they make engines of the model.

const CLOUDS = [
  { title: 'quick programs', cloud: {} },
  {
    title: 'programs of a slow cloud, which say "removed" before it is true',
    cloud: { lingerMs: 6_000 },
  },
] as const;

const ofPrograms = (calls: readonly Call[]) =>
  calls.filter(({ key }) => key.startsWith('the runner: cloud '));

describe.each(CLOUDS)('$title', ({ cloud }) => {
  // `down` of what is gone is refused where another repository has something of the name.
  const make = () => modelCommand({ workspace: tmpdir(), cloud, twins: 'own' });
  const makeBesideOthers = () => modelCommand({ workspace: tmpdir(), cloud, twins: 'all' });
  const sites = { make, atOnce: 1, bothEnds: true };
  const callsIn = async (run: keyof WholeRuns, least: number) => {
    const calls = ofPrograms((await wholeRuns(make()))[run].calls);
    expect(calls.length).toBeGreaterThan(least);
    return calls;
  };

  test(
    'whichever call of `up` fails, or is its last, `down` and post remove what it has made',
    async () => {
      const calls = await callsIn('up', 4);
      expect(await failUp(sites, [...faultsOf(calls), ...endingsOf(calls)])).toEqual({});
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
      const down = await callsIn('down', 4);
      const faults = [...faultsOf(down), ...endingsOf(down)];
      expect(await failDown({ make, atOnce: 1 }, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'a program that always fails: `down` and post remove what was made',
    async () => {
      const faults = ['create', 'list', 'prepare'].flatMap((program): Fault[] =>
        (['before', 'after'] as const).map((when) => ({
          ...{
            at: new RegExp(`^the runner: cloud ${program} `),
            when,
            always: true,
            changes: true,
          },
        })),
      );
      expect(await failUp(sites, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'main is killed while a program is at work: post removes what comes of it',
    async () => {
      const changes = (await callsIn('up', 4)).filter(({ changes }) => changes);
      expect(await killedMeanwhile(make, changes)).toEqual([]);
    },
    LIMIT_MS,
  );

  testInterruptedUp(make, () => callsIn('up', 4));

  test(
    'another run removes the cluster at whichever call of `up`: post removes what came afterwards',
    async () => {
      const calls = await callsIn('up', 4);
      expect(await removedMeanwhile(makeBesideOthers, calls)).toEqual([]);
    },
    LIMIT_MS,
  );
});
