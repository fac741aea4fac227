import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { ActionError } from '../base/errors.ts';
import { CommandError, type Executor } from '../exec/executor.ts';
import type { Image } from './image.ts';
import { confirmLoaded, LOAD_HINT } from './lacking.ts';
import type { Load } from './load-report.ts';

/** How long a machine may take to load an archive, in ms. */
export const LOAD_TIMEOUT_MS = 15 * 60_000;

/**
 * Writes an archive to several machines at the pace of the slowest, and loads it there. Throws
 * `ActionError` that names the machine.
 */
export async function streamInto(
  source: Readable,
  loads: readonly Load[],
  images: ReadonlyMap<string, Image>,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  const pipes = new Map(loads.map((load) => [load, new PassThrough()]));
  // One that breaks off before its machine reads it is told to that machine once it does.
  for (const pipe of pipes.values()) pipe.on('error', () => {});
  const results = Promise.allSettled(
    [...pipes].map(async ([load, pipe]) => {
      await loadInto(load.machine, pipe, images, signal);
      load.durationMs += performance.now() - began;
    }),
  );
  try {
    await fanOut(source, pipes, signal);
  } catch (error) {
    // An archive that ended here would be taken for a whole one.
    for (const pipe of pipes.values()) pipe.destroy(asError(error));
    await results;
    throw error;
  } finally {
    source.destroy();
  }
  for (const pipe of pipes.values()) pipe.end();
  for (const result of await results) if (result.status === 'rejected') throw result.reason;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * Loads one machine, and asks it afterwards, while others still load, whether it has the very same
 * images.
 */
async function loadInto(
  machine: Executor,
  archive: PassThrough,
  images: ReadonlyMap<string, Image>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await machine.run(['docker', 'load', '--quiet'], {
      stdin: archive,
      signal,
      timeoutMs: LOAD_TIMEOUT_MS,
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new ActionError(
      `Loading ${[...images.keys()].join(', ')} into ${machine.where} failed.`,
      {
        details: cause instanceof CommandError ? (cause.details ?? '') : '',
        hint: LOAD_HINT,
        status: 'image',
        cause,
      },
    );
  } finally {
    // A machine that failed takes no more; the others get theirs, and the failure is reported when
    // all have ended.
    archive.destroy();
  }
  await confirmLoaded(machine, images, signal);
}

/**
 * Writes what comes out of `source` to every pipe, never further ahead of the slowest than their
 * buffers, and counts it.
 */
async function fanOut(
  source: Readable,
  pipes: ReadonlyMap<Load, PassThrough>,
  signal: AbortSignal,
): Promise<void> {
  for await (const chunk of source) {
    signal.throwIfAborted();
    const began = performance.now();
    const taken = new Map<Load, number>();
    const waits: Promise<void>[] = [];
    for (const [load, pipe] of pipes) {
      if (!pipe.writable) continue;
      load.bytes += chunk.length;
      taken.set(load, 0);
      if (pipe.write(chunk)) continue;
      const drain = drained(pipe).then(() => void taken.set(load, performance.now() - began));
      waits.push(drain);
    }
    await Promise.all(waits);
    const whole = performance.now() - began;
    for (const [load, own] of taken) load.idleMs += whole - own;
  }
}

async function drained(pipe: PassThrough): Promise<void> {
  if (!pipe.writableNeedDrain || pipe.destroyed) return;
  const ended = new AbortController();
  try {
    await Promise.race([
      once(pipe, 'drain', { signal: ended.signal }),
      once(pipe, 'close', { signal: ended.signal }),
    ]);
  } finally {
    ended.abort();
  }
}
