import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, jest, test } from '@jest/globals';
import type { Argv } from '../../../src/exec/argv.ts';
import { CommandError, type Executor } from '../../../src/exec/executor.ts';
import { contentReference } from '../../../src/images/content-tag.ts';
import { loadImages } from '../../../src/images/load.ts';
import type { ImageSource } from '../../../src/images/sources.ts';

const image = (name: string, id: string) => ({
  Id: id,
  RepoTags: [`${name}:latest`],
  Architecture: 'amd64',
  Os: 'linux',
  RootFS: { Layers: [id] },
});
const signal = new AbortController().signal;

/**
 * A machine that has what it names, and gets what is loaded into it; what `loads` gives is what it
 * then has.
 */
function machine(
  where: string,
  has: Readonly<Record<string, string>>,
  loads: (archive: string) => Readonly<Record<string, string>> = JSON.parse,
): Executor & { readonly archives: readonly string[]; readonly present: Map<string, string> } {
  const tagged = (name: string) => (name.includes(':') ? name : `${name}:latest`);
  const present = new Map(Object.entries(has).map(([name, id]) => [tagged(name), id]));
  const archives: string[] = [];
  return {
    where,
    archives,
    present,
    open: () => Promise.reject(new Error('not asked')),
    run: async (argv: Argv, options = {}) => {
      if (argv[1] === 'load') {
        const archive = await text(options.stdin as Readable);
        archives.push(archive);
        for (const [name, id] of Object.entries(loads(archive))) present.set(tagged(name), id);
        return { exitCode: 0, stdout: '', stderr: '' };
      }
      if (argv[1] === 'tag') {
        present.set(tagged(argv[3] ?? ''), argv[2] ?? '');
        return { exitCode: 0, stdout: '', stderr: '' };
      }
      const ids = new Set(argv.slice(3).flatMap((name) => present.get(tagged(name)) ?? []));
      const found = [...ids].map((id) => ({
        ...image('', id),
        RepoTags: [...present].filter(([, one]) => one === id).map(([name]) => name),
      }));
      return { exitCode: 0, stdout: JSON.stringify(found), stderr: '' };
    },
  };
}

/** The reference by content of an image that `source` has. */
const content = (name: string, id: string) => contentReference(name, image(name, id));

/** A source of images, whose archive says what is in it. */
function source(images: Readonly<Record<string, string>>): ImageSource {
  const archive = JSON.stringify(images);
  return {
    where: 'the runner',
    bytes: archive.length,
    images: new Map(Object.entries(images).map(([name, id]) => [name, image(name, id)])),
    open: async () => Readable.from([archive.slice(0, 3), archive.slice(3)]),
  };
}

const both = [source({ a: '1', b: '2' })];

describe('loadImages', () => {
  test('what a machine waited for another one is no part of how long it took', async () => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    const archive = Array.from({ length: 5 }, () => 'x'.repeat(200_000));
    const reading = (where: string, chunkMs: number) => {
      const one = machine(where, {});
      const { run } = one;
      return {
        ...one,
        run: async (argv: Argv, options: Parameters<typeof run>[1] = {}) => {
          if (argv[1] !== 'load') return await run(argv, options);
          for await (const _ of options.stdin as Readable) {
            for (let turn = 0; chunkMs > 0 && turn < 5; turn += 1) await new Promise(setImmediate);
            now += chunkMs;
          }
          one.present.set(content('a', '1'), '1').set('a:latest', '1');
          return { exitCode: 0, stdout: '', stderr: '' };
        },
      };
    };
    const large = { ...source({ a: '1' }), open: async () => Readable.from(archive) };
    const [fast, slow] = await loadImages(
      [reading('fast', 0), reading('slow', 1_000)],
      [large],
      signal,
    ).finally(() => clock.mockRestore());
    expect(slow?.durationMs).toBeGreaterThanOrEqual(4_000);
    expect(fast?.durationMs).toBeLessThanOrEqual(1_000);
  });

  test('loads those that lack one, and leaves the others alone', async () => {
    const full = machine('full', { a: '1', b: '2' });
    const old = machine('old', { a: '1', b: 'older' });
    const empty = machine('empty', {});
    expect(await loadImages([full, old, empty], both, signal)).toEqual([
      { machine: 'full', loaded: [], bytes: 0, durationMs: 0 },
      { machine: 'old', loaded: ['b'], bytes: 17, durationMs: expect.any(Number) },
      { machine: 'empty', loaded: ['a', 'b'], bytes: 17, durationMs: expect.any(Number) },
    ]);
    expect([full, old, empty].map(({ archives }) => archives.length)).toEqual([0, 1, 1]);
  });

  test('loads each source with what is lacked of it, and goes by the source where all is there', async () => {
    const one = machine('one', { a: '1', c: '3' });
    const sources = [source({ a: '1' }), source({ b: '2', c: '3' })];
    expect(await loadImages([one], sources, signal)).toMatchObject([
      { machine: 'one', loaded: ['b'], bytes: 17 },
    ]);
    expect(one.archives).toEqual(['{"b":"2","c":"3"}']);
  });

  test('an image that is there by another name only is given the other names, and not loaded', async () => {
    const one = machine('one', { old: '1' });
    const sources = [source({ old: '1', new: '1' })];
    expect(await loadImages([one], sources, signal)).toMatchObject([
      { machine: 'one', loaded: [] },
    ]);
    expect(one.archives).toEqual([]);
    expect(Object.fromEntries(one.present)).toEqual({
      ...{ 'old:latest': '1', 'new:latest': '1' },
      ...{ [content('old', '1')]: '1', [content('new', '1')]: '1' },
    });
  });

  test('each has its name and that of its content, and what was loaded before keeps the latter', async () => {
    const one = machine('one', {});
    await loadImages([one], [source({ a: '1' })], signal);
    await loadImages([one], [source({ a: '2' })], signal);
    expect(Object.fromEntries(one.present)).toEqual({
      ...{ 'a:latest': '2', [content('a', '1')]: '1', [content('a', '2')]: '2' },
    });
    const back = await loadImages([one], [source({ a: '1' })], signal);
    expect(back).toMatchObject([{ loaded: [] }]);
    expect(one.present.get('a:latest')).toBe('1');
  });

  test('names a machine that does not have the same image afterwards', async () => {
    const liar = machine('liar', {}, () => ({ a: '1', b: 'other' }));
    await expect(loadImages([liar], both, signal)).rejects.toMatchObject({
      message: 'liar does not have b as the runner has it, after loading.',
      status: 'image',
    });
  });

  test('names a machine that fails, when the others have theirs', async () => {
    const full = machine('full', {}, () => {
      const result = { exitCode: 1, stdout: '', stderr: 'no space left on device' };
      throw new CommandError('full', ['docker', 'load'], result);
    });
    const empty = machine('empty', {});
    await expect(loadImages([full, empty], both, signal)).rejects.toMatchObject({
      message: 'Loading a, b into full failed.',
      details: 'no space left on device',
    });
    expect(empty.archives).toEqual(['{"a":"1","b":"2"}']);
  });

  test('an archive that breaks off ends for no machine as if it were whole', async () => {
    const broken = new Error('docker save: write EPIPE');
    const cut: ImageSource = {
      ...source({ a: '1', b: '2' }),
      open: async () =>
        Readable.from(
          (async function* () {
            yield '{"a":"1"}';
            throw broken;
          })(),
        ),
    };
    const machines = [machine('one', {}), machine('two', {})];
    await expect(loadImages(machines, [cut], signal)).rejects.toBe(broken);
    expect(machines.flatMap(({ archives }) => archives)).toEqual([]);
  });
});

test('each machine gets an image for several platforms as its own engine can load it, and asks for it by one name', async () => {
  const variant = (Architecture: string) => ({ ...image('web', Architecture), Architecture });
  const variants = [variant('amd64'), variant('arm64')];
  const several: ImageSource = {
    where: 'web.tar',
    isForSeveral: true,
    bytes: 10,
    images: new Map([['web', { ...variant('amd64'), Variants: variants }]]),
    open: async (_, platform = '') => Readable.from([platform]),
  };
  const own = (architecture: string): ReturnType<typeof machine> => {
    const made = machine(architecture, {}, () => ({ web: architecture }));
    const run: Executor['run'] = async (argv, options) => {
      const result = await made.run(argv, options);
      if (argv[1] === 'version') return { ...result, stdout: `linux/${architecture}\n` };
      if (argv[2] !== 'inspect') return result;
      const found = JSON.parse(result.stdout) as object[];
      const stdout = JSON.stringify(found.map((one) => ({ ...one, Architecture: architecture })));
      return { ...result, stdout };
    };
    return { ...made, run };
  };
  const machines = [own('amd64'), own('arm64')];
  await loadImages(machines, [several], signal);
  expect(machines.map(({ archives }) => archives)).toEqual([['linux/amd64'], ['linux/arm64']]);
  const names = machines.map(({ present }) => [...present.keys()].toSorted());
  expect(names[0]).toEqual(names[1]);
  expect(names[0]).toHaveLength(2);
  expect(await loadImages(machines, [several], signal)).toMatchObject([
    { loaded: [] },
    { loaded: [] },
  ]);
});
