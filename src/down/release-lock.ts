import { ActionError } from '../base/errors.ts';
import { runAllSteps } from '../base/stages.ts';
import { type ConnectedMachine, connect } from '../machines/connect.ts';
import type { ClusterId, Owner } from '../machines/ownership.ts';
import { unlock } from '../stack/lock.ts';
import { removeLeftLock } from '../swarm/records/forming-lock.ts';
import type { DownContext } from './remove-cluster.ts';
import type { State } from './state.ts';

/**
 * How long connecting to one machine may take, in ms: as long as on the way up. Post is cut after
 * five minutes in all.
 */
export const CONNECT_TIMEOUT_MS = 120_000;

/**
 * Removes the lock of the stack that a main step which was killed may have left on a swarm that
 * stays. Gone already is success.
 */
export async function releaseLock(
  state: State,
  owner: ClusterId,
  context: DownContext,
): Promise<void> {
  const { lock } = state;
  if (lock === undefined) return;
  const step = {
    title: `Removing the lock of stack ${lock.stack}`,
    run: async (id: ClusterId) => {
      const manager = await connectManager(id, context);
      try {
        const removed = await unlock(manager.api, lock, context.signal);
        context.reporter.log.info(removed ? 'Removed' : 'It was gone already');
      } finally {
        await manager.ssh.close();
      }
    },
  };
  await runAllSteps([step], owner, context.reporter);
}

/**
 * Removes the locks of hosts that a main step which was killed while it formed a swarm may have
 * left. Gone already is success.
 */
export async function releaseHosts(owner: Owner, context: DownContext): Promise<void> {
  const { driver, reporter, signal } = context;
  const { log } = reporter;
  const found = await driver.list(owner, signal);
  const steps = found.map((machine) => ({
    title: `Removing the lock of ${machine.name}`,
    run: async () => {
      const timeoutMs = CONNECT_TIMEOUT_MS;
      const connected = await connect(driver, machine, 'worker', { signal, timeoutMs, log });
      try {
        const removed = await removeLeftLock(connected, owner, signal);
        log.info(removed ? 'Removed' : 'It was gone already');
      } finally {
        await connected.ssh.close();
      }
    },
  }));
  await runAllSteps(steps, owner, reporter);
}

/** The first machine that answers and is a manager. */
async function connectManager(
  id: ClusterId,
  { driver, reporter: { log }, signal }: DownContext,
): Promise<ConnectedMachine> {
  let cause: unknown;
  for (const machine of await driver.list(id, signal)) {
    if (machine.state !== 'running') continue;
    try {
      const found = await connect(driver, machine, 'manager', {
        signal,
        timeoutMs: CONNECT_TIMEOUT_MS,
        log,
      });
      if (found.engine.Swarm.ControlAvailable) return found;
      await found.ssh.close();
    } catch (error) {
      cause = error;
    }
  }
  throw new ActionError(`No manager of cluster ${id.cluster} can be asked.`, {
    hint: 'The next deployment waits until the lock is older than its limit. Remove it on a manager: docker config ls --filter name=swarm-up-lock, docker config rm <name>',
    cause,
  });
}
