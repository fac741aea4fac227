import { count } from '../../base/count.ts';
import { formatDuration } from '../../base/duration.ts';
import { formatSize } from '../../base/size.ts';
import { inStage } from '../../base/stages.ts';
import { loadImages } from '../../images/load.ts';
import { type ImageSource, imagesByReference } from '../../images/sources.ts';
import type { Swarm } from '../../swarm/form.ts';
import type { Tells } from '../journal.ts';
import type { Run } from '../run.ts';

/** Loads the images that are asked for into every node, in a stage of its own. */
export async function loadImagesIfAsked(
  context: Pick<Run, 'inputs' | 'runner' | 'reporter' | 'signal'> & Tells<'learned'>,
  swarm: Swarm,
  sources: readonly ImageSource[],
): Promise<void> {
  if (sources.length === 0) return;
  const names = new Set([
    ...context.inputs.images,
    ...sources.flatMap(({ where, images }) =>
      where === context.runner.where ? [...images.keys()] : [],
    ),
  ]);
  await inStage(context.reporter, `Loading ${[...names].join(', ')}`, (stage) =>
    load(context, swarm, sources, stage.note),
  );
}

async function load(
  { reporter, signal, journal }: Pick<Run, 'reporter' | 'signal'> & Tells<'learned'>,
  swarm: Swarm,
  sources: readonly ImageSource[],
  note: (text: string) => void,
): Promise<void> {
  const machines = swarm.members.map(({ machine }) => machine.ssh);
  const reports = await loadImages(machines, sources, signal);
  const them = imagesByReference(sources).size === 1 ? 'it' : 'them';
  journal.learned({ loads: reports });
  for (const { machine, loaded, bytes, durationMs } of reports) {
    reporter.log.info(
      loaded.length === 0
        ? `${machine}  has ${them} already`
        : `${machine}  ${loaded.join(', ')}  ${formatSize(bytes)} in ${formatDuration(durationMs)}`,
    );
  }
  const reached = reports.filter(({ loaded }) => loaded.length > 0).length;
  note(reached === 0 ? `all nodes had ${them}` : `into ${count(reached, 'node')}`);
}
