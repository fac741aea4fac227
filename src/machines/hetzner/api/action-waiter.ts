import type { Clock } from '../../../base/clock.ts';
import { ActionError } from '../../../base/errors.ts';
import type { Bounds } from '../../cloud/cloud-client.ts';
import { CloudError } from '../../cloud/cloud-error.ts';
import type { HetznerApi } from './hetzner-api.ts';
import type { Action } from './objects.ts';

const POLL_MS = 1_000;
/** As many as one answer has. */
const ASKED_AT_ONCE = 25;

/**
 * Settles when all of these actions have ended. Rejects with a `CloudError` of the first that
 * failed, with its code; with `ActionError` at the deadline.
 */
export type ActionWaiter = (actions: readonly Action[]) => Promise<void>;

/**
 * Waits for actions of Hetzner. Whoever waits at the same time waits together: each second one call
 * asks for 25 actions, however many servers are being made.
 */
export function actionWaiter(about: {
  readonly api: Pick<HetznerApi, 'actions'>;
  readonly clock: Clock;
  readonly bounds: Bounds;
}): ActionWaiter {
  const pending = new Map<number, PromiseWithResolvers<Action>>();
  let isPolling = false;

  const poll = async () => {
    if (isPolling) return;
    isPolling = true;
    try {
      while (pending.size > 0) await askOnce(about, pending);
    } catch (error) {
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
    } finally {
      isPolling = false;
    }
  };

  return async (actions) => {
    const waits = actions.map((action) => {
      if (action.status !== 'running') return Promise.resolve(action);
      const wait = pending.get(action.id) ?? Promise.withResolvers<Action>();
      pending.set(action.id, wait);
      return wait.promise;
    });
    void poll();
    // Each is heard, so that none rejects unheard after the first that did.
    for (const end of await Promise.allSettled(waits)) {
      if (end.status === 'rejected') throw end.reason;
      refuseFailed(end.value);
    }
  };
}

async function askOnce(
  { api, clock, bounds }: Parameters<typeof actionWaiter>[0],
  pending: Map<number, PromiseWithResolvers<Action>>,
): Promise<void> {
  if (clock.now() + POLL_MS > bounds.deadline) throw tooLate(pending.size);
  await clock.sleep(POLL_MS, bounds.signal);
  const ids = [...pending.keys()];
  for (let at = 0; at < ids.length; at += ASKED_AT_ONCE) {
    for (const action of await api.actions(ids.slice(at, at + ASKED_AT_ONCE))) {
      if (action.status === 'running') continue;
      pending.get(action.id)?.resolve(action);
      pending.delete(action.id);
    }
  }
}

function refuseFailed({ id, command, status, error }: Action): void {
  if (status !== 'error') return;
  throw new CloudError(
    `The action ${command} of Hetzner failed${error ? ` (${error.code})` : ''}.`,
    {
      call: `action ${id} (${command})`,
      httpStatus: 200,
      code: error?.code,
      details: error?.message,
    },
  );
}

function tooLate(count: number): ActionError {
  return new ActionError(`Hetzner has not finished in time: ${count} of its actions still run.`, {
    hint: 'See what they do: https://console.hetzner.com/projects. Then run this again.',
  });
}
