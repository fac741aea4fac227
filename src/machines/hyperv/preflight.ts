import { ActionError } from '../../base/errors.ts';
import type { ClusterId } from '../ownership.ts';
import { networkOf } from './names.ts';
import type { Facts } from './questions.ts';

const ADMINISTRATOR =
  'Start the runner in a console as administrator, or give its service a user who is one.';

/** Throws `ActionError` where Hyper-V makes no machines of these images here. */
export function refuseArchitecture(architecture: string): void {
  if (architecture === 'x64') return;
  throw new ActionError(
    `The hyperv driver needs a runner on x64; this one is on ${architecture}.`,
    { hint: 'Use a cloud, or `driver: ssh` for hosts that exist.' },
  );
}

/**
 * Throws `ActionError` for the first that is missing on the runner. `virtualSwitch` is the one that
 * the user names.
 */
export function refuseMissing(
  facts: Facts,
  id: ClusterId,
  virtualSwitch: string | undefined,
): void {
  if (!facts.module) throw noHyperv('PowerShell has no module Hyper-V.');
  if (!facts.service) throw noHyperv('The service vmms does not run.');
  if (!facts.hypervisor) {
    throw new ActionError('The hypervisor of Windows does not run on the runner.', {
      hint: 'Switch VT-x or AMD-V on in the firmware of the computer, then restart. If the runner is a virtual machine itself, its host has to hand that on (nested virtualisation).',
    });
  }
  if (virtualSwitch === undefined) refuseNoNetwork(facts, id);
  else refuseNoSwitch(facts, virtualSwitch);
}

function noHyperv(details: string): ActionError {
  return new ActionError('Hyper-V is not ready on the runner.', {
    details,
    hint: 'Install it, with its module for PowerShell, then restart. Windows Server: Install-WindowsFeature Hyper-V -IncludeManagementTools. Windows Pro: Enable-WindowsOptionalFeature -Online -FeatureName Microsoft-Hyper-V -All. Windows Home has none.',
  });
}

function refuseNoNetwork({ administrator, nats }: Facts, id: ClusterId): void {
  if (!administrator) {
    throw new ActionError('The user of the runner is no administrator.', {
      details: 'Only an administrator may make a virtual switch and a NAT.',
      hint: `${ADMINISTRATOR} Or name a switch that exists as \`virtual-switch\` in \`driver-options\`: then the group Hyper-V Administrators is enough.`,
    });
  }
  const others = nats.filter((name) => name !== networkOf(id));
  if (others.length === 0) return;
  throw new ActionError(`The runner has a NAT already: ${others.join(', ')}`, {
    details: 'Windows supports one NAT for all networks of a computer.',
    hint: 'Name a switch that exists as `virtual-switch` in `driver-options`, for example `Default Switch`. If the NAT is that of another cluster, remove that cluster first. If nothing needs it, remove it: Remove-NetNat',
  });
}

function refuseNoSwitch(facts: Facts, virtualSwitch: string): void {
  if (!facts.administrator && !facts.hyperVAdministrator) {
    throw new ActionError('The user of the runner may not use Hyper-V.', {
      hint: `Add the user to the group Hyper-V Administrators, and restart the runner. Or: ${ADMINISTRATOR}`,
    });
  }
  if (facts.switches.includes(virtualSwitch)) return;
  const names = facts.switches.map((name) => `\`${name}\``).join(', ');
  throw new ActionError(`Hyper-V on the runner has no virtual switch \`${virtualSwitch}\`.`, {
    details: names === '' ? 'It has none.' : `It has: ${names}`,
    hint: 'Correct `virtual-switch` in `driver-options`, or leave it out: then one is made for the cluster.',
  });
}
