import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CommandError, type Executor, type RunOptions } from '../../../../src/exec/executor.ts';
import {
  CONTENT_LABEL,
  contentOf,
  ensureNodeImage,
  nodeImageName,
} from '../../../../src/machines/docker/node-image.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'node-image-'));
mkdirSync(join(ROOT, 'node-image'));
writeFileSync(join(ROOT, 'node-image/Dockerfile'), 'FROM scratch\n');
afterAll(() => rmSync(ROOT, { recursive: true }));

const NAME = await nodeImageName(join(ROOT, 'node-image'));
const CONTENT = contentOf(NAME);
const PUBLISHED = `ghcr.io/swarm-up/swarm-up-node@sha256:${'a'.repeat(64)}`;
/** As BuildKit 0.29.1 ends on Docker Engine 28.5.2 with containerd's image store. */
const TAKEN = `ERROR: failed to build: failed to solve: image "docker.io/library/${NAME}": already exists`;
const REFUSED = 'Error response from daemon: Get "https://ghcr.io/v2/": connection refused';

const pin = (changes: object = {}) =>
  writeFileSync(
    join(ROOT, 'node-image.json'),
    JSON.stringify({ content: CONTENT, image: PUBLISHED, engine: 23, ...changes }),
  );
beforeEach(() => {
  rmSync(join(ROOT, 'node-image.json'), { force: true });
  rmSync(join(ROOT, 'cache'), { recursive: true, force: true });
});

/** What an engine does: the images it has, by the content that they say; what commands end with. */
interface Engine {
  readonly images: Map<string, string>;
  readonly pull?: (options: RunOptions) => Promise<string | undefined>;
  /** What a published image says it was made of. */
  readonly published?: string;
  readonly build?: string;
  /** The image is there after the build all the same. */
  readonly isTaken?: boolean;
  readonly load?: string;
  readonly save?: string;
}

function engine({ images, pull, published = CONTENT, ...said }: Engine) {
  const asked: string[] = [];
  const runner: Executor = {
    where: 'the runner',
    open: () => Promise.reject(new Error('not asked')),
    run: async (argv, options = {}) => {
      options.signal?.throwIfAborted();
      const [, command = '', ...words] = argv;
      asked.push(command === 'image' ? `image ${words[0]}` : command);
      const failed = (stderr: string) => {
        throw new CommandError('the runner', argv, { exitCode: 1, stdout: '', stderr });
      };
      const last = words.at(-1) ?? '';
      const done = { exitCode: 0, stdout: '', stderr: '' };
      switch (command) {
        case 'image': {
          const content = images.get(last);
          const Labels = content === 'none' ? null : { [CONTENT_LABEL]: content };
          if (content === undefined) return { ...done, exitCode: 1 };
          return { ...done, stdout: JSON.stringify({ Labels }) };
        }
        case 'pull': {
          const refusal = await pull?.(options);
          if (refusal !== undefined) failed(refusal);
          images.set(last, published);
          return done;
        }
        case 'tag':
          images.set(last, images.get(words[0] ?? '') ?? '');
          return done;
        case 'load':
          if (said.load !== undefined) failed(said.load);
          return done;
        case 'save':
          if (said.save !== undefined) failed(said.save);
          writeFileSync(words[1] ?? '', 'archive');
          return done;
        default: {
          const label = words.find((word) => word.startsWith('--label=')) ?? '';
          if (said.build === undefined || said.isTaken)
            images.set(NAME, label.split('=').at(-1) ?? '');
          if (said.build !== undefined) failed(said.build);
          return done;
        }
      }
    },
  };
  return { runner, asked };
}

/** Asks for the node image; what it gave or threw, what the log says, which commands were run. */
async function ensure(
  given: Partial<Engine> = {},
  source: { wanted?: string; cache?: string; engineVersion?: string } = {},
  signal: AbortSignal = new AbortController().signal,
) {
  const { log, lines } = recordedLog();
  const { runner, asked } = engine({ images: new Map(), ...given });
  const whole = { actionRoot: ROOT, engineVersion: '28.0.4', ...source };
  const got = await ensureNodeImage(runner, whole, log, signal, virtualClock()).catch(
    (error: unknown) => error,
  );
  return { got, lines, asked };
}

/** A pull of which nothing comes any more: it ends when it is aborted. */
const stall = (options: RunOptions): Promise<never> =>
  new Promise((_, reject) => {
    options.signal?.addEventListener('abort', () => reject(options.signal?.reason));
  });

describe('the image that is there', () => {
  test('is taken, and nothing is said', async () => {
    pin();
    const images = new Map([[NAME, CONTENT]]);
    expect(await ensure({ images })).toEqual({ got: NAME, lines: [], asked: ['image inspect'] });
  });

  test.each(['0123456789ab', 'none'])('is not taken if its label is %s', async (content) => {
    const { got, asked } = await ensure({ images: new Map([[NAME, content]]) });
    expect(got).toBe(NAME);
    expect(asked).toContain('build');
  });
});

describe('the published image', () => {
  test('is pulled by its digest, looked at, and named; nothing is built', async () => {
    pin();
    const { got, lines, asked } = await ensure();
    expect(got).toBe(NAME);
    expect(lines).toEqual([`Pulled the node image ${PUBLISHED} as ${NAME} (0.0 s)`]);
    expect(asked).toEqual(['image inspect', 'pull', 'image inspect', 'tag']);
  });

  test.each<[string, Partial<Engine>, RegExp]>([
    ['the registry is away', { pull: async () => REFUSED }, /failed .*:\nError response.*refused/],
    [
      'the digest is of something else',
      { pull: async () => 'manifest verification failed for digest sha256:aaaa' },
      /manifest verification failed/,
    ],
    [
      'it was made of other files',
      { published: '0123456789ab' },
      /was made of other files: 0123456789ab in place of/,
    ],
    ['it does not say of what it was made', { published: 'none' }, /unknown content in place of/],
    ['nothing moves', { pull: stall }, /stalled: nothing moved for 1 min/],
  ])('is built instead if %s, and the log says so', async (_what, given, reason) => {
    pin();
    const { got, lines } = await ensure(given);
    expect(got).toBe(NAME);
    expect(lines).toEqual([
      expect.stringMatching(reason),
      expect.stringMatching(/^Built the node image .* \(\d/),
    ]);
    expect(lines[0]).toMatch(/^Building the node image .* \(once for this version of the action\)/);
  });

  test('is waited for as long as layers move', async () => {
    pin();
    const clock = virtualClock();
    const { runner } = engine({
      images: new Map(),
      pull: async ({ onLine, signal }) => {
        for (let layer = 0; layer < 4; layer += 1) {
          await clock.sleep(50_000, signal);
          onLine?.('Pull complete');
        }
        return undefined;
      },
    });
    const { log, lines } = recordedLog();
    const { signal } = new AbortController();
    await ensureNodeImage(runner, { actionRoot: ROOT }, log, signal, clock);
    expect(lines).toEqual([expect.stringMatching(/^Pulled .*\(3 min 20 s\)$/)]);
  });

  test.each<[string, () => void, string, RegExp]>([
    ['there is none', () => {}, '28.0.4', /: no image of this version is published$/],
    [
      'it is of another node-image/',
      () => pin({ content: 'ffffffffffff' }),
      '28.0.4',
      /: the published image is of another node-image\/ \(ffffffffffff\)$/,
    ],
    ['the engine is too old', pin, '20.10.24+dfsg1', /Engine 20.10.24\+dfsg1 cannot unpack it, 23/],
    ['its digest is a tag', () => pin({ image: 'ghcr.io/x/y:1' }), '28.0.4', /cannot be read/],
  ])('is not pulled if %s', async (_what, arrange, engineVersion, reason) => {
    arrange();
    const { got, lines, asked } = await ensure({}, { engineVersion });
    expect(got).toBe(NAME);
    expect(asked).not.toContain('pull');
    expect(lines.join('\n')).toMatch(new RegExp(reason.source, 'm'));
  });

  test('both reasons are told if the build fails, too', async () => {
    pin();
    const { got } = await ensure({
      pull: async () => REFUSED,
      build: 'E: Unable to locate package docker.io',
    });
    expect(got).toMatchObject({
      message: 'The node image cannot be built on the engine of the runner.',
      details: expect.stringMatching(
        /^Not pulled: [\s\S]*refused\nNot built:\nE: Unable to locate/,
      ),
      hint: expect.stringContaining('driver-options: image'),
    });
  });

  test('a cancelled pull ends, and nothing is built', async () => {
    pin();
    const cancelling = new AbortController();
    const cancelled = new Error('cancelled');
    const pull = (options: RunOptions) => {
      queueMicrotask(() => cancelling.abort(cancelled));
      return stall(options);
    };
    const { got, asked } = await ensure({ pull }, {}, cancelling.signal);
    expect(got).toBe(cancelled);
    expect(asked).toEqual(['image inspect', 'pull']);
  });
});

describe('a build', () => {
  test('of another job at the same time is taken', async () => {
    expect((await ensure({ build: TAKEN, isTaken: true })).got).toBe(NAME);
  });

  test('that nobody could do is told with the engine’s own words', async () => {
    expect((await ensure({ build: 'E: Unable to locate package docker.io' })).got).toMatchObject({
      message: 'The node image cannot be built on the engine of the runner.',
      details: expect.stringContaining('Unable to locate package'),
    });
  });
});

describe('image-cache', () => {
  const cache = join(ROOT, 'cache');
  const file = join(cache, `swarm-up-node-${CONTENT}.tar`);
  const keep = () => {
    mkdirSync(cache);
    writeFileSync(file, 'archive');
  };

  test('keeps what was pulled, and the next job loads it', async () => {
    pin();
    expect((await ensure({}, { cache })).lines).toEqual([
      expect.stringMatching(/^Pulled/),
      `Kept it as ${file} (0.0 s)`,
    ]);
    const images = new Map<string, string>();
    const { runner, asked } = engine({ images });
    const { log, lines } = recordedLog();
    const loading: Executor = {
      ...runner,
      run: async (argv, options) => {
        if (argv[1] === 'load') images.set(NAME, CONTENT);
        return await runner.run(argv, options);
      },
    };
    const { signal } = new AbortController();
    await ensureNodeImage(loading, { actionRoot: ROOT, cache }, log, signal, virtualClock());
    expect(lines).toEqual([`Loaded the node image ${NAME} from ${file} (0.0 s)`]);
    expect(asked).not.toContain('pull');
  });

  test.each([
    ['is cut off', { load: 'unexpected EOF' }, /unexpected EOF/],
    ['has another image', {}, /is not on the engine afterwards/],
  ])('is told of and made anew if its file %s', async (_what, given, reason) => {
    keep();
    pin();
    const { got, lines } = await ensure(given, { cache });
    expect(got).toBe(NAME);
    expect(lines[0]).toMatch(/^warning: The node image of `image-cache` cannot be used/);
    expect(lines[0]).toMatch(reason);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^Pulled/),
      expect.stringMatching(/^Kept/),
    ]);
  });

  test('that cannot be written stops nothing', async () => {
    const { got, lines } = await ensure({ save: 'no space left on device' }, { cache });
    expect(got).toBe(NAME);
    expect(lines.at(-1)).toMatch(/^warning: .*cannot be kept.*\n.*no space left/);
  });
});

describe('an image of the user’s own', () => {
  test('is pulled if it is not there, and not looked into', async () => {
    const { got, asked } = await ensure({}, { wanted: 'mine:1' });
    expect(got).toBe('mine:1');
    expect(asked).toEqual(['image inspect', 'pull']);
  });

  test('that cannot be pulled is an error, and nothing is built', async () => {
    const { got, asked } = await ensure({ pull: async () => REFUSED }, { wanted: 'mine:1' });
    expect(got).toMatchObject({
      message: 'The node image mine:1 is not on the engine and cannot be pulled.',
      details: REFUSED,
    });
    expect(asked).not.toContain('build');
  });
});
