import type { ServiceVerdict } from '../verdict.ts';
import type { Cause } from './cause.ts';
import type { FullDisk } from './full-disks.ts';

/** What to do about a full disk. */
export const FREE_DISK =
  'Free space there. `docker system df` shows what takes it. `docker image prune --all` removes each image that no container uses. Then deploy again.';

/** Tasks that have begun to run had what they needed of the disk. */
const BEGUN = ['running', 'starting', 'complete'];

/** Whether tasks of a service do not start because the disk of their node is full. */
export function causeByDisk(
  { tasks }: ServiceVerdict,
  fullDisks: readonly FullDisk[],
): Cause | undefined {
  const waiting = tasks.filter(({ state }) => !BEGUN.includes(state));
  const found = fullDisks.filter((disk) => waiting.some(({ node }) => node === disk.node));
  if (found.length === 0) return undefined;
  const disks = found.map(({ node, mount }) => `${node} (${mount})`);
  return {
    cause: `No space is left on the disk of ${new Intl.ListFormat('en').format(disks)}, so tasks do not start there.`,
    hint: FREE_DISK,
  };
}
