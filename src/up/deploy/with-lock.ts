import { inStage } from '../../base/stages.ts';
import { lockRequest, withStackLock } from '../../stack/with-lock.ts';
import type { Swarm } from '../../swarm/form.ts';
import type { Tells } from '../journal.ts';
import type { Run } from '../run.ts';
import { refuseOlderRun } from './turns.ts';

/**
 * Runs `deploy` while no other run deploys or removes the same stack of the swarm, waiting for one
 * that does. The lock is let go whatever becomes of it; where this process is killed, post does
 * that. Throws `Superseded`, before anything of the stack is changed, where a newer run deploys it
 * or has.
 */
export async function withDeployLock<T>(
  context: Pick<
    Run,
    | 'inputs'
    | 'owner'
    | 'driver'
    | 'clock'
    | 'reporter'
    | 'signal'
    | 'runUrl'
    | 'runAttempt'
    | 'turn'
  > &
    Tells<'locking'>,
  { manager }: Pick<Swarm, 'manager'>,
  stack: string,
  deploy: () => Promise<T>,
): Promise<T> {
  const { inputs, owner, clock, reporter, signal, journal } = context;
  const { runUrl: url, runAttempt: attempt, turn } = context;
  const claim = lockRequest(stack, owner, { url, attempt, turn });
  // Before there is one, so that none can be left that post does not know of.
  journal.locking({ stack, token: claim.token });
  const options = {
    ...{ clock, signal, log: reporter.log, timeoutMs: inputs.lockTimeoutMs },
    waiting: (wait: () => Promise<void>) =>
      inStage(reporter, `Waiting for another deployment of ${stack}`, wait),
    released: () => journal.locking(undefined),
  };
  return await withStackLock(manager, claim, options, async () => {
    await refuseOlderRun(context, manager.api, stack);
    return await deploy();
  });
}
