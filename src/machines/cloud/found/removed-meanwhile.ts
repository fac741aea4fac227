import { ActionError } from '../../../base/errors.ts';

/** The error of a machine that is gone before it ran. `what` is `server su-42-shop-1`. */
export function removedMeanwhile(what: string): ActionError {
  return new ActionError(`The ${what} was removed while it was being created.`, {
    hint: 'Another run may have removed the cluster at this moment: give them a `concurrency` group.',
  });
}
