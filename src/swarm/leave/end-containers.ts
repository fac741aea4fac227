import { type Clock, systemClock } from '../../base/clock.ts';
import { count } from '../../base/count.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import * as swarm from '../commands.ts';

const POLL_MS = 200;
/**
 * How long a task may take to end once it was told to, in ms, whatever the `stop_grace_period` of
 * its service: then its container is killed. A removal has to end, and post is cut after five
 * minutes in all. docs/teardown.md names it.
 */
export const STOP_TIMEOUT_MS = 60_000;

/**
 * Waits until the containers of a node's tasks have ended, and kills those that have not after
 * `timeoutMs`: `docker swarm leave` waits for them without an end. Says in a warning which.
 */
export async function endContainers(
  machine: Pick<ConnectedMachine, 'name' | 'ssh'>,
  nodeId: string,
  options: {
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
    readonly warn: (message: string) => void;
    readonly clock?: Clock | undefined;
  },
): Promise<void> {
  const { timeoutMs, signal, warn, clock = systemClock } = options;
  const until = clock.now() + timeoutMs;
  for (;;) {
    const { stdout } = await machine.ssh.run(swarm.runningContainersOfNode(nodeId), {
      signal,
      repeatable: true,
    });
    const ids = stdout.split('\n').filter(Boolean);
    if (ids.length === 0) return;
    if (clock.now() >= until) {
      warn(
        `${machine.name}: ${count(ids.length, 'container')} of tasks did not end within ${STOP_TIMEOUT_MS / 1_000} s, and ${ids.length === 1 ? 'is' : 'are'} killed: ${ids.join(', ')}`,
      );
      // What does not go is found, and named, once the node has left.
      await machine.ssh.run(swarm.removeContainers(ids), {
        ...{ anyExitCode: true, repeatable: true, signal },
      });
      return;
    }
    await clock.sleep(POLL_MS, signal);
  }
}
