import type { DriverLog } from '../../base/log.ts';
import type { EngineApi } from '../../engine/api.ts';
import { recordOf } from '../../swarm/records/node-record.ts';
import type { User } from '../../swarm/records/users.ts';
import {
  type Leaver,
  type Outcome,
  othersOn,
  outcomeOf,
  readView,
  renewedBy,
  type View,
} from './outcome.ts';
import type { Progress, UndoingOptions, UndoOptions } from './undo-options.ts';

/**
 * Asks again what was asked before it was decided; says so where another run has renewed it
 * meanwhile.
 */
export function dueAsBefore(
  before: View,
  outcome: Outcome,
  leaver: Leaver,
  api: EngineApi,
  { signal, log, renewed }: UndoOptions & Progress,
): UndoingOptions['isDue'] {
  return async (node) => {
    const now = await readView(api, signal, () => {});
    if (tellRenewed(now, before, leaver, log)) {
      renewed();
      return false;
    }
    const next = outcomeOf(now, leaver);
    if (next.kind !== outcome.kind) return false;
    if (!node) return true;
    const current = now.nodes.find(({ ID }) => ID === node.ID);
    return current !== undefined && othersOn(current, now, leaver, next).length === 0;
  };
}

/** Whether a run has renewed what was to go, which is said. */
export function tellRenewed(now: View, before: View, leaver: Leaver, log: DriverLog): boolean {
  const pairs = [
    { users: now.swarm?.users ?? [], earlier: before.swarm?.users ?? [] },
    ...now.nodes.map((node) => ({
      users: recordOf(node)?.users ?? [],
      earlier: recordOf(before.nodes.find(({ ID }) => ID === node.ID) ?? node)?.users ?? [],
    })),
  ];
  for (const { users, earlier } of pairs) {
    const renewed = renewedBy(users, earlier, leaver);
    if (!renewed) continue;
    warnOfRenewal(renewed, log);
    return true;
  }
  return false;
}

/** Says that a run has renewed a cluster, so that no more of it goes. */
export function warnOfRenewal({ owner: { cluster, run } }: User, log: DriverLog): void {
  log.warning(
    `Cluster ${cluster} was deployed again meanwhile, by run ${run}: what is left of it on the hosts stays.`,
  );
}
