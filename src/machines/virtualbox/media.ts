import { mediaIn } from './answers.ts';
import * as box from './commands.ts';
import type { VBoxManage } from './vboxmanage.ts';

const KINDS = [
  { list: 'hdds', name: 'disk' },
  { list: 'dvds', name: 'dvd' },
] as const;

/** Paths of the disks and CDs that VirtualBox knows and that `isMeant`. */
export async function mediaOf(
  vbox: VBoxManage,
  isMeant: (path: string) => boolean,
): Promise<string[]> {
  return (await found(vbox, isMeant)).map(({ path }) => path);
}

/**
 * Takes disks and CDs out of VirtualBox's registry, and with `remove` their files away. Gone
 * already is success. Gives what VirtualBox said of those that stay.
 */
export async function closeMedia(
  vbox: VBoxManage,
  isMeant: (path: string) => boolean,
  remove = false,
): Promise<string[]> {
  const said: string[] = [];
  for (const { id, name } of await found(vbox, isMeant)) {
    const { isDone } = await vbox.attempt(box.closeMedium(name, id, remove));
    // One whose file is gone cannot be deleted any more.
    const again = isDone || (await vbox.attempt(box.closeMedium(name, id)));
    if (again !== true && !again.isDone) said.push(again.said);
  }
  return said;
}

/** Those that no other builds on come first: VirtualBox lists a disk before what builds on it. */
async function found(vbox: VBoxManage, isMeant: (path: string) => boolean) {
  const all = [];
  for (const { list, name } of KINDS) {
    const media = mediaIn(await vbox.run(box.listMedia(list)));
    all.push(...media.map((medium) => ({ ...medium, name })));
  }
  return all.filter(({ path }) => isMeant(path)).reverse();
}
