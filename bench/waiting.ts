import { setTimeout as pause } from 'node:timers/promises';

/** All at once; a failure is reported when nothing runs any more. */
export async function together<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = await Promise.allSettled(items.map(work));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** Asks every `pollMs` until the answer is yes. */
export async function until(
  isSo: () => Promise<boolean>,
  pollMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!(await isSo())) await pause(pollMs, undefined, { signal });
}
