import { expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import type { OwnedCluster } from '../../../src/machines/driver.ts';
import type { Owner } from '../../../src/machines/ownership.ts';
import { someKinds } from '../sample.ts';
import type { CloudFault, CloudStandIn } from './cloud-server.ts';

/** How a call fails once. */
export type FaultKind = Pick<CloudFault, 'answer' | 'isDone' | 'code'>;

/** What each vendor's calls may end with; what is special to one is added. */
export const FAULT_KINDS: readonly (readonly [string, FaultKind])[] = [
  ['500 before its effect', { answer: 500 }],
  ['500 after its effect', { answer: 500, isDone: true }],
  ['no answer, before its effect', { answer: 'lost' }],
  ['no answer, after its effect', { answer: 'lost', isDone: true }],
];

/** A stand-in with a clock of its own, and what runs with it. */
interface CloudTrial<Work> extends AsyncDisposable {
  readonly fake: CloudStandIn;
  readonly lines: readonly string[];
  work(limitMs?: number, signal?: AbortSignal): Work;
  now(): number;
}

/** A driver with its stand-in, and what is the same for each cloud in other words. */
export interface CloudFaultTrials<Work, Trial extends CloudTrial<Work>> {
  /** As messages call it. */
  readonly vendor: string;
  readonly kinds: readonly (readonly [string, FaultKind])[];
  /** Of a call that is made again and again, so many stand for all. */
  readonly most: number;
  /** What a path of the journal has in common with that of the same call: `/servers/N`. */
  readonly pathOf: (path: string) => string;
  /** What stands for the rest of a path. */
  readonly rest: string;
  readonly start: () => Promise<Trial>;
  readonly owner: Owner;
  /** Another repository, which has a cluster of the same name. */
  readonly twin: Owner;
  /** Makes a cluster with so many machines. */
  readonly make: (trial: Trial, owner: Owner, machines: number) => Promise<unknown>;
  /** Makes the cluster of `owner` with two machines, and renews it until `renewed`. */
  readonly up: (trial: Trial, renewed: Owner) => Promise<void>;
  readonly destroy: (work: Work, owner: Owner) => Promise<unknown>;
  readonly clusters: (work: Work) => Promise<readonly OwnedCluster[]>;
  /** What exists: `server su-42-shop-1`. */
  readonly all: (trial: Trial) => string[];
  /** `server`. */
  readonly noun: string;
  /** Who may say that a rate limit was reached. */
  readonly limited?: readonly string[];
  /** What fails for some time during a removal, and for how long that holds it up at least, in ms. */
  readonly outage: CloudFault;
  readonly outageMs: number;
}

/** What further tests of a cloud begin with. */
export interface Beside<Trial> {
  readonly trial: Trial;
  /** What exists before anything of the cluster does. */
  readonly before: string[];
}

/**
 * The tests of a driver against a vendor that fails: each call of a life once, a storm of refusals, an
 * outage, an abort. Gives what starts a trial in which another repository has a cluster of the same
 * name.
 */
export function testCloudFaults<Work, Trial extends CloudTrial<Work>>(
  about: CloudFaultTrials<Work, Trial>,
): () => Promise<Beside<Trial>> {
  const { owner, noun } = about;
  const renewed = { ...owner, expires: '2026-12-09T12:00:00Z' };
  const up = (trial: Trial) => about.up(trial, renewed);
  const besideTwin = async (): Promise<Beside<Trial>> => {
    const trial = await about.start();
    await about.make(trial, about.twin, 1);
    trial.fake.journal.length = 0;
    return { trial, before: about.all(trial) };
  };

  test.each(someKinds(about.kinds, 'up'))(
    'each call on the way up ends once with %s',
    async (_, fault) => {
      const { trial: plain } = await besideTwin();
      await using _plain = plain;
      await up(plain);
      for (const { call, at, name } of callsOf(about, plain.fake.journal)) {
        const { trial, before } = await besideTwin();
        await using _trial = trial;
        trial.fake.fault({ call, at, ...fault });
        // A single fault of the vendor is no reason to fail.
        await up(trial).catch((error: unknown) => {
          throw new Error(`${name}: ${error instanceof ActionError ? error.message : error}`, {
            cause: error,
          });
        });
        const machines = about.all(trial).filter((one) => one.startsWith(`${noun} su-42`));
        const expected = [`${noun} su-42-shop-1`, `${noun} su-42-shop-2`];
        expect([name, machines]).toEqual([name, expected]);
        const [ours] = (await about.clusters(trial.work())).filter(
          (one) => one.owner.repository === '42',
        );
        expect([name, ours?.owner.expires]).toEqual([name, renewed.expires]);
        await about.destroy(trial.work(), owner);
        expect([name, about.all(trial)]).toEqual([name, before]);
      }
    },
  );

  test.each(someKinds(about.kinds, 'removal'))(
    'each call of a removal ends once with %s',
    async (_, fault) => {
      const { trial: plain } = await besideTwin();
      await using _plain = plain;
      await up(plain);
      plain.fake.journal.length = 0;
      await about.destroy(plain.work(), owner);
      for (const { call, at, name } of callsOf(about, plain.fake.journal)) {
        const { trial, before } = await besideTwin();
        await using _trial = trial;
        await up(trial);
        trial.fake.fault({ call, at, ...fault });
        await about.destroy(trial.work(), owner);
        expect([name, about.all(trial)]).toEqual([name, before]);
      }
    },
  );

  test('a storm of rate limits slows everything down and ends nothing', async () => {
    const { trial, before } = await besideTwin();
    await using _trial = trial;
    trial.fake.limitEvery = 3;
    await up(trial);
    await about.destroy(trial.work(), owner);
    expect(about.all(trial)).toEqual(before);
    // Each says so once.
    expect([...trial.lines].sort()).toEqual(
      [about.vendor, ...(about.limited ?? [])]
        .sort()
        .map((vendor) => expect.stringMatching(limitLine(vendor))),
    );
  });

  test(`a removal goes on while ${about.vendor} fails for a while`, async () => {
    const { trial, before } = await besideTwin();
    await using _trial = trial;
    await up(trial);
    const from = trial.now();
    trial.fake.fault(about.outage);
    await about.destroy(trial.work(), owner);
    expect(trial.now() - from).toBeGreaterThan(about.outageMs);
    expect(about.all(trial)).toEqual(before);
  });

  test('an abort ends a removal with its reason', async () => {
    const { trial } = await besideTwin();
    await using _trial = trial;
    await up(trial);
    const controller = new AbortController();
    const removal = about.destroy(trial.work(600_000, controller.signal), owner);
    controller.abort(new Error('cancelled'));
    await expect(removal).rejects.toThrow('cancelled');
  });

  return besideTwin;
}

function limitLine(vendor: string): RegExp {
  return new RegExp(`^Rate limit of ${vendor} reached; the run waits until \\d\\d:\\d\\d UTC\\.$`);
}

/** Each kind of call in a journal, and which of these calls it is, in order. */
function callsOf(
  { most, pathOf, rest }: Pick<CloudFaultTrials<never, never>, 'most' | 'pathOf' | 'rest'>,
  journal: readonly string[],
): { readonly call: RegExp; readonly at: number; readonly name: string }[] {
  const seen = new Map<string, number>();
  return journal.flatMap((line) => {
    const [method, path = ''] = line.split(/[ ?]/);
    const name = `${method} ${pathOf(path)}`;
    const at = (seen.get(name) ?? 0) + 1;
    seen.set(name, at);
    if (at > most) return [];
    return { call: new RegExp(`^${name.replaceAll('/N', rest)}$`), at, name: `${name} #${at}` };
  });
}
