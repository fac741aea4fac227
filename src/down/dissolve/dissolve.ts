import { ActionError } from '../../base/errors.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import type { Owner } from '../../machines/ownership.ts';
import { findManager } from '../../swarm/find-manager.ts';
import { readIngress } from '../../swarm/ingress.ts';
import { warnOfKeptPorts } from '../../swarm/leave/kept-ports.ts';
import { readJoining } from '../../swarm/records/join-intent.ts';
import { dueAsBefore, tellRenewed } from './due-as-before.ts';
import { endAll } from './end-all.ts';
import { finishLeaving, finishOwn, reportUnfinished } from './finish-leaving.ts';
import { goesWith, goingIn, managerFor } from './going.ts';
import { leaveShared } from './leave-shared.ts';
import { leaveUnknown, withJoining } from './leave-unknown.ts';
import { describeUsers, outcomeOf, readView } from './outcome.ts';
import type { DissolveOptions, Progress, UndoOptions } from './undo-options.ts';

/** How often it is begun anew where other runs change who uses the swarm meanwhile. */
const TRIES = 3;

/**
 * Undoes what `up` did to hosts that were there before, as the labels of their swarm and nodes
 * record it: nodes that joined leave in good order, a swarm that was initialised ends, labels are
 * taken off; each of it only where no other cluster uses it, which is asked again right before.
 * What others use is theirs from then on. A swarm that still runs services of somebody stays whole,
 * with a warning. Gives what has left, for example `node web-1`. What an earlier run has left to do
 * on hosts that have left is done, too. Throws `ActionError` that names hosts that were in no swarm
 * before, and stay in one that cannot be asked, and such that keep their bridge.
 */
export async function dissolve(
  machines: readonly ConnectedMachine[],
  owner: Owner,
  options: DissolveOptions,
): Promise<readonly string[]> {
  const kept: unknown[] = [];
  const finished = await finishLeaving(machines, owner, { ...options, kept });
  let { unfinished } = finished;
  const left = new Set<ConnectedMachine>();
  const ended = [...finished.left];
  const known = [...finished.machines];
  const finishUnfinished: Progress['finishUnfinished'] = async (nodes, isOwn) => {
    const now = await finishOwn(unfinished, nodes, isOwn, { ...options, owner, kept });
    unfinished = unfinished.filter(({ index }) => now.every((one) => one.index !== index));
    ended.push(...now);
    known.push(...now);
    return now;
  };
  let isRenewed = false;
  const renewed = () => {
    isRenewed = true;
  };
  try {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const rest = known.filter((machine) => !left.has(machine));
      const progress = { kept, left, renewed, finishUnfinished };
      if ((await undo(rest, owner, { ...options, ...progress })) || isRenewed) break;
      const isLast = tries === TRIES;
      options.log.info(
        `Who uses the swarm has changed meanwhile; ${isLast ? 'what is left stays' : 'it is looked at again'}`,
      );
    }
  } catch (error) {
    reportUnfinished(unfinished, kept);
    throw kept.length === 0 ? error : several([error, ...kept]);
  }
  reportUnfinished(unfinished, kept);
  const gone = [...ended, ...left];
  await warnOfKeptPorts(gone, { signal: options.signal, warn: options.log.warning });
  if (kept.length > 0) throw kept.length === 1 ? kept[0] : several(kept);
  return gone.map(({ name }) => `node ${name}`);
}

function several(failures: readonly unknown[]): AggregateError {
  return new AggregateError(failures, 'Not all of the hosts are as they were.');
}

/**
 * Gives false where others have begun to use something meanwhile, so that it is to be decided anew
 * what goes.
 */
async function undo(
  present: readonly ConnectedMachine[],
  owner: Owner,
  given: UndoOptions & Progress,
): Promise<boolean> {
  const { signal, log } = given;
  let machines = present;
  const entrance = await findManager(machines, {
    ...given,
    disposable: false,
    cluster: owner.cluster,
  });
  if (!entrance) {
    if (given.unreached.length > 0) throw noManagerReached(given.unreached);
    log.info('No host is a manager of a swarm that was formed or joined by this action');
    await leaveUnknown(machines, [], owner, given);
    return true;
  }
  const { api } = entrance.manager;
  const leaver = { owner, stack: given.stack, listed: given.listed };
  const view = await readView(api, signal, log.warning);
  const joining = await readJoining(api, owner, signal, log.warning);
  const outside = withJoining(given.outside, machines, joining);
  const options = { ...given, outside };
  await leaveUnknown(machines, view.nodes, owner, options);
  const outcome = outcomeOf(view, leaver);
  if (outcome.kind === 'kept') {
    if (outcome.isOwn) log.info(outcome.reason);
    else log.warning(outcome.reason);
    return true;
  }
  if (tellRenewed(view, view, leaver, log)) return true;
  machines = [
    ...machines,
    ...(await given.finishUnfinished(view.nodes, (node) => goesWith(node, view, leaver, outcome))),
  ];
  const heirs = outcome.kind === 'leaves' ? outcome.heirs : [];
  if (heirs.length > 0) {
    log.info(`The swarm stays: it is used by ${describeUsers(heirs, leaver)}, too.`);
  }
  const going = goingIn(view, { machines, leaver, outcome, outside });
  const manager = managerFor(view, going, outcome, [entrance.manager, ...machines]);
  const hasMesh = (await readIngress(api, signal)) !== undefined;
  const isDue = dueAsBefore(view, outcome, leaver, manager.api, options);
  const known = { machines, owner, leaver, view, heirs, hasMesh };
  const leaving = { ...options, ...known, manager, isDue };
  return outcome.kind === 'ends' ? await endAll(going, leaving) : await leaveShared(going, leaving);
}

function noManagerReached(unreached: readonly string[]): ActionError {
  return new ActionError(
    'No host that can be reached manages the swarm, so nothing of it was undone.',
    {
      details: `not reached: ${unreached.join(', ')}`,
      hint: 'Once they answer again, run the step and its post step with `teardown: always` again.',
    },
  );
}
