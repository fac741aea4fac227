import { ActionError } from '../../base/errors.ts';
import type { Owner } from '../ownership.ts';
import type { FoundCluster } from '../virtual-machine/records.ts';
import { partsIn } from './find.ts';
import { networkOf, notesOf } from './names.ts';
import { askLook, createNetwork } from './questions.ts';
import type { Hyperv } from './script.ts';

/** In the record of a cluster whose machines are at a switch of the user's: the name of that. */
export const SWITCH_LABEL = 'swarm-up.virtual-switch';

/** Throws `ActionError` where the machines of a cluster are at another switch than is asked for. */
export function refuseOtherSwitch(
  { record, owner }: FoundCluster,
  virtualSwitch: string | undefined,
): void {
  const before = record.labels[SWITCH_LABEL];
  if (before === virtualSwitch) return;
  const shown = before === undefined ? 'a switch of its own' : `the switch \`${before}\``;
  throw new ActionError(`The machines of cluster ${owner.cluster} are at ${shown}.`, {
    hint: 'Machines at another switch would not reach them. Give the same `virtual-switch` as before, or remove the cluster first (`command: down`).',
  });
}

/**
 * Makes the switch of a cluster and the NAT behind it where one of them is missing. Throws
 * `ActionError` where something else has the name.
 */
export async function ensureNetwork(
  hyperv: Hyperv,
  { places, record }: FoundCluster,
  owner: Owner,
  signal: AbortSignal,
): Promise<void> {
  const look = await hyperv.ask(askLook(), { signal });
  const { networkSwitch, nat, isNameTaken } = partsIn(look, owner, places);
  const name = networkOf(owner);
  const isNatTaken = nat === undefined && look.nats.some((one) => one.name === name);
  if (isNameTaken || isNatTaken) {
    throw new ActionError(`Something else on the runner has the name ${name}.`, {
      details: isNameTaken
        ? 'It is a virtual switch whose notes do not name this cluster.'
        : 'It is a NAT of another network.',
      hint: 'Rename or remove it (Get-VMSwitch, Get-NetNat), or give this step another `cluster`.',
    });
  }
  if (networkSwitch !== undefined && nat !== undefined) return;
  signal.throwIfAborted();
  await hyperv.ask(createNetwork(name, notesOf(owner), record.subnet));
}
