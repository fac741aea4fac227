import { ActionError } from '../../base/errors.ts';
import { CONSOLE, type Work } from './api/work.ts';

const POLL_MS = 2_000;

/**
 * Removes one server and waits until Hetzner does not know it any more: its action may end, and be
 * answered as done, before that. Gone already is success. Throws `ActionError` at the deadline.
 */
export async function removeServer(work: Work, id: number): Promise<void> {
  const { api, awaitActions, clock, bounds } = work;
  const action = await api.deleteServer(id);
  if (action) await awaitActions([action]);
  while (await api.server(id)) {
    if (clock.now() + POLL_MS > bounds.deadline) throw stays(id);
    await clock.sleep(POLL_MS, bounds.signal);
  }
}

function stays(id: number): ActionError {
  return new ActionError(`Server ${id} at Hetzner could not be removed in time.`, {
    hint: `See what becomes of it, and remove it by hand if it stays: ${CONSOLE}`,
  });
}
