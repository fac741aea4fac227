import { readServing } from '../converge/serving.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { Facts } from '../report/facts.ts';
import type { Tells } from './journal.ts';
import type { Run } from './run.ts';

/** How long the swarm may take to tell what still runs, in ms. */
const ANSWER_MS = 10_000;

/**
 * After a deployment that failed: learns what still runs of the version before it. Never fails, and
 * says nothing where no manager answers: what went wrong is told already.
 */
export async function learnServing(
  { signal, journal, reporter }: Pick<Run, 'signal' | 'reporter'> & Tells<'learned'>,
  opened: readonly ConnectedMachine[],
  { stack, before, plan }: Partial<Facts>,
): Promise<void> {
  const managers = opened.filter(({ role, ssh }) => role === 'manager' && !ssh.outage());
  if (!stack) return;
  const unchanged = (plan?.services ?? []).filter(({ action }) => action === 'unchanged');
  const question = { stack: stack.name, before, unchanged: unchanged.map(({ name }) => name) };
  for (const { name, api } of managers) {
    if (signal.aborted) return;
    const bound = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    try {
      journal.learned({ serving: await readServing(api, question, bound) });
      return;
    } catch (error) {
      reporter.log.debug(`${name} does not say what still runs: ${String(error)}`);
    }
  }
}
