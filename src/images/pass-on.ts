import type { Executor } from '../exec/executor.ts';
import type { Image } from './image.ts';
import { confirmLoaded, isComplete, lackingOn } from './lacking.ts';
import type { Load } from './load-report.ts';

/** How machines get images from one another, so that the runner sends them once. */
export interface PassOn {
  /** Whether that is to be done for so many machines that lack so many bytes each. */
  pays(machines: number, bytes: number): boolean;
  /**
   * Has one machine fetch images from another. Rejects if it cannot, with the signal's reason on
   * abort. Settles only when nothing of it runs any more.
   */
  fetch(to: Executor, from: Executor, names: readonly string[], signal: AbortSignal): Promise<void>;
  /** To be told that a machine could not, so that the runner sends the images to the rest. */
  gaveUp(to: Executor, from: Executor, reason: unknown): void;
}

/**
 * To how many a machine passes images on at once. It reads and sends them for each anew, and two at
 * once keep its disk and its line busy.
 */
const AT_ONCE = 2;

/**
 * Passes images on from the machines that have them (`givers`) to those that lack them, and from
 * these to others as soon as they have them. It ends at the first machine that cannot fetch them:
 * what keeps one from it, mostly keeps all. Resolves with the machines that lack them still. Rejects
 * with the signal's reason.
 */
export async function passOnImages(
  { fetch, gaveUp }: PassOn,
  givers: readonly Executor[],
  takers: readonly Load[],
  images: ReadonlyMap<string, Image>,
  signal: AbortSignal,
): Promise<readonly Load[]> {
  const free = givers.flatMap((giver) => Array.from({ length: AT_ONCE }, () => giver));
  const waiting = [...takers];
  const served = new Set<Load>();
  const running = new Set<Promise<void>>();
  let isOver = false;

  const give = async (giver: Executor, load: Load): Promise<void> => {
    const began = performance.now();
    try {
      await fetch(load.machine, giver, [...images.keys()], signal);
      await confirmLoaded(load.machine, images, signal);
    } catch (error) {
      if (!isOver && !signal.aborted) gaveUp(load.machine, giver, error);
      isOver = true;
      return;
    }
    load.from = giver.where;
    load.durationMs += performance.now() - began;
    served.add(load);
    free.push(giver);
    if (waiting.length > 0 && (await mayGive(load.machine, images, signal))) {
      free.push(...Array.from({ length: AT_ONCE }, () => load.machine));
    }
  };
  for (;;) {
    while (!isOver && !signal.aborted && waiting.length > 0) {
      const giver = free.shift();
      const load = giver && waiting.shift();
      if (!giver || !load) break;
      const one = give(giver, load).finally(() => running.delete(one));
      running.add(one);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  signal.throwIfAborted();
  return takers.filter((load) => !served.has(load));
}

/**
 * Whether others may fetch images from a machine. One that knows less of them than there is (an
 * engine before 25 drops a part of a healthcheck) would pass on less. Never rejects.
 */
export async function mayGive(
  machine: Executor,
  images: ReadonlyMap<string, Image>,
  signal: AbortSignal,
): Promise<boolean> {
  return await lackingOn(machine, images, signal).then(isComplete, () => false);
}
