import type { Service } from '../../swarm/objects.ts';
import type { Trouble } from './trouble.ts';

const NS_PER_MS = 1e6;
const DEFAULT_MONITOR_NS = 5e9;

/**
 * How long the engine gets to act on failures before they are judged here, in ms, over its monitor
 * period.
 */
const PAUSE_PATIENCE_MS = 10_000;
/** More for a rollback: that the old version runs again is worth knowing. */
const ROLLBACK_PATIENCE_MS = 30_000;

/**
 * A nil `UpdateStatus` says nothing: it is nil during the whole first deployment, and every
 * deployment resets it. Anything else is of this deployment, but `completed` does not mean that
 * tasks run, and the message of a paused rollback speaks of an update. `isComplete`: all that is to
 * run does. A rollback is completed before that, and whether the old version serves is the first
 * question about it.
 */
export function updateTrouble({ UpdateStatus }: Service, isComplete: boolean): Trouble | undefined {
  switch (UpdateStatus?.State) {
    case 'rollback_started':
      return { class: 'rolled-back', afterMs: 0, settling: true };
    case 'rollback_completed':
      return { class: 'rolled-back', afterMs: 0, settling: !isComplete };
    case 'rollback_paused':
      return { class: 'rolled-back', afterMs: 0 };
    case 'paused':
      return { class: 'paused', afterMs: 0 };
    default:
      return undefined;
  }
}

/** Replaces tasks one batch after the other; not over before the last batch was monitored. */
export function isUpdating({ UpdateStatus }: Service): boolean {
  return UpdateStatus?.State === 'updating';
}

/**
 * How long to leave failures to the engine, in ms: during an update it counts them itself,
 * tolerates some (`max_failure_ratio`) and pauses or rolls back.
 */
export function enginePatienceMs(service: Service): number {
  if (!isUpdating(service)) return 0;
  const { FailureAction, Monitor } = service.Spec.UpdateConfig ?? {};
  if (FailureAction === 'continue') return 0;
  return (
    (Monitor ?? DEFAULT_MONITOR_NS) / NS_PER_MS +
    (FailureAction === 'rollback' ? ROLLBACK_PATIENCE_MS : PAUSE_PATIENCE_MS)
  );
}
