import { type Clock, until } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import type { EngineApi } from '../engine/api.ts';
import { deleteIfThere, tryToDelete } from '../engine/delete.ts';
import type { PresentNetwork, PresentService } from './present.ts';
import { stackReader } from './snapshot.ts';

const POLL_MS = 250;
/** Tasks end after the longest stop grace period among them. In ms. */
const TIMEOUT_MS = 120_000;

/**
 * Removes services and waits until their tasks have ended, so that ports and volumes are free for
 * what comes. Gone already is success. Throws `ActionError` where tasks are still there after two
 * minutes.
 */
export async function removeServices(
  api: EngineApi,
  stack: string,
  services: readonly Pick<PresentService, 'ID' | 'Spec'>[],
  options: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  if (services.length === 0) return;
  const { clock, signal } = options;
  await deleteServices(api, services, signal);
  const ids = new Set(services.map(({ ID }) => ID));
  const reader = stackReader(api, stack);
  const left = await until(
    async () => (await reader.history(signal)).filter(({ ServiceID }) => ids.has(ServiceID)),
    (tasks) => tasks.length === 0,
    { clock, signal, limitMs: TIMEOUT_MS, everyMs: POLL_MS },
  );
  if (left.length === 0) return;
  throw new ActionError(
    `${services.map(({ Spec }) => Spec.Name).join(', ')} was removed, but tasks of it still run after ${TIMEOUT_MS / 1_000} s.`,
    { hint: 'See on a manager what keeps them: docker node ps $(docker node ls -q)' },
  );
}

/** Removes services without waiting for the end of their tasks. Gone already is success. */
export async function deleteServices(
  api: Pick<EngineApi, 'delete'>,
  services: readonly Pick<PresentService, 'ID'>[],
  signal: AbortSignal,
): Promise<void> {
  for (const { ID } of services) await deleteIfThere(api, `/services/${ID}`, signal);
}

/**
 * Removes networks whose services have gone. The swarm lets one go only once its nodes have told of
 * the last task. Gone already is success. Throws `ActionError` with what the engine says if one is
 * still there after two minutes.
 */
export async function removeNetworks(
  api: EngineApi,
  networks: readonly Pick<PresentNetwork, 'Id' | 'Name'>[],
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const end = clock.now() + TIMEOUT_MS;
  for (const { Id, Name } of networks) {
    const refusal = await until(
      () => tryToDelete(api, `/networks/${Id}`, signal),
      (said) => said === undefined,
      { clock, signal, limitMs: end - clock.now(), everyMs: POLL_MS },
    );
    if (refusal === undefined) continue;
    throw new ActionError(
      `Network ${Name} cannot be made anew: it is still in use after ${TIMEOUT_MS / 1_000} s.`,
      {
        details: refusal,
        hint: `See on each node what uses it (docker network inspect ${Name}). End that, then run again. The services of the stack on it were removed.`,
      },
    );
  }
}
