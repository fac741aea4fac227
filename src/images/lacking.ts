import { ActionError } from '../base/errors.ts';
import type { Executor } from '../exec/executor.ts';
import { contentReference } from './content-tag.ts';
import { hasName, type Image, isSame, isSameButForStartInterval } from './image.ts';
import { imagesOf } from './sources.ts';

/** What a machine lacks of the images that it is to have. */
export interface Lacking {
  /** Names of images. */
  readonly lacking: readonly string[];
  /** Names to be given to images that are there. */
  readonly unnamed: readonly Naming[];
}

/** Whether it lacks nothing: then others may fetch them from there. */
export function isComplete({ lacking, unnamed }: Lacking): boolean {
  return lacking.length === 0 && unnamed.length === 0;
}

interface Naming {
  readonly id: string;
  readonly reference: string;
}

/** What a machine lacks of the images, by content. `same` tells whether two have the same. */
export async function lackingOn(
  machine: Executor,
  wanted: ReadonlyMap<string, Image>,
  signal: AbortSignal,
  same = isSame,
): Promise<Lacking> {
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

/** Gives the images of a machine the names that it lacks. */
export async function nameImages(
  machine: Executor,
  { unnamed }: Pick<Lacking, 'unnamed'>,
  signal: AbortSignal,
): Promise<void> {
  for (const { id, reference } of unnamed) {
    await machine.run(['docker', 'tag', id, reference], { signal, repeatable: true });
  }
}

/** What to look at if images do not get into a machine. */
export const LOAD_HINT =
  'See dockerd.log of the machine in the `diagnostics` folder; its disk may be full.';

/**
 * Makes sure that a machine has the very same images, by all their names, after they were loaded.
 * Throws `ActionError` that names what it lacks.
 */
export async function confirmLoaded(
  machine: Executor,
  images: ReadonlyMap<string, Image>,
  signal: AbortSignal,
): Promise<void> {
  const found = await lackingOn(machine, images, signal, isSameButForStartInterval);
  await nameImages(machine, found, signal);
  const { lacking } = found;
  if (lacking.length === 0) return;
  throw new ActionError(
    `${machine.where} does not have ${lacking.join(', ')} as the runner has it, after loading.`,
    { hint: LOAD_HINT, status: 'image' },
  );
}
