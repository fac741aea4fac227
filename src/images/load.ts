import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { ActionError } from '../base/errors.ts';
import { CommandError, type Executor } from '../exec/executor.ts';
import { lostConnectionOf } from '../ssh/lost-connection.ts';
import { enginePlatform } from './commands.ts';
import { contentReference } from './content-tag.ts';
import { hasName, type Image, isSame, isSameButForStartInterval } from './image.ts';
import { type ImageSource, imagesOf } from './sources.ts';

const LOAD_TIMEOUT_MS = 15 * 60_000;
/** How often images are sent to machines whose connection is lost each time. */
const TRIES = 3;

/** What became of one machine's copy of the images. */
export interface LoadReport {
  readonly machine: string;
  /** Images that went over; the others were there already. */
  readonly loaded: readonly string[];
  /** How much was sent for them. */
  readonly bytes: number;
  /** From the first byte until the machine had been asked for them, in ms. */
  readonly durationMs: number;
}

/** A report in the making. */
interface Load {
  readonly machine: Executor;
  readonly loaded: string[];
  bytes: number;
  durationMs: number;
  /**
   * For how long it could have taken more while another machine was behind, in ms: no part of what
   * it needs.
   */
  idleMs: number;
}

/**
 * Loads images into the machines that lack them. Each source (the runner's engine, a tar file) is
 * read once, and written to all machines at the pace of the slowest. Afterwards each machine has
 * the very same images, by their names and by the references of their content (`contentReference`).
 * If a connection was lost meanwhile and re-established, what its machine lacks then is sent again.
 * Throws `ActionError` that names the machine.
 */
export async function loadImages(
  machines: readonly Executor[],
  sources: readonly ImageSource[],
  signal: AbortSignal,
): Promise<readonly LoadReport[]> {
  const loads = machines.map(
    (machine): Load => ({
      ...{ machine, loaded: [], bytes: 0, durationMs: 0, idleMs: 0 },
    }),
  );
  for (const source of sources) await loadFrom(source, loads, signal);
  return loads.map(({ machine, loaded, bytes, durationMs, idleMs }) => ({
    ...{ machine: machine.where, loaded, bytes },
    durationMs: Math.max(0, durationMs - idleMs),
  }));
}

interface Lacking {
  readonly load: Load;
  /** Names of images. */
  readonly lacking: readonly string[];
  /** Names to be given to images that are there. */
  readonly unnamed: readonly Naming[];
}

interface Naming {
  readonly id: string;
  readonly reference: string;
}

async function loadFrom(
  source: ImageSource,
  loads: readonly Load[],
  signal: AbortSignal,
): Promise<void> {
  const lackings = () =>
    Promise.all(
      loads.map(async (load) => ({ load, ...(await look(load.machine, source.images, signal)) })),
    );
  const first = await lackings();
  for (let tries = 1, lacked = first; ; tries += 1) {
    try {
      await send(source, lacked, signal);
      for (const { load, unnamed } of lacked) await name(load.machine, unnamed, signal);
      for (const { load, lacking } of first) load.loaded.push(...lacking);
      return;
    } catch (error) {
      if (!lostConnectionOf(error) || tries === TRIES) throw error;
      // Where nothing connects again, that the images were not loaded is the story.
      lacked = await lackings().catch((failure) => {
        throw lostConnectionOf(failure) ? error : failure;
      });
    }
  }
}

async function send(
  source: ImageSource,
  all: readonly Lacking[],
  signal: AbortSignal,
): Promise<void> {
  const targets = all.filter(({ lacking }) => lacking.length > 0);
  if (targets.length === 0) return;
  const needed = new Map(
    [...source.images].filter(([name]) => targets.some(({ lacking }) => lacking.includes(name))),
  );
  const loads = targets.map(({ load }) => load);
  for (const [platform, those] of await byPlatform(source, loads, signal)) {
    await stream(await source.open([...needed.keys()], platform), those, needed, signal);
  }
}

/**
 * The machines by what has to be sent to them: the same to all, unless an image is for several
 * platforms.
 */
async function byPlatform(
  { isForSeveral }: ImageSource,
  loads: readonly Load[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string | undefined, readonly Load[]>> {
  if (!isForSeveral) return new Map([[undefined, loads]]);
  const asked = await Promise.all(
    loads.map(async (load) => {
      const { stdout } = await load.machine.run(enginePlatform(), { signal, repeatable: true });
      return { load, platform: stdout.trim() };
    }),
  );
  const groups = Map.groupBy(asked, ({ platform }) => platform);
  return new Map([...groups].map(([platform, those]) => [platform, those.map(({ load }) => load)]));
}

/** What a machine lacks of the images, by content. `same` tells whether two have the same. */
async function look(
  machine: Executor,
  wanted: ReadonlyMap<string, Image>,
  signal: AbortSignal,
  same = isSame,
): Promise<Omit<Lacking, 'load'>> {
  const references = new Map([...wanted].map(([name, one]) => [name, referencesOf(name, one)]));
  const asked = new Set([...wanted.keys(), ...[...references.values()].flat()]);
  const present = await imagesOf(machine, asked, { signal, repeatable: true });
  const lacking: string[] = [];
  const unnamed: Naming[] = [];
  for (const [name, one] of wanted) {
    const found = present.filter((other) => same(other, one));
    const [first] = found;
    if (!first) lacking.push(name);
    else {
      const missing = references.get(name)?.filter((some) => !found.some((o) => hasName(o, some)));
      for (const reference of missing ?? []) unnamed.push({ id: first.Id, reference });
    }
  }
  return { lacking, unnamed };
}

/** By which names nodes are to have an image. */
function referencesOf(name: string, one: Image): readonly string[] {
  return hasName(one, name) ? [name, contentReference(name, one)] : [];
}

async function name(
  machine: Executor,
  unnamed: readonly Naming[],
  signal: AbortSignal,
): Promise<void> {
  for (const { id, reference } of unnamed) {
    await machine.run(['docker', 'tag', id, reference], { signal, repeatable: true });
  }
}

async function stream(
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
  const hint = 'See dockerd.log of the machine in the `diagnostics` folder; its disk may be full.';
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
        hint,
        status: 'image',
        cause,
      },
    );
  } finally {
    // A machine that failed takes no more; the others get theirs, and the failure is reported when
    // all have ended.
    archive.destroy();
  }
  const { lacking, unnamed } = await look(machine, images, signal, isSameButForStartInterval);
  await name(machine, unnamed, signal);
  if (lacking.length === 0) return;
  throw new ActionError(
    `${machine.where} does not have ${lacking.join(', ')} as the runner has it, after loading.`,
    { hint, status: 'image' },
  );
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
