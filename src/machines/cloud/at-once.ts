import pLimit from 'p-limit';

/**
 * Runs all tasks, at most so many at the same time, and waits for each, also after a failure: what
 * was asked of a vendor is never left on its way. Gives the results in the order of the tasks, or
 * throws the first failure.
 */
export async function atOnce<T>(
  most: number,
  tasks: readonly (() => Promise<T>)[],
): Promise<readonly T[]> {
  const limit = pLimit(most);
  const ends = await Promise.allSettled(tasks.map((task) => limit(task)));
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
