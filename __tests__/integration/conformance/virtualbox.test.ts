import { afterAll, describe, expect, test } from '@jest/globals';
import { failDown, failUp, type WholeRuns, wholeRuns } from '../../support/conformance.ts';
import { type Call, endingsOf, type Fault, faultsOf } from '../../support/faults.ts';
import { said } from '../../support/in-process.ts';
import { clearVirtualBox, modelVirtualBox } from '../../support/model/virtualbox.ts';
import { testInterruptedUp } from '../../support/test-interrupted-up.ts';

// Every call of a run to VBoxManage fails once, in a run of its own, or is the last of its run; on
// a model of VBoxManage, whose machines are engines of the model. That the real one answers so is
// seen by script/virtualbox/check.

/** Of a test, in ms, where eight others run beside it. */
const LIMIT_MS = 60_000;

afterAll(clearVirtualBox);

const ofVirtualBox = (calls: readonly Call[]) =>
  calls.filter(({ key }) => key.includes(': VBoxManage '));

describe('whichever call to VBoxManage fails', () => {
  const make = () => modelVirtualBox({ twins: true });
  const makePair = () => modelVirtualBox({ inputs: { nodes: '2' } });
  const sites = { make, atOnce: 1, bothEnds: true };
  const callsIn = async (run: keyof WholeRuns, least: number, of = make) => {
    const calls = ofVirtualBox((await wholeRuns(of()))[run].calls);
    expect(calls.length).toBeGreaterThan(least);
    return calls;
  };

  test(
    'in `up`: `down` and post remove what it has made',
    async () => {
      expect(await failUp(sites, faultsOf(await callsIn('up', 15)))).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'cancelled or killed there: `down` and post remove what it has made',
    async () => {
      // Either end in turn: what each does is seen above.
      const inTurn = { ...sites, bothEnds: false };
      expect(await failUp(inTurn, endingsOf(await callsIn('up', 15)))).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'in a second `up`, or it is its last: `down` and post remove what both have made',
    async () => {
      const again = await callsIn('again', 2);
      const faults = [...faultsOf(again), ...endingsOf(again)];
      expect(await failUp({ ...sites, again: true }, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'in `down` of two machines, or it is its last: the next one removes the rest',
    async () => {
      const down = await callsIn('down', 8, makePair);
      const faults = [...faultsOf(down), ...endingsOf(down)];
      expect(await failDown({ make: makePair, atOnce: 1 }, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test('what is made after another run has removed the folder goes before the next `up` makes one', async () => {
    const one = make();
    const meanwhile = async () => expect((await one.down()).error).toBeUndefined();
    const removed: Fault = { at: /: VBoxManage createmedium /, when: 'before', meanwhile };
    expect((await one.up(one.journal(removed))).error).toBeDefined();
    expect(await one.left()).toContain('file conform/1/disk.vdi');
    expect((await one.up(one.journal())).error).toBeUndefined();
    expect((await one.down()).error).toBeUndefined();
    expect(await one.left()).toEqual([]);
    // A disk alone is in no list of clusters, and `down` finds it all the same.
    const other = make();
    const again = async () => void (await other.down());
    await other.up(other.journal({ ...removed, meanwhile: again }));
    expect(await other.left()).not.toEqual([]);
    expect((await other.down()).error).toBeUndefined();
    expect(await other.left()).toEqual([]);
  });

  testInterruptedUp(make, () => callsIn('up', 15));

  test(
    'main is killed while VirtualBox is still at work for it: post removes what comes of it',
    async () => {
      const troubles: unknown[] = [];
      for (const { key } of (await callsIn('up', 15)).filter(({ changes }) => changes)) {
        const one = make();
        const calls = one.journal();
        const late = Object.create(calls, {
          note: {
            value: (...told: Parameters<typeof calls.note>) => {
              const due = calls.note(...told);
              if (calls.calls.some((call) => call.key === key) && !calls.killed.aborted) {
                one.delay(3_000);
                queueMicrotask(calls.kill);
              }
              return due;
            },
          },
        });
        const main = await one.up(late);
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
});
