import { ActionError } from '../../../base/errors.ts';

/**
 * The error of a removal that leaves something. `said` is what the vendor said, `where` a link to
 * the place at which a person removes the rest.
 */
export function leftOver(
  what: string,
  left: readonly string[],
  { said, where }: { readonly said: readonly string[]; readonly where: string },
): ActionError {
  return new ActionError(`${what} could not be removed completely: ${left.join(', ')} left.`, {
    details: [...new Set(said)].join('\n'),
    hint: `What is left may cost money. Remove it by hand: ${where}`,
  });
}
