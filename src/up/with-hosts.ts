import { inStage } from '../base/stages.ts';
import type { Fleet } from '../machines/provision.ts';
import { needsHostCheck } from '../preflight/check-hosts.ts';
import { formingRequest, withHostsLock } from '../swarm/records/forming-lock.ts';
import type { Run } from './run.ts';

/**
 * Runs `work` while no other run makes a swarm of the same hosts or takes one apart, with the hosts
 * as they are then. Hosts that are nodes already, and machines of our own, need no lock.
 */
export async function withFleetLock<T>(
  context: Pick<
    Run,
    'driver' | 'owner' | 'inputs' | 'clock' | 'reporter' | 'signal' | 'runUrl' | 'runAttempt'
  >,
  fleet: Fleet,
  work: (fleet: Fleet) => Promise<T>,
): Promise<T> {
  const { driver, owner, inputs, clock, reporter, signal } = context;
  if (driver.makesMachines || !needsHostCheck(fleet.machines)) return await work(fleet);
  const claim = formingRequest(owner, { url: context.runUrl, attempt: context.runAttempt });
  const options = {
    ...{ timeoutMs: inputs.lockTimeoutMs, clock, signal, log: reporter.log },
    waiting: (wait: () => Promise<void>) =>
      inStage(reporter, 'Taking the hosts for this run', () => wait()),
  };
  return await withHostsLock(fleet.machines, claim, options, (machines) =>
    work({ ...fleet, machines }),
  );
}
