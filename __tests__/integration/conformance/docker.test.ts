import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { failDown, failUp, type WholeRuns, wholeRuns } from '../../support/conformance.ts';
import { endingsOf, type Fault, faultsOf } from '../../support/faults.ts';
import { modelCluster } from '../../support/model/cluster.ts';
import { testInterruptedUp } from '../../support/test-interrupted-up.ts';

// Every command and every question of a run with containers for machines fails once, in a run of
// its own, on a model of the engines. That the model is one is seen in
// __tests__/e2e/conformance-docker.test.ts: a real engine is asked the same, and gives the same.

/** Of a test, in ms, where eight others run beside it. */
const LIMIT_MS = 60_000;

/** Fails right before the first machine starts. */
const MADE: Fault = { at: /docker start/, when: 'before' };

// A second `up` makes no machine, so that it does not ask for the image of one.
describe.each([
  { nodes: '1', least: { up: 18, again: 13, down: 11 } },
  { nodes: '3', least: { up: 40, again: 20, down: 11 } },
])('$nodes machines', ({ nodes, least }) => {
  const inputs = { nodes, managers: nodes };
  const make = () =>
    modelCluster({ workspace: tmpdir(), name: 'conform-model', inputs, twins: true });
  const sites = { make, atOnce: 1, bothEnds: true };
  const faultsIn = async (run: keyof WholeRuns) => {
    const faults = faultsOf((await wholeRuns(make()))[run].calls);
    expect(faults.length).toBeGreaterThan(least[run]);
    return faults;
  };

  test(
    'whichever call of `up` fails, `down` and post remove what it has made',
    async () => {
      expect(await failUp(sites, await faultsIn('up'))).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'cancelled or killed at whichever call of `up`: `down` and post remove what it has made',
    async () => {
      const { up } = await wholeRuns(make());
      expect(await failUp(sites, endingsOf(up.calls))).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'whichever call of a second `up` fails, `down` and post remove what both have made',
    async () => {
      expect(await failUp({ ...sites, again: true }, await faultsIn('again'))).toEqual({});
    },
    LIMIT_MS,
  );

  testInterruptedUp(make, async () => {
    const { calls } = (await wholeRuns(make())).up;
    expect(calls.length).toBeGreaterThan(least.up / 2);
    return calls;
  });

  test.each([
    { title: 'a whole cluster', made: undefined },
    { title: 'a cluster that was not started', made: MADE },
  ])(
    '$title: whichever call of `down` fails, or is its last, the next one removes the rest',
    async ({ made }) => {
      const one = make();
      await one.up(one.journal(made));
      const calls = one.journal();
      expect((await one.down(calls)).error).toBeUndefined();
      const faults = faultsOf(calls.calls);
      expect(faults.length).toBeGreaterThan(least.down);
      const given = { make, atOnce: 1, ...(made && { made }) };
      expect(await failDown(given, [...faults, ...endingsOf(calls.calls)])).toEqual({});
    },
    LIMIT_MS,
  );
});
