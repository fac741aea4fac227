import pLimit from 'p-limit';
import { endContainers, STOP_TIMEOUT_MS } from '../../swarm/leave/end-containers.ts';
import { leaveSwarm } from '../../swarm/leave/leave.ts';
import { removeDown } from '../../swarm/leave/unlisted.ts';
import { listNodes } from '../../swarm/nodes.ts';
import { recordOf } from '../../swarm/records/node-record.ts';
import type { Connected, Going } from './going.ts';
import { leaveAttached } from './leave-attached.ts';
import { forgetting, release } from './release.ts';
import type { UndoingOptions } from './undo-options.ts';

/** How many workers leave at once: what each takes is mostly its engine's time. */
const LEAVE_AT_ONCE = 32;

/**
 * Takes all nodes out of a swarm that nobody else uses; the manager that is told goes last, and the
 * swarm with it. While a host that joined is not at hand the swarm stays with what stands on it, so
 * that a later run that enters the host can let it go.
 */
export async function endAll(going: readonly Going[], options: UndoingOptions): Promise<boolean> {
  const { machines, manager, signal, log, left, isDue } = options;
  // Managers that are down count in the majority that the others need to leave in good order.
  await removeDown(machines, () => true, forgetting(options));
  const others = going.filter(({ machine }) => machine && machine !== manager);
  const { workers = [], managers = [] } = Object.groupBy(others, ({ node }) =>
    node.Spec.Role === 'manager' ? 'managers' : 'workers',
  );
  if (!(await releaseAtOnce(workers, options))) return false;
  // One by one: each of them leaves a majority of those that are left.
  for (const one of managers) if (!(await release(one, options))) return false;
  const last = going.find(({ machine }) => machine === manager);
  if (!last || !(await isDue())) return false;
  const missing = (await listNodes(manager.api, signal)).filter(
    (node) => node.ID !== last.node.ID && recordOf(node)?.joined,
  );
  if (missing.length > 0) {
    const names = missing.map(({ Description }) => Description.Hostname).join(', ');
    log.warning(
      `The swarm stays: ${names} joined it, and ${missing.length === 1 ? 'was' : 'were'} not entered by this step. Name all of them in \`hosts\`, then run \`down\` again. One that is lost goes as soon as the swarm sees that it is down.`,
    );
    return true;
  }
  if (!(await end({ ...last, machine: manager }, options))) return false;
  left.add(manager);
  return true;
}

/**
 * Lets workers go, of which nobody else uses one. Whatever becomes of one of them, the others that
 * have begun leave. Gives false where others have begun to use one meanwhile: then no more begins.
 */
async function releaseAtOnce(workers: readonly Going[], options: UndoingOptions): Promise<boolean> {
  const limit = pLimit(LEAVE_AT_ONCE);
  let isDue = true;
  const results = await Promise.allSettled(
    workers.map((one) =>
      limit(async () => {
        if (!isDue) return;
        isDue = (await release(one, options)) && isDue;
      }),
    ),
  );
  const failures = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (failures.length > 1) {
    throw new AggregateError(failures, `${failures.length} of ${workers.length} workers stay.`);
  }
  if (failures.length === 1) throw failures[0];
  return isDue;
}

/** Lets the last node go. Gives false where others have begun to use the swarm meanwhile. */
async function end(
  { machine, node, change }: Connected,
  options: UndoingOptions,
): Promise<boolean> {
  const { signal, log, isDue } = options;
  log.info(`${machine.name} leaves last, and the swarm ends`);
  // Of services that somebody has removed, or a removal that was cut off.
  const ending = { timeoutMs: STOP_TIMEOUT_MS, signal, warn: log.warning };
  await endContainers(machine, node.ID, ending);
  return await leaveAttached({ machine, change }, options, async (left) => {
    if (!(await isDue())) return false;
    await leaveSwarm(machine, node.ID, { signal, left });
    return true;
  });
}
