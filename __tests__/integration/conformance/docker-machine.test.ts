import { afterAll, describe, expect, test } from '@jest/globals';
import { failDown, failUp, type WholeRuns, wholeRuns } from '../../support/conformance.ts';
import { type Call, endingsOf, type Fault, faultsOf } from '../../support/faults.ts';
import { clearDockerMachine, modelDockerMachine } from '../../support/model/docker-machine.ts';
import { killedMeanwhile, LIMIT_MS, removedMeanwhile } from '../../support/test-every-call.ts';
import { testInterruptedUp } from '../../support/test-interrupted-up.ts';

// Every call of docker-machine fails once, in a run of its own, or is the last of its run. It is a
// stand-in with real files, which answers as the transcript of docker-machine has it.

afterAll(clearDockerMachine);

const ofProgram = (calls: readonly Call[]) =>
  calls.filter(({ key }) => key.startsWith('the runner: docker-machine '));

/**
 * Each fault, of whichever machine: two are made, and removed, at the same time, and real files are
 * written in between, so that the calls of the two come in another order each time.
 */
const inAnyOrder = (faults: readonly Fault[]): readonly Fault[] => {
  const all = faults.map((fault) => ({
    ...fault,
    at: new RegExp(
      `^${String(fault.at)
        .replace(/ @\d+$/, '')
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`,
    ),
  }));
  return [...new Map(all.map((one) => [`${one.end} ${one.when} ${one.at}`, one])).values()];
};

describe('whichever call of docker-machine fails', () => {
  const make = () => modelDockerMachine({ twins: 'own' });
  const makeBesideOthers = () => modelDockerMachine({ twins: 'all' });
  // Of one machine the calls come in the same order each time.
  const makeOne = () => modelDockerMachine({ twins: 'all', inputs: { nodes: '1' } });
  const sites = { make, atOnce: 1, bothEnds: true };
  const callsIn = async (run: keyof WholeRuns, least: number, of = make) => {
    const calls = ofProgram((await wholeRuns(of()))[run].calls);
    expect(calls.length).toBeGreaterThan(least);
    return calls;
  };

  test(
    'or is the last of `up`: `down` and post remove what it has made',
    async () => {
      const calls = await callsIn('up', 7);
      expect(await failUp(sites, inAnyOrder([...faultsOf(calls), ...endingsOf(calls)]))).toEqual(
        {},
      );
    },
    LIMIT_MS,
  );

  test(
    'or is the last of a second `up`: `down` and post remove what both have made',
    async () => {
      const again = await callsIn('again', 3);
      const faults = inAnyOrder([...faultsOf(again), ...endingsOf(again)]);
      expect(await failUp({ ...sites, make: makeBesideOthers, again: true }, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'or is the last of `down`: the next one removes the rest',
    async () => {
      const down = await callsIn('down', 1);
      const faults = inAnyOrder([...faultsOf(down), ...endingsOf(down)]);
      expect(await failDown({ make, atOnce: 1 }, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'each time: `down` and post remove what was made',
    async () => {
      const faults = ['create', 'inspect', 'ip', 'version'].flatMap((word): Fault[] =>
        (['before', 'after'] as const).map((when) => ({
          ...{ at: new RegExp(`^the runner: docker-machine -s \\S+ ${word}`), when },
          ...{ always: true, changes: true },
        })),
      );
      expect(await failUp(sites, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'main is killed while docker-machine is at work: post removes what comes of it',
    async () => {
      const changes = (await callsIn('up', 4, makeOne)).filter(({ changes }) => changes);
      expect(await killedMeanwhile(makeOne, changes)).toEqual([]);
    },
    LIMIT_MS,
  );

  testInterruptedUp(makeOne, () => callsIn('up', 4, makeOne));

  test(
    'another run removes the cluster at whichever call of `up`: post removes what came afterwards',
    async () => {
      const calls = await callsIn('up', 4, makeOne);
      expect(await removedMeanwhile(makeOne, calls)).toEqual([]);
    },
    LIMIT_MS,
  );
});
