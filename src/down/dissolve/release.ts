import type { ConnectedMachine } from '../../machines/connect.ts';
import { removeSurplus } from '../../swarm/leave/leave.ts';
import type { Node } from '../../swarm/objects.ts';
import { changeNodeLabels } from '../../swarm/records/change-labels.ts';
import { nodeLeftBy, recordIn, recordOf } from '../../swarm/records/node-record.ts';
import type { User } from '../../swarm/records/users.ts';
import { warnOfRenewal } from './due-as-before.ts';
import { finishForgotten } from './finish-leaving.ts';
import type { Going } from './going.ts';
import { leaveAttached } from './leave-attached.ts';
import { isMine, renewedBy, servicesThatNeed } from './outcome.ts';
import type { UndoingOptions } from './undo-options.ts';

/**
 * Lets one node go, or takes off its labels. Gives false where others have begun to use it
 * meanwhile.
 */
export async function release(one: Going, options: UndoingOptions): Promise<boolean> {
  const { machine, node, leaves } = one;
  const { manager, signal, log, isDue, left } = options;
  if (!leaves || !machine) {
    await unlabel(one, options);
    return true;
  }
  if (!(await isDue(node))) return false;
  log.info(`${machine.name} leaves the swarm`);
  const hasLeft = await leaveAttached({ ...one, machine }, options, (gone) =>
    removeSurplus({
      ...{ manager, machine, node, signal, warn: log.warning, left: gone },
      isDue: () => isDue(node),
    }),
  );
  if (hasLeft) left.add(machine);
  return hasLeft;
}

/**
 * Takes the cluster off a node that stays, and the labels that nobody else has in `hosts` and no
 * service rests on.
 */
async function unlabel(
  { node }: Going,
  { manager, leaver, view, signal, log, renewed }: UndoingOptions,
): Promise<void> {
  const before = recordOf(node)?.users ?? [];
  let kept: readonly string[] = [];
  let newer: User | undefined;
  await changeNodeLabels(
    manager.api,
    node.ID,
    (labels) => {
      kept = [];
      newer = renewedBy(recordIn(labels)?.users ?? [], before, leaver);
      if (newer) return labels;
      const isNeeded = (key: string, value: string) =>
        servicesThatNeed(key, value, view).length > 0;
      const next = nodeLeftBy(labels, (user) => isMine(user, leaver), isNeeded);
      kept = next.needed.map((key) => `${key}=${labels[key]}`);
      return next.labels;
    },
    { signal },
  );
  if (newer) {
    warnOfRenewal(newer, log);
    renewed();
  }
  for (const label of kept) {
    const [key = '', ...value] = label.split('=');
    const names = servicesThatNeed(key, value.join('='), view).join(', ');
    log.warning(
      `Node ${node.Description.Hostname} keeps the label ${label}: ${names} may run only where it is. Once nothing needs it, run \`down\` again.`,
    );
  }
}

/** With what is to be done on a host that has left by itself before its node goes. */
export function forgetting(options: UndoingOptions) {
  return {
    ...options,
    leftEarlier: (machine: ConnectedMachine, node: Node) => finishForgotten(machine, node, options),
  };
}
