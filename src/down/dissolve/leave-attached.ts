import type { ConnectedMachine } from '../../machines/connect.ts';
import { untilAttached } from '../../swarm/leave/gwbridge.ts';
import { forgetLeaving, markLeaving } from '../../swarm/leave/leaving.ts';
import { finish } from './finish-leaving.ts';
import type { Connected } from './going.ts';
import type { LeavingOptions } from './undo-options.ts';

/**
 * Lets a host leave by `leave`, which calls what it is given once the host has left, and gives
 * whether it has. What is to be undone there then is written on the host before.
 */
export async function leaving(
  machine: ConnectedMachine,
  options: Omit<LeavingOptions, 'hasMesh'> & {
    readonly gatewayMade: boolean;
    readonly wasAttached: boolean;
  },
  leave: (left: () => Promise<void>) => Promise<boolean>,
): Promise<boolean> {
  if (options.gatewayMade) await markLeaving(machine, options.owner, options);
  const hasLeft = await leave(async () => {
    if (options.gatewayMade) await finish(machine, options);
  });
  if (!hasLeft && options.gatewayMade) await forgetLeaving(machine, options.signal);
  return hasLeft;
}

/**
 * The same of a host that is a node, which leaves once it is attached to the routing mesh: before
 * that its engine would make the bridge anew although it has left.
 */
export async function leaveAttached(
  { machine, change: { gatewayMade } }: Pick<Connected, 'machine' | 'change'>,
  options: LeavingOptions,
  leave: (left: () => Promise<void>) => Promise<boolean>,
): Promise<boolean> {
  // Where the swarm has no mesh, the engine has nothing to make later.
  const wasAttached = !options.hasMesh || (await untilAttached(machine, options));
  return await leaving(machine, { ...options, gatewayMade, wasAttached }, leave);
}
