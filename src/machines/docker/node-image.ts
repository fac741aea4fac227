import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError } from '../../base/errors.ts';
import type { DriverLog } from '../../base/log.ts';
import { CommandError, type Executor } from '../../exec/executor.ts';
import * as docker from './commands.ts';

const PULL_TIMEOUT_MS = 5 * 60_000;
const BUILD_TIMEOUT_MS = 10 * 60_000;

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

/**
 * Makes sure that the node image is on the engine and returns its name: `wanted` is pulled where it
 * is not there; without it, the image is built from `folder`, once. Throws `ActionError` with the
 * engine's own words.
 */
export async function ensureNodeImage(
  runner: Executor,
  folder: string,
  wanted: string | undefined,
  log: DriverLog,
  signal: AbortSignal,
): Promise<string> {
  const image = wanted ?? (await nodeImageName(folder));
  if (await exists(runner, image, signal)) return image;
  if (wanted !== undefined) {
    log.info(`Pulling the node image ${wanted}`);
    await pull(runner, wanted, signal);
    return wanted;
  }
  log.info(`Building the node image ${image} (once for this version of the action)`);
  await build(runner, image, folder, signal);
  return image;
}

async function exists(runner: Executor, image: string, signal: AbortSignal): Promise<boolean> {
  const { exitCode } = await runner.run(docker.inspectImage(image), { anyExitCode: true, signal });
  return exitCode === 0;
}

async function pull(runner: Executor, image: string, signal: AbortSignal): Promise<void> {
  try {
    await runner.run(docker.pullImage(image), { signal, timeoutMs: PULL_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new ActionError(`The node image ${image} is not on the engine and cannot be pulled.`, {
      details: error.details ?? '',
      hint: 'Correct `image` in `driver-options`, or log in to its registry before this step. Without `image`, it is built.',
      cause: error,
    });
  }
}

async function build(
  runner: Executor,
  image: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await runner.run(docker.buildImage(image, folder), { signal, timeoutMs: BUILD_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // Of two jobs that build it at once on one runner, an engine with containerd's image store
    // refuses the later one: the name is taken by then.
    if (await exists(runner, image, signal)) return;
    throw new ActionError('The node image cannot be built on the engine of the runner.', {
      details: (error.details ?? '').split('\n').slice(-30).join('\n'),
      hint: 'The build needs the image debian:trixie-slim and Debian packages. Where the runner cannot reach them, give an image of your own: `driver-options: image: <name>`.',
      cause: error,
    });
  }
}
