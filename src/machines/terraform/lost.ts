import { ActionError } from '../../base/errors.ts';

/** The error of a state that has lost what it knew. Machines may be left that nobody knows of. */
export function lost(name: string, why: string): ActionError {
  return new ActionError(`The state ${name} was lost, so its machines could not be removed.`, {
    details: why,
    hint: `Look in the cloud for what is called ${name}, and remove it by hand: it may cost money. If the backend keeps older versions of the state, restore the last one and run \`command: down\`. Else delete the workspace once nothing is left: terraform workspace delete -force ${name}`,
  });
}
