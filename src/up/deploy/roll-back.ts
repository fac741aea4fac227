import { ActionError, describeError } from '../../base/errors.ts';
import { inStage } from '../../base/stages.ts';
import { converge } from '../../converge/converge.ts';
import { expectedOf, rollBack } from '../../deploy/roll-back.ts';
import type { Present } from '../../stack/present.ts';
import { stackReader } from '../../stack/snapshot.ts';
import type { Swarm } from '../../swarm/form.ts';
import type { WaveContext } from './deploy-wave.ts';

/**
 * How long the earlier services may take to run again, in ms, where `wait-timeout` allows as much.
 */
const BACK_TIMEOUT_MS = 3 * 60_000;

/**
 * After a deployment that failed: every service of the stack goes back to what it was. Resolves
 * with the error to fail with, whose status is `rolled-back`; where going back fails, too, it says
 * both.
 */
export async function goBack(
  { inputs, clock, reporter, signal }: WaveContext,
  { api }: Pick<Swarm, 'api'>,
  stack: string,
  before: Present,
  failure: unknown,
): Promise<ActionError> {
  const cause = failure instanceof ActionError ? failure : new ActionError(describeError(failure));
  const fail = (outcome: string, details: readonly string[], status: ActionError['status']) =>
    new ActionError(`${cause.message.replace(/\.$/, '')}. ${outcome}`, {
      status,
      details: [cause.details, ...details].filter(Boolean).join('\n'),
      hint: cause.hint,
      cause: failure,
    });
  try {
    return await inStage(reporter, `Rolling ${stack} back`, async () => {
      const { restored, removed } = await rollBack(api, before, { stack, clock, signal });
      for (const name of restored) reporter.log.info(`${name} goes back to its earlier spec`);
      for (const name of removed) reporter.log.info(`${name} was new and is removed`);
      const expected = expectedOf(before, stack);
      if (expected.length > 0) {
        await converge(stackReader(api, stack), {
          stackName: stack,
          expected,
          timeoutMs: Math.min(BACK_TIMEOUT_MS, inputs.waitTimeoutMs),
          stableForMs: inputs.stableForMs,
          clock,
          signal,
          onProgress: () => {},
        });
      }
      const what = expected.length > 0 ? 'runs as before' : 'is removed again';
      return fail(`The stack was rolled back and ${what}.`, [], 'rolled-back');
    });
  } catch (error) {
    signal.throwIfAborted();
    return fail('Rolling it back failed, too.', [describeError(error)], cause.status);
  }
}
