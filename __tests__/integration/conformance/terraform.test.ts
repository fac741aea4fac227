import { tmpdir } from 'node:os';
import { afterAll, expect, test } from '@jest/globals';
import { failDown, failUp, type WholeRuns, wholeRuns } from '../../support/conformance.ts';
import { type Call, endingsOf, type Fault, faultsOf } from '../../support/faults.ts';
import { modelTerraform, removeRunnerFiles } from '../../support/model/terraform.ts';
import { killedMeanwhile, LIMIT_MS, removedMeanwhile } from '../../support/test-every-call.ts';
import { testInterruptedUp } from '../../support/test-interrupted-up.ts';

// Every command of Terraform fails once, in a run of its own, or is the last of its run. Terraform is
// the stand-in of the tests, and the machines of its module are engines of the model.

afterAll(removeRunnerFiles);

const make = () => modelTerraform({ workspace: tmpdir() });
const makeBesideOthers = () => modelTerraform({ workspace: tmpdir(), hasTwin: true });
const sites = { make, atOnce: 1, bothEnds: true };

const ofTerraform = (calls: readonly Call[]) =>
  calls.filter(({ key }) => key.startsWith('the runner: terraform '));

async function callsIn(run: keyof WholeRuns, least: number) {
  const calls = ofTerraform((await wholeRuns(make()))[run].calls);
  expect(calls.length).toBeGreaterThan(least);
  return calls;
}

test(
  'whichever command of `up` fails, or is its last, `down` and post remove what it has made',
  async () => {
    const calls = await callsIn('up', 5);
    expect(await failUp(sites, [...faultsOf(calls), ...endingsOf(calls)])).toEqual({});
  },
  LIMIT_MS,
);

test(
  'whichever command of a second `up` fails, or is its last, `down` and post remove what both have made',
  async () => {
    const again = await callsIn('again', 3);
    const faults = [...faultsOf(again), ...endingsOf(again)];
    expect(await failUp({ ...sites, make: makeBesideOthers, again: true }, faults)).toEqual({});
  },
  LIMIT_MS,
);

test(
  'whichever command of `down` fails, or is its last, the next one removes the rest',
  async () => {
    const down = await callsIn('down', 4);
    const faults = [...faultsOf(down), ...endingsOf(down)];
    expect(await failDown({ make, atOnce: 1 }, faults)).toEqual({});
  },
  LIMIT_MS,
);

test(
  'a command that always fails: `down` and post remove what was made',
  async () => {
    const faults = ['plan', 'apply', 'state pull'].flatMap((command): Fault[] =>
      (['before', 'after'] as const).map((when) => ({
        at: new RegExp(`^the runner: terraform \\S+ ${command} `),
        ...{ when, always: true, changes: true },
      })),
    );
    expect(await failUp(sites, faults)).toEqual({});
  },
  LIMIT_MS,
);

test(
  'main is killed while Terraform is at work: post removes what comes of it',
  async () => {
    const changes = (await callsIn('up', 5)).filter(({ changes }) => changes);
    expect(await killedMeanwhile(make, changes)).toEqual([]);
  },
  LIMIT_MS,
);

testInterruptedUp(make, () => callsIn('up', 5));

test(
  'another run removes the cluster at whichever command of `up`: post removes what came afterwards',
  async () => {
    const calls = await callsIn('up', 5);
    expect(await removedMeanwhile(makeBesideOthers, calls)).toEqual([]);
  },
  LIMIT_MS,
);
