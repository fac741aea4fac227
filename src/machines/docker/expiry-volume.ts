import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import type { EngineApi } from '../../engine/api.ts';
import type { Executor } from '../../exec/executor.ts';
import { type Owner, ownedFilter, ownerLabels } from '../ownership.ts';
import * as docker from './commands.ts';
import { LEASE_LABEL, leaseName } from './names.ts';

const volumes = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullable() });

/**
 * Writes `owner.expires` as the newest expiry of its cluster. Throws `ActionError` where it does
 * not stand there afterwards.
 */
export async function renewLease(
  runner: Executor,
  api: Pick<EngineApi, 'get'>,
  owner: Owner,
  signal: AbortSignal,
): Promise<void> {
  const name = leaseName(owner);
  signal.throwIfAborted();
  await runner.run(docker.createVolume(name, { ...ownerLabels(owner), [LEASE_LABEL]: 'true' }));
  const filters = JSON.stringify({ label: [...ownedFilter(owner), LEASE_LABEL] });
  const { Volumes } = await api.get('/volumes', { filters }, volumes, { signal });
  const names = (Volumes ?? []).map(({ Name }) => Name);
  if (!names.includes(name)) {
    throw new ActionError(`The volume ${name} exists and is not of cluster ${owner.cluster}.`, {
      hint: `It is where the new expiry would stand. Remove it (docker volume rm ${name}), then run again.`,
    });
  }
  const old = names.filter((one) => one !== name && isLease(one, owner));
  // Where one stays, the latest expiry counts.
  if (old.length > 0) await runner.run(docker.removeVolumes(old), { anyExitCode: true });
}

function isLease(name: string, { cluster }: Owner): boolean {
  const begin = leaseName({ cluster });
  return name.startsWith(begin) && /^\d+$/.test(name.slice(begin.length));
}
