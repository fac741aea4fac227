import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { image } from '../../../src/images/image.ts';
import { loadImages } from '../../../src/images/load.ts';
import type { PassOn } from '../../../src/images/pass-on.ts';
import type { ImageSource } from '../../../src/images/sources.ts';

const PRINTED = {
  ...{ Id: 'sha256:1', RepoTags: ['app:1'], Architecture: 'amd64', Os: 'linux' },
  RootFS: { Layers: ['sha256:2'] },
  Config: { Healthcheck: { Test: ['CMD', 'true'], StartInterval: 5 } },
};
const APP = image.parse(PRINTED);
const OLD_ENGINE = {
  ...PRINTED,
  Id: 'sha256:3',
  Config: { Healthcheck: { Test: ['CMD', 'true'] } },
};

/** A machine that has the image or not; `kept` is what its engine keeps of it. */
interface Node extends Executor {
  has: boolean;
  /** How often the runner has sent the image. */
  sent: number;
}

function node(where: string, kept: object = PRINTED, has = false): Node {
  const tags = new Set(['app:1']);
  const made: Node = {
    ...{ where, has, sent: 0 },
    open: () => Promise.reject(new Error('not asked')),
    run: async (argv: Argv, options = {}) => {
      if (argv[1] === 'load') {
        await text(options.stdin as Readable);
        Object.assign(made, { has: true, sent: made.sent + 1 });
      }
      if (argv[1] === 'tag') tags.add(argv[3] ?? '');
      const found = made.has ? [{ ...kept, RepoTags: [...tags] }] : [];
      return { exitCode: 0, stdout: JSON.stringify(found), stderr: '' };
    },
  };
  return made;
}

const source: ImageSource = {
  ...{ where: 'the runner', bytes: 1_000, images: new Map([['app:1', APP]]) },
  open: async () => Readable.from(['archive']),
};

const nodes = (count: number) => Array.from({ length: count }, (_, at) => node(`node-${at + 1}`));

interface Passing extends PassOn {
  readonly fetches: string[];
  readonly failures: string[];
  /** The most that ran at once, and the most of one giver. */
  readonly most: { all: number; ofOne: number };
}

/** Machines that pass images on; `fails` tells which of them cannot. */
function passing(fails: (to: string, from: string) => boolean = () => false): Passing {
  const running = new Map<string, number>();
  const passing: Passing = {
    ...{ fetches: [], failures: [], most: { all: 0, ofOne: 0 } },
    pays: (machines, bytes) => machines > 1 && bytes === 1_000,
    fetch: async (to, from, names, signal) => {
      expect(names).toEqual(['app:1']);
      expect((from as Node).has).toBe(true);
      running.set(from.where, (running.get(from.where) ?? 0) + 1);
      passing.most.ofOne = Math.max(passing.most.ofOne, ...running.values());
      const all = [...running.values()].reduce((sum, one) => sum + one);
      passing.most.all = Math.max(passing.most.all, all);
      for (let at = 0; at < 5; at += 1) await turn();
      running.set(from.where, (running.get(from.where) ?? 0) - 1);
      signal.throwIfAborted();
      if (fails(to.where, from.where)) throw new Error('no route to host');
      (to as Node).has = true;
      passing.fetches.push(`${from.where} > ${to.where}`);
    },
    gaveUp: (to, from, reason) => passing.failures.push(`${to.where} ${from.where} ${reason}`),
  };
  return passing;
}

const signal = new AbortController().signal;
const sentTo = (all: readonly Node[]) =>
  all.filter(({ sent }) => sent > 0).map(({ where }) => where);

test('the runner sends an image once, and the machines pass it on, each to two at once', async () => {
  const all = nodes(20);
  const passOn = passing();
  const reports = await loadImages(all, [source], signal, passOn);
  expect(sentTo(all)).toEqual(['node-1']);
  expect(passOn.fetches).toHaveLength(19);
  expect(passOn.most.ofOne).toBe(2);
  expect(passOn.most.all).toBeGreaterThan(6);
  const [first, ...rest] = reports;
  expect(first).toEqual({
    ...{ machine: 'node-1', loaded: ['app:1'], bytes: 7, durationMs: expect.any(Number) },
  });
  for (const { from, bytes, loaded } of rest) {
    expect({ from: from?.slice(0, 5), bytes, loaded }).toEqual({
      ...{ from: 'node-', bytes: 0, loaded: ['app:1'] },
    });
  }
});

test('the runner sends nothing if a machine has the image', async () => {
  const all = [node('node-1'), node('node-2', PRINTED, true), node('node-3')];
  // Its names, as an earlier run has given them.
  await loadImages(all.slice(1, 2), [source], signal);
  const passOn = passing();
  await loadImages(all, [source], signal, passOn);
  expect(sentTo(all)).toEqual([]);
  expect(passOn.fetches).toEqual(['node-2 > node-1', 'node-2 > node-3']);
});

test('the runner sends to all where passing on does not pay', async () => {
  const all = nodes(3);
  const passOn = { ...passing(), pays: () => false };
  await loadImages(all, [source], signal, passOn);
  expect(sentTo(all)).toEqual(['node-1', 'node-2', 'node-3']);
});

test('one that cannot fetch it ends the passing on: the runner sends it to the rest, and says so once', async () => {
  const all = nodes(5);
  const passOn = passing(() => true);
  await loadImages(all, [source], signal, passOn);
  expect(sentTo(all)).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-5']);
  expect(passOn.failures).toEqual(['node-2 node-1 Error: no route to host']);
  expect(passOn.fetches).toEqual([]);
});

test('one that fails late keeps what the others have', async () => {
  const all = nodes(8);
  const passOn = passing((to) => to === 'node-4');
  const reports = await loadImages(all, [source], signal, passOn);
  expect(all.every(({ has }) => has)).toBe(true);
  expect(sentTo(all)).toContain('node-4');
  expect(sentTo(all)).not.toContain('node-2');
  expect(passOn.failures).toHaveLength(1);
  expect(reports.map(({ loaded }) => loaded.length)).toEqual(Array.from({ length: 8 }, () => 1));
});

test('one that says it has fetched the image, and has not, gets it from the runner', async () => {
  const all = nodes(3);
  const passOn = { ...passing(), fetch: async () => {} };
  await loadImages(all, [source], signal, passOn);
  expect(sentTo(all)).toEqual(['node-1', 'node-2', 'node-3']);
  expect(passOn.failures).toEqual([
    expect.stringContaining('node-2 does not have app:1 as the runner has it'),
  ]);
});

test('an engine that keeps less of an image passes on nothing', async () => {
  const first = [node('old', OLD_ENGINE), ...nodes(2)];
  const passOn = passing();
  await loadImages(first, [source], signal, passOn);
  expect(sentTo(first)).toEqual(['old', 'node-1', 'node-2']);
  const among = [node('node-9'), node('old', OLD_ENGINE), ...nodes(6)];
  await loadImages(among, [source], signal, passOn);
  expect(passOn.fetches).toHaveLength(7);
  expect(passOn.fetches.filter((one) => one.startsWith('old'))).toEqual([]);
});

test('an abort ends with its reason, after what runs has ended', async () => {
  const controller = new AbortController();
  const passOn = passing();
  const { fetch } = passOn;
  let running = 0;
  const slow: PassOn = {
    ...passOn,
    fetch: async (...args) => {
      running += 1;
      controller.abort(new Error('cancelled'));
      await fetch(...args).finally(() => {
        running -= 1;
      });
    },
  };
  await expect(loadImages(nodes(5), [source], controller.signal, slow)).rejects.toThrow(
    'cancelled',
  );
  expect(running).toBe(0);
  expect(passOn.failures).toEqual([]);
});
