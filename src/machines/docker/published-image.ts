import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { type Clock, systemClock } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { ActionError } from '../../base/errors.ts';
import type { Executor } from '../../exec/executor.ts';
import * as docker from './commands.ts';

/** All of a pull, in ms. */
const PULL_TIMEOUT_MS = 5 * 60_000;
/**
 * How long no layer of a pull may begin or end, in ms. A build takes less, so that a registry that
 * has stopped is not waited for any longer.
 */
const STALL_MS = 60_000;

const pin = z.strictObject({
  /** Hash of `node-image/` of which the image was made: the tag of `nodeImageName`. */
  content: z.string().regex(/^[0-9a-f]{12}$/),
  /** Registry, name and digest of the image, for all its architectures. */
  image: z.string().regex(/^[^\s@]+@sha256:[0-9a-f]{64}$/),
  /** Major version of the first Docker Engine that can unpack its layers. */
  engine: z.int().positive(),
});

/** Where the image of a release is published, as `node-image.json` says it. */
export type PublishedImage = z.infer<typeof pin>;

/** Throws an `Error` that says what is wrong with the text. */
export function readPublishedImage(text: string): PublishedImage {
  const read = pin.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  throw new Error(z.prettifyError(read.error));
}

/**
 * What `node-image.json` pins, or why there is nothing to pull. Never throws because of the file: a
 * node image can be built without it.
 */
export async function findPublishedImage(
  file: string,
  content: string,
  engineVersion: string | undefined,
): Promise<PublishedImage | { readonly reason: string }> {
  let published: PublishedImage;
  try {
    published = readPublishedImage(await readFile(file, 'utf8'));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return {
      reason: isMissing
        ? 'no image of this version is published'
        : `${file} cannot be read: ${(error as Error).message}`,
    };
  }
  if (published.content !== content) {
    return { reason: `the published image is of another node-image/ (${published.content})` };
  }
  const major = Number.parseInt(engineVersion ?? '', 10);
  return major < published.engine
    ? { reason: `Docker Engine ${engineVersion} cannot unpack it, ${published.engine} can` }
    : published;
}

/**
 * Pulls an image. Rejects with `CommandError` if the engine refuses, with `ActionError` if nothing
 * has moved for a minute or five minutes are over, and with the signal's reason.
 */
export async function pullImage(
  runner: Executor,
  image: string,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  const stalled = new AbortController();
  const over = new AbortController();
  let movedAt = clock.now();
  const watch = async () => {
    for (let left = STALL_MS; left > 0; left = movedAt + STALL_MS - clock.now()) {
      await clock.sleep(left, over.signal);
    }
    stalled.abort(
      new ActionError(
        `The pull of ${image} stalled: nothing moved for ${formatDuration(STALL_MS)}.`,
      ),
    );
  };
  const watching = watch().catch(() => {}); // The pull has ended.
  try {
    await runner.run(docker.pullImage(image), {
      signal: AbortSignal.any([signal, stalled.signal]),
      timeoutMs: PULL_TIMEOUT_MS,
      onLine: () => {
        movedAt = clock.now();
      },
    });
  } finally {
    over.abort();
    await watching;
  }
}
