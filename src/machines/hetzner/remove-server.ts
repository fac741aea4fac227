import { ActionError } from '../../base/errors.ts';
import { leftOver } from '../cloud/removal/left-over.ts';
import type { Server } from './api/objects.ts';
import { CONSOLE, type Work } from './api/work.ts';
import { ServerAddresses } from './server-addresses.ts';

const POLL_MS = 2_000;
/** Where a person removes what is left. */
export const WHERE = `${CONSOLE} (then the project and the kind).`;

/**
 * Removes one server with the addresses that came with it, and waits until Hetzner does not know it
 * any more: its action may end, and be answered as done, before that. Gone already is success.
 * Throws `ActionError` at the deadline, or with the addresses that are left.
 */
export async function removeServer(work: Work, server: Server): Promise<void> {
  const addresses = new ServerAddresses();
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  addresses.remember([server]);
  await addresses.endWithServers(work, say);
  await untilGone(work, server.id);
  await addresses.removeFree(work, say);
  const left = await addresses.removeFree(work, say);
  if (left.length > 0) throw leftOver(`Server ${server.id}`, left, { said, where: WHERE });
}

async function untilGone({ api, awaitActions, clock, bounds }: Work, id: number): Promise<void> {
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
