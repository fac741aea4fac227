import { expect, test } from '@jest/globals';
import type { Machine } from '../../../../src/machines/driver.ts';
import { check } from '../../../../src/up/check/check.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

const OWNER = { cluster: 'shop', repository: '42', run: '7' };
const running = (index: number, owner = OWNER) =>
  ({ name: `shop-${index}`, index, owner, state: 'running' }) as Machine;

interface Course {
  /** What `docker image inspect` is answered with, and when. */
  readonly inspected?: Promise<string>;
  readonly existing?: readonly Machine[];
  readonly makeReady?: (signal: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** The checks of two nodes that are given one image, and nothing to deploy. */
async function checked({
  inspected = Promise.resolve(''),
  existing = [],
  makeReady = async () => {},
  signal = new AbortController().signal,
}: Course) {
  const { log, lines } = recordedLog();
  const runner = {
    where: 'the runner',
    open: () => Promise.reject(new Error('not asked')),
    run: async () => ({ exitCode: 1, stdout: await inspected, stderr: 'No such image' }),
  };
  const driver = {
    name: 'docker',
    makesMachines: true,
    check: async () => {},
    list: async () => existing,
    makeReady,
  };
  const context = {
    inputs: { roles: ['manager', 'worker'], nodes: 2, images: ['web:1'], build: false },
    ...{ owner: OWNER, driver, runner, directory: '/', reporter: { log }, signal },
    journal: { learned: () => {} },
  } as unknown as Parameters<typeof check>[0];
  const error = await check(context).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, lines };
}

/** Runs until it is aborted, and takes a while to end then. */
function longWork() {
  const begun = Promise.withResolvers<void>();
  const seen = { aborted: undefined as unknown, ended: false };
  const work = async (signal: AbortSignal) => {
    begun.resolve();
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    seen.aborted = signal.reason;
    await new Promise((resolve) => setImmediate(resolve));
    seen.ended = true;
    throw signal.reason;
  };
  return { work, begun: begun.promise, seen };
}

test('what machines are made of is made ready beside the other checks; one that fails ends it and is told', async () => {
  const { work, begun, seen } = longWork();
  // Answered only once the driver is at it: one after the other this would never end.
  const { error } = await checked({ makeReady: work, inspected: begun.then(() => '') });
  expect(error).toMatchObject({ message: expect.stringMatching(/^images: web:1: not on the/) });
  expect(seen).toEqual({ aborted: error, ended: true });
});

test('a cancelled run ends it, too', async () => {
  const { work, begun, seen } = longWork();
  const cancelling = new AbortController();
  void begun.then(() => cancelling.abort(new Error('cancelled')));
  await checked({
    makeReady: work,
    signal: cancelling.signal,
    inspected: new Promise((_, reject) => {
      cancelling.signal.addEventListener('abort', () => reject(cancelling.signal.reason));
    }),
  });
  expect(seen).toMatchObject({ aborted: { message: 'cancelled' }, ended: true });
});

test.each<[string, readonly Machine[], boolean]>([
  ['none is there', [], true],
  ['one is missing', [running(1), running(3)], true],
  ['one does not run', [running(1), { ...running(2), state: 'stopped' }], true],
  ['all run', [running(1), running(2)], false],
  ['the cluster is another repository’s', [running(1, { ...OWNER, repository: '43' })], false],
])('it is made ready only for machines that are made: %s', async (_what, existing, isMade) => {
  let made = false;
  await checked({
    existing,
    makeReady: async () => {
      made = true;
    },
  });
  expect(made).toBe(isMade);
});

test('what is wrong with the inputs is told before what could not be made ready', async () => {
  const makeReady = () => Promise.reject(new Error('no image of a node'));
  expect((await checked({ makeReady })).error).toMatchObject({
    message: expect.stringMatching(/^images: web:1/),
  });
});
