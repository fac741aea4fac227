import { type Clock, systemClock } from '../clock.ts';
import { ActionError } from '../errors.ts';
import type { ConnectedMachine } from '../machines/ready.ts';
import * as swarm from './commands.ts';

type Host = Pick<ConnectedMachine, 'name' | 'ssh'>;

/** How often it is tried: once the host has left, no later run knows that the bridge was made by joining. */
const TRIES = 3;
/** How long a host that has just joined may take to attach itself to the routing mesh, in ms. */
const ATTACH_MS = 5_000;
const POLL_MS = 200;

/**
 * Waits until a node is attached to the routing mesh. One that leaves before it is keeps the network `ingress` and its end of the bridge for good:
 * the engine makes them although it has left. A swarm may be without the mesh, so the wait ends after `ATTACH_MS` in any case.
 */
export async function untilAttached(
  { ssh }: Host,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  const until = clock.now() + ATTACH_MS;
  const options = { anyExitCode: true, repeatable: true, signal };
  for (;;) {
    const { stdout } = await ssh.run(swarm.listGatewayEnds(), options);
    if (stdout.split('\n').includes(swarm.INGRESS_END) || clock.now() > until) return;
    await clock.sleep(POLL_MS, signal);
  }
}

/**
 * Removes the bridge that joining has made on a host which has left. It stays where containers of somebody are attached to it.
 * Throws `ActionError` where it stays for another reason.
 */
export async function removeGateway({ name, ssh }: Host, signal: AbortSignal): Promise<void> {
  let details = '';
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const options = { anyExitCode: true, repeatable: true, signal };
    const { exitCode, stderr } = await ssh.run(swarm.removeGateway(), options);
    if (exitCode === 0 || /active endpoints|not found|No such network/i.test(stderr)) return;
    details = stderr;
  }
  throw new ActionError(`${name} has left the swarm, and the bridge that joining made is left.`, {
    details,
    hint: `On ${name}: docker network rm docker_gwbridge`,
  });
}
