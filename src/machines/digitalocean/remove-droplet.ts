import { ActionError } from '../../base/errors.ts';
import { CloudError } from '../cloud/cloud-error.ts';
import { CONSOLE, type Work } from './api/work.ts';

const POLL_MS = 2_000;

/**
 * Removes one droplet and waits until DigitalOcean does not know it any more. While it is still
 * being made, DigitalOcean refuses; then it is tried again. Gone already is success. Throws
 * `ActionError` at the deadline.
 */
export async function removeDroplet(work: Work, id: number): Promise<void> {
  const { api, clock, bounds } = work;
  for (;;) {
    const refusal = await api.deleteDroplet(id).then(() => undefined, busy);
    if (!(await api.droplet(id))) return;
    if (clock.now() + POLL_MS > bounds.deadline) throw stays(id, refusal);
    await clock.sleep(POLL_MS, bounds.signal);
  }
}

/** Whether a refusal may pass: something else is being done to the droplet. */
export function isBusy(error: unknown): error is CloudError {
  return error instanceof CloudError && error.httpStatus === 422;
}

function busy(error: unknown): CloudError {
  if (isBusy(error)) return error;
  throw error;
}

function stays(id: number, refusal: CloudError | undefined): ActionError {
  return new ActionError(`Droplet ${id} at DigitalOcean could not be removed in time.`, {
    ...(refusal?.details !== undefined && { details: refusal.details }),
    hint: `See what becomes of it, and remove it by hand if it stays: ${CONSOLE}/droplets/${id}`,
  });
}
