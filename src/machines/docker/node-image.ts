import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type Clock, systemClock } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { ActionError, describeError } from '../../base/errors.ts';
import type { DriverLog } from '../../base/log.ts';
import { CommandError, type Executor } from '../../exec/executor.ts';
import * as docker from './commands.ts';
import { imageCache } from './image-cache.ts';
import { findPublishedImage, pullImage } from './published-image.ts';

const BUILD_TIMEOUT_MS = 10 * 60_000;

/** Label of a node image: the hash of the folder that it was made of. */
export const CONTENT_LABEL = 'swarm-up.node-image';

export interface NodeImageSource {
  /** Folder of the action: `node-image/` is built, `node-image.json` says what is published. */
  readonly actionRoot: string;
  /** An image of the user's own; it is pulled if it is not there. */
  readonly wanted?: string | undefined;
  /** A folder in which the image is kept from one job to the next. */
  readonly cache?: string | undefined;
  /** Of the engine, as `docker version` says it. */
  readonly engineVersion?: string | undefined;
}

interface Context {
  readonly runner: Executor;
  readonly log: DriverLog;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * Name of the node image that is made of a folder: its tag is a hash of what is in the folder, so
 * that an unchanged folder is built once.
 */
export async function nodeImageName(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) {
    hash.update(`${name}\0`).update(await readFile(join(folder, name)));
  }
  return `swarm-up-node:${hash.digest('hex').slice(0, 12)}`;
}

/** The tag of a name that `nodeImageName` gave. */
export function contentOf(image: string): string {
  return image.slice(image.lastIndexOf(':') + 1);
}

/**
 * Makes sure that the node image is on the engine and returns its name. `wanted` is pulled if it is
 * not there. Without it, the image comes from `cache`, from the registry of the release by its
 * digest, or from a build of `node-image/`, the first of them that works; a line of the log says
 * which. Throws `ActionError` with the engine's own words of every way that was tried.
 */
export async function ensureNodeImage(
  runner: Executor,
  source: NodeImageSource,
  log: DriverLog,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<string> {
  const context = { runner, log, signal, clock };
  if (source.wanted !== undefined) return await ensureWanted(context, source.wanted);
  const folder = join(source.actionRoot, 'node-image');
  const image = await nodeImageName(folder);
  if (await isThere(context, image)) return image;
  const cache = source.cache === undefined ? undefined : imageCache(runner, source.cache);
  if (cache && (await cache.has(image))) {
    const file = cache.file(image);
    const from = clock.now();
    const failure = await failureOf(signal, async () => {
      await cache.load(image, signal);
      await refuseOther(context, image, image);
    });
    if (failure === undefined) {
      log.info(`Loaded the node image ${image} from ${file}${took(clock, from)}`);
      return image;
    }
    log.warning(`The node image of \`image-cache\` cannot be used; it is made anew.\n${failure}`);
  }
  const reason = await pullPublished(context, source, image);
  if (reason !== undefined) await buildInstead(context, folder, image, reason);
  if (cache) {
    const from = clock.now();
    const failure = await failureOf(signal, () => cache.save(image, signal));
    if (failure === undefined) log.info(`Kept it as ${cache.file(image)}${took(clock, from)}`);
    else log.warning(`The node image cannot be kept in \`image-cache\`.\n${failure}`);
  }
  return image;
}

async function ensureWanted({ runner, log, signal, clock }: Context, image: string) {
  if (await exists(runner, image, signal)) return image;
  log.info(`Pulling the node image ${image}`);
  const failure = await failureOf(signal, () => pullImage(runner, image, signal, clock));
  if (failure === undefined) return image;
  throw new ActionError(`The node image ${image} is not on the engine and cannot be pulled.`, {
    details: failure,
    hint: 'Correct `image` in `driver-options`, or log in to its registry before this step. Without `image`, it is pulled or built.',
  });
}

/** Undefined if the published image is there under the name; otherwise why not, for people. */
async function pullPublished(
  context: Context,
  { actionRoot, engineVersion }: NodeImageSource,
  image: string,
): Promise<string | undefined> {
  const { runner, log, signal, clock } = context;
  const file = join(actionRoot, 'node-image.json');
  const found = await findPublishedImage(file, contentOf(image), engineVersion);
  if ('reason' in found) return found.reason;
  const from = clock.now();
  const failure = await failureOf(signal, async () => {
    await pullImage(runner, found.image, signal, clock);
    await refuseOther(context, found.image, image);
    await runner.run(docker.tagImage(found.image, image), { signal });
  });
  if (failure !== undefined) {
    return `the pull of ${found.image} failed${took(clock, from)}:\n${failure}`;
  }
  log.info(`Pulled the node image ${found.image} as ${image}${took(clock, from)}`);
  return undefined;
}

async function buildInstead(
  context: Context,
  folder: string,
  image: string,
  reason: string,
): Promise<void> {
  const { runner, log, signal, clock } = context;
  const from = clock.now();
  log.info(`Building the node image ${image} (once for this version of the action): ${reason}`);
  const failure = await failureOf(signal, () =>
    runner.run(docker.buildImage(image, folder, { [CONTENT_LABEL]: contentOf(image) }), {
      signal,
      timeoutMs: BUILD_TIMEOUT_MS,
    }),
  );
  // Of two jobs that build it at once on one runner, an engine with containerd's image store
  // refuses the later one: the name is taken by then.
  const isBuilt = await isThere(context, image);
  if (isBuilt) {
    log.info(`Built the node image ${image}${took(clock, from)}`);
    return;
  }
  const built = failure ?? `The engine does not have ${image} after the build.`;
  throw new ActionError('The node image cannot be built on the engine of the runner.', {
    details: `Not pulled: ${reason}\nNot built:\n${built.split('\n').slice(-30).join('\n')}`,
    hint: 'The build needs the image debian:trixie-slim and Debian packages. If the runner cannot reach them, give an image of your own: `driver-options: image: <name>`.',
  });
}

/** What went wrong, in the program's own words; undefined if nothing did. Rejects on abort. */
async function failureOf(
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof CommandError ? (error.details ?? error.message) : describeError(error);
  }
}

function took(clock: Clock, from: number): string {
  return ` (${formatDuration(clock.now() - from)})`;
}

async function exists(runner: Executor, image: string, signal: AbortSignal): Promise<boolean> {
  const { exitCode } = await runner.run(docker.inspectImage(image), { anyExitCode: true, signal });
  return exitCode === 0;
}

const inspected = z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullable();

/** The content that an image on the engine says it was made of. */
async function contentThere(
  { runner, signal }: Pick<Context, 'runner' | 'signal'>,
  image: string,
): Promise<string | undefined> {
  const asked = docker.inspectImage(image);
  const { exitCode, stdout } = await runner.run(asked, { anyExitCode: true, signal });
  if (exitCode !== 0) return undefined;
  return inspected.parse(JSON.parse(stdout))?.Labels?.[CONTENT_LABEL] ?? 'unknown content';
}

async function isThere(context: Context, image: string): Promise<boolean> {
  return (await contentThere(context, image)) === contentOf(image);
}

/** The digest says that an image is the one that was published; this, of which folder it is. */
async function refuseOther(context: Context, got: string, image: string): Promise<void> {
  const content = await contentThere(context, got);
  if (content === contentOf(image)) return;
  throw new ActionError(
    content === undefined
      ? `${got} is not on the engine afterwards.`
      : `${got} was made of other files: ${content} in place of ${contentOf(image)}.`,
  );
}
