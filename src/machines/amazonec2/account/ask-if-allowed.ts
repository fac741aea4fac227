import type { Bounds } from '../../cloud/cloud-client.ts';
import { CloudError } from '../../cloud/cloud-error.ts';
import { denialIn } from '../api/denial.ts';
import { isForbidden } from '../api/ec2-refusal.ts';
import type { Work } from '../api/work.ts';

/** The most that such a question may take, in ms: the run does without an answer. */
const PATIENCE_MS = 10_000;

/** What was asked, or why nobody knows, as half a sentence. */
export type Asked<T> = { readonly value: T } | { readonly reason: string };

/**
 * Asks what a run can do without, of a service whose rights the credentials may lack. Whatever AWS
 * says against it is the reason. `right` is what the question needs. Throws what is no refusal, for
 * example the reason of the signal.
 */
export async function askIfAllowed<T>(
  { clock, bounds }: Pick<Work, 'clock' | 'bounds'>,
  right: string,
  question: (bounds: Bounds) => Promise<T>,
): Promise<Asked<T>> {
  const deadline = Math.min(bounds.deadline, clock.now() + PATIENCE_MS);
  try {
    return { value: await question({ ...bounds, deadline }) };
  } catch (error) {
    if (isForbidden(error))
      return { reason: `the credentials may not do ${denialIn(error).action ?? right}` };
    if (error instanceof CloudError) return { reason: error.message.replace(/\.$/, '') };
    throw error;
  }
}
