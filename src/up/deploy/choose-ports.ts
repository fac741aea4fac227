import { ActionError } from '../../base/errors.ts';
import { chooseOffset, readOccupied } from '../../deploy/port-offset.ts';
import type { EngineApi } from '../../engine/api.ts';
import type { ChosenPorts } from '../../stack/ownership.ts';
import type { CheckedStack } from '../check/checked-stack.ts';
import type { Tells } from '../journal.ts';
import type { Run } from '../run.ts';

/** A stack with the ports that it gets. */
interface Placed {
  readonly compose: CheckedStack;
  /** Undefined where they are those of the compose file, or were given. */
  readonly ports: ChosenPorts | undefined;
}

/**
 * With `port-offset: auto`, finds ports for the stack that no other stack of the swarm has. A swarm
 * that was made for the cluster has no other, nor has one that is not there yet, where there is no
 * `api`. Changes nothing; throws `ActionError` where none are free.
 */
export async function placePorts(
  context: Pick<Run, 'inputs' | 'driver' | 'reporter' | 'signal'> & Tells<'learned'>,
  api: EngineApi | undefined,
  compose: CheckedStack,
): Promise<Placed> {
  const { inputs, driver, reporter, signal, journal } = context;
  const { stack } = compose;
  const isPublic = stack.services.some(({ ports }) =>
    ports.some(({ published }) => published !== undefined),
  );
  if (inputs.portOffset !== 'auto' || driver.makesMachines || !isPublic) {
    return { compose, ports: undefined };
  }
  const occupied = api
    ? await readOccupied(api, stack.name, signal)
    : { taken: new Set<string>(), own: undefined };
  const ports = chooseOffset(stack, occupied);
  if (!ports) throw noneFree(stack.name);
  if (occupied.own !== undefined && occupied.own !== ports.offset) {
    reporter.log.warning(
      `Another stack has ports that stack ${stack.name} would have at its offset ${occupied.own}, so its addresses change.`,
    );
  }
  reporter.log.info(
    `Published ports: ${ports.published.join(', ')}, ${ports.offset} above those of the compose file`,
  );
  const placed = await compose.render({ portOffset: ports.offset });
  journal.learned({ stack: placed });
  return { compose: { ...compose, stack: placed }, ports };
}

/** Whether another stack has one of the ports by now that were chosen for this one. */
export async function areTaken(
  { signal }: Pick<Run, 'signal'>,
  api: Pick<EngineApi, 'get'>,
  stack: string,
  { published }: ChosenPorts,
): Promise<boolean> {
  const { taken } = await readOccupied(api, stack, signal);
  return published.some((port) => taken.has(port));
}

/**
 * Whether a deployment was refused because a stack that was deployed at the same moment has taken
 * one of the ports.
 */
export function isPortTaken(error: unknown): boolean {
  return error instanceof ActionError && /port '\d+' is already in use/.test(error.details ?? '');
}

function noneFree(stack: string): ActionError {
  return new ActionError(`No ports are free on the swarm for stack ${stack}.`, {
    hint: 'Nothing of the stack was changed. Remove previews that nobody needs (`command: sweep`), or give `port-offset` as a number.',
  });
}
