import type { EngineApi } from '../engine/api.ts';
import type { Executor } from '../exec/executor.ts';
import type { LockRequest } from './lock.ts';
import { type LockOptions, withStackLock } from './with-lock.ts';

/** Locks of stacks that are held until all of them are let go. */
export interface HeldLocks extends AsyncDisposable {
  /** Takes the lock of a stack if it is not held yet. Throws as `waitForLock` does. */
  take(
    manager: { readonly ssh: Executor; readonly api: EngineApi },
    claim: LockRequest,
    options: LockOptions,
  ): Promise<void>;
}

/** Begins with no lock. Each is renewed as long as it is held; disposing lets go of all. */
export function heldLocks(): HeldLocks {
  const over = Promise.withResolvers<void>();
  const held = new Map<string, Promise<void>>();
  return {
    async take(manager, claim, options) {
      if (held.has(claim.stack)) return;
      await new Promise<void>((resolve, reject) => {
        const holding = withStackLock(manager, claim, options, async () => {
          held.set(claim.stack, holding);
          resolve();
          await over.promise;
        });
        holding.catch(reject);
      });
    },
    async [Symbol.asyncDispose]() {
      over.resolve();
      await Promise.allSettled(held.values());
    },
  };
}
