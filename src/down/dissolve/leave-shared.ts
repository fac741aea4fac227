import { removeDown } from '../../swarm/leave/unlisted.ts';
import { changeSwarmLabels } from '../../swarm/records/change-labels.ts';
import { forgetJoining } from '../../swarm/records/join-intent.ts';
import { swarmLeftBy, swarmRecordOf } from '../../swarm/records/node-record.ts';
import { isOver, type User } from '../../swarm/records/users.ts';
import type { Going } from './going.ts';
import { isMine, renewedBy } from './outcome.ts';
import { forgetting, release } from './release.ts';
import type { UndoingOptions } from './undo-options.ts';

/**
 * Undoes what nobody else uses in a swarm that stays. What tells of the cluster there goes last.
 */
export async function leaveShared(
  going: readonly Going[],
  options: UndoingOptions,
): Promise<boolean> {
  const { machines, manager, owner, leaver, view, signal, log } = options;
  const alone = new Set(going.filter(({ leaves }) => leaves).map(({ node }) => node.ID));
  await removeDown(machines, ({ ID }) => alone.has(ID), forgetting(options));
  for (const one of going) {
    if (one.machine === manager) continue;
    // Its host is not at hand. What stands on the node stays, so that a later run that enters it
    // can let it go.
    if (one.leaves && !one.machine) continue;
    if (!(await release(one, options))) return false;
  }
  const last = going.find(({ machine }) => machine === manager);
  if (last?.leaves) {
    log.warning(
      `${manager.name} stays in the swarm, though this action let it join: it is the only manager in \`hosts\`, and cannot let itself go. Name another one there, then run \`down\` again.`,
    );
  } else if (last && !(await release(last, options))) return false;
  if (!last?.leaves) await forgetJoining(manager.api, owner, signal);
  const before = view.swarm?.users ?? [];
  const isGone = (user: User) => isMine(user, leaver) && !staysAsMark(user, options);
  await changeSwarmLabels(
    manager.api,
    (labels) => {
      const now = swarmRecordOf(labels)?.users ?? [];
      return renewedBy(now, before, leaver) ? labels : swarmLeftBy(labels, isGone);
    },
    { signal },
  );
  return true;
}

/**
 * Whose time is over keeps nobody from ending the swarm. So a sweep leaves its mark on one that
 * others use whose time will be over, too: should they be forgotten, the next sweep of this
 * repository ends it.
 */
function staysAsMark(user: User, { leaver, view, heirs }: UndoingOptions): boolean {
  const doAllEnd = heirs.every(({ owner }) => owner.expires !== undefined);
  return leaver.listed !== undefined && isOver(user, view.now) && doAllEnd;
}
