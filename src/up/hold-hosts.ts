import { randomUUID } from 'node:crypto';
import { describeError } from '../errors.ts';
import { needsHostCheck } from '../host-check.ts';
import { readSwarmState } from '../machines/engine.ts';
import type { Fleet } from '../machines/provision.ts';
import { inStage } from '../step.ts';
import { letHostsGo, takeHosts } from '../swarm/forming-lock.ts';
import type { UpContext } from './context.ts';

/** How long letting go may take, in ms: a step that is cancelled has ten seconds in all. */
const RELEASE_TIMEOUT_MS = 3_000;

/**
 * Runs `work` while no other run makes a swarm of the same hosts, with the hosts as they are then: what another run has made of them meanwhile
 * is found. Hosts that are nodes already, and machines of our own, need no lock. It is let go whatever becomes of it; where this process is killed,
 * post does that.
 */
export async function holdingHosts<T>(
  context: UpContext,
  fleet: Fleet,
  work: (fleet: Fleet) => Promise<T>,
): Promise<T> {
  const { driver, owner, inputs, clock, reporter, signal } = context;
  const { machines } = fleet;
  if (driver.makesMachines || !needsHostCheck(machines)) return await work(fleet);
  const { runUrl: url, runAttempt: attempt } = context;
  const claim = { owner, token: randomUUID(), url, attempt };
  try {
    await inStage(reporter, 'Taking the hosts for this run', () =>
      takeHosts(machines, claim, {
        ...{ timeoutMs: inputs.lockTimeoutMs, clock, signal, log: reporter.log },
      }),
    );
    const now = await Promise.all(
      machines.map(async (machine) => {
        const Swarm = await readSwarmState(machine.api, signal);
        return { ...machine, engine: { ...machine.engine, Swarm } };
      }),
    );
    return await work({ ...fleet, machines: now });
  } finally {
    await letGo(context, machines, claim.token);
  }
}

async function letGo(
  { reporter: { log } }: UpContext,
  machines: Fleet['machines'],
  token: string,
): Promise<void> {
  const bound = AbortSignal.timeout(RELEASE_TIMEOUT_MS);
  const release = () => letHostsGo(machines, token, bound);
  try {
    // Once more, because whoever comes next would have to wait until it is stale.
    await release().catch(release);
  } catch (error) {
    log.warning(
      `The lock of the hosts could not be removed now: post or the next run does that. ${describeError(error)}`,
    );
  }
}
