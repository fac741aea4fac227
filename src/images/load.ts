import type { Executor } from '../exec/executor.ts';
import { lostConnectionOf } from '../ssh/lost-connection.ts';
import { enginePlatform } from './commands.ts';
import { isComplete, type Lacking, lackingOn, nameImages } from './lacking.ts';
import type { Load, LoadReport } from './load-report.ts';
import { mayGive, type PassOn, passOnImages } from './pass-on.ts';
import type { ImageSource } from './sources.ts';
import { streamInto } from './stream.ts';

/** How often images are sent to machines whose connection is lost each time. */
const TRIES = 3;

/**
 * Loads images into the machines that lack them. Each source (the runner's engine, a tar file) is
 * read once, and written to all machines at the pace of the slowest. With `passOn`, and where that
 * pays, it is written to one of them, and the others fetch it from there. Afterwards each machine has
 * the very same images, by their names and by the references of their content (`contentReference`).
 * If a connection was lost meanwhile and re-established, what its machine lacks then is sent again.
 * Throws `ActionError` that names the machine.
 */
export async function loadImages(
  machines: readonly Executor[],
  sources: readonly ImageSource[],
  signal: AbortSignal,
  passOn?: PassOn,
): Promise<readonly LoadReport[]> {
  const loads = machines.map(
    (machine): Load => ({
      ...{ machine, loaded: [], bytes: 0, durationMs: 0, idleMs: 0 },
    }),
  );
  for (const source of sources) await loadFrom(source, loads, signal, passOn);
  return loads.map(({ machine, loaded, bytes, from, durationMs, idleMs }) => ({
    ...{ machine: machine.where, loaded, bytes },
    ...(from !== undefined && { from }),
    durationMs: Math.max(0, durationMs - idleMs),
  }));
}

interface LackingLoad extends Lacking {
  readonly load: Load;
}

async function loadFrom(
  source: ImageSource,
  loads: readonly Load[],
  signal: AbortSignal,
  passOn: PassOn | undefined,
): Promise<void> {
  const lackings = () =>
    Promise.all(
      loads.map(async (load) => ({
        load,
        ...(await lackingOn(load.machine, source.images, signal)),
      })),
    );
  const first = await lackings();
  for (let tries = 1, lacked = first; ; tries += 1) {
    try {
      await send(source, lacked, signal, passOn);
      for (const one of lacked) await nameImages(one.load.machine, one, signal);
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
  all: readonly LackingLoad[],
  signal: AbortSignal,
  passOn: PassOn | undefined,
): Promise<void> {
  const targets = all.filter(({ lacking }) => lacking.length > 0);
  if (targets.length === 0) return;
  const needed = new Map(
    [...source.images].filter(([name]) => targets.some(({ lacking }) => lacking.includes(name))),
  );
  const loads = targets.map(({ load }) => load);
  for (const [platform, those] of await byPlatform(source, loads, signal)) {
    const stream = async (to: readonly Load[]): Promise<void> => {
      if (to.length === 0) return;
      await streamInto(await source.open([...needed.keys()], platform), to, needed, signal);
    };
    if (!passOn?.pays(those.length, source.bytes)) {
      await stream(those);
      continue;
    }
    // One image for several platforms is there in another form on each.
    const complete = source.isForSeveral ? [] : all.filter(isComplete);
    const givers = complete.map(({ load }) => load.machine);
    const [first] = givers.length > 0 ? [] : those;
    if (first) {
      await stream([first]);
      if (await mayGive(first.machine, needed, signal)) givers.push(first.machine);
    }
    const takers = those.filter((load) => load !== first);
    await stream(await passOnImages(passOn, givers, takers, needed, signal));
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
