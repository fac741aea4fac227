import { count } from '../../base/count.ts';
import { formatDuration } from '../../base/duration.ts';
import { ActionError } from '../../base/errors.ts';
import { formatSize } from '../../base/size.ts';
import { inStage } from '../../base/stages.ts';
import type { Executor } from '../../exec/executor.ts';
import { fetchImages } from '../../images/fetch-images.ts';
import { loadImages } from '../../images/load.ts';
import type { PassOn } from '../../images/pass-on.ts';
import { type ImageSource, imagesByReference } from '../../images/sources.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import type { Driver } from '../../machines/driver.ts';
import type { Swarm } from '../../swarm/form.ts';
import type { Tells } from '../journal.ts';
import type { Run } from '../run.ts';

type Context = Pick<Run, 'inputs' | 'driver' | 'reporter' | 'signal'> & Tells<'learned'>;

/** Loads the images that are asked for into every node, in a stage of its own. */
export async function loadImagesIfAsked(
  context: Context & Pick<Run, 'runner'>,
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
  context: Context,
  swarm: Swarm,
  sources: readonly ImageSource[],
  note: (text: string) => void,
): Promise<void> {
  const { reporter, signal, journal } = context;
  const machines = swarm.members.map(({ machine }) => machine.ssh);
  const reports = await loadImages(machines, sources, signal, passOnOf(context, swarm));
  const them = imagesByReference(sources).size === 1 ? 'it' : 'them';
  journal.learned({ loads: reports });
  for (const { machine, loaded, bytes, from, durationMs } of reports) {
    const way = from === undefined ? formatSize(bytes) : `from ${from}`;
    reporter.log.info(
      loaded.length === 0
        ? `${machine}  has ${them} already`
        : `${machine}  ${loaded.join(', ')}  ${way} in ${formatDuration(durationMs)}`,
    );
  }
  const reached = reports.filter(({ loaded }) => loaded.length > 0).length;
  note(reached === 0 ? `all nodes had ${them}` : `into ${count(reached, 'node')}`);
}

/**
 * How the nodes get images from one another; undefined if the runner is to send them to each. To
 * machines that are on the runner itself there is no shorter way than from it.
 */
function passOnOf({ inputs, driver, reporter }: Context, { members }: Swarm): PassOn | undefined {
  if (inputs.imageTransfer === 'runner' || isOnRunner(driver)) return undefined;
  const machines = new Map(members.map(({ machine }) => [machine.ssh as Executor, machine]));
  const machineOf = (executor: Executor): ConnectedMachine => {
    const machine = machines.get(executor);
    if (!machine) throw new Error(`${executor.where} is no member of the swarm`);
    return machine;
  };
  return {
    pays: (machines, bytes) =>
      inputs.imageTransfer === 'nodes' ? machines > 1 : (machines - 1) * bytes >= SAVED_BYTES,
    fetch: (to, from, names, signal) => fetchImages(machineOf(to), machineOf(from), names, signal),
    gaveUp: (to, from, reason) =>
      reporter.log.info(
        `${to.where} could not fetch them from ${from.where}, so the runner sends them (${firstWords(reason)})`,
      ),
  };
}

/**
 * From so many bytes on that the runner need not send, the nodes get images from one another: each
 * has to be logged in to once more for that, which takes about as long as this here.
 */
const SAVED_BYTES = 400 * 1024 ** 2;

function firstWords(reason: unknown): string {
  const words = reason instanceof ActionError ? reason.details || reason.message : String(reason);
  return words.trim().split('\n', 1).join('');
}

function isOnRunner(driver: Driver): boolean {
  return driver.makesMachines && driver.onRunner !== false;
}
