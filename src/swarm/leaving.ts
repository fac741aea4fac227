import { createHash } from 'node:crypto';
import type { DriverLog } from '../machines/driver.ts';
import { type ClusterId, type Owner, ownedFilter, ownerLabels } from '../machines/labels.ts';
import type { ConnectedMachine } from '../machines/ready.ts';
import * as swarm from './commands.ts';

// A host that has left its swarm has no node any more to write on. So a volume without content is made there before: as long as it exists, any
// later run knows that `docker_gwbridge` is still to be removed.

const LEAVING = 'swarm-up.leaving=gateway-made';

type Host = Pick<ConnectedMachine, 'name' | 'ssh'>;

/**
 * Writes on a host that it leaves for this cluster, and that joining has made its bridge. Twice is as good as once. A host on which nothing can
 * be written leaves all the same, as one with a full disk.
 */
export async function markLeaving(
  { name, ssh }: Host,
  owner: Owner,
  { signal, log }: { readonly signal: AbortSignal; readonly log: DriverLog },
): Promise<void> {
  const [key = '', value = ''] = LEAVING.split('=');
  const labels = { ...ownerLabels(owner), [key]: value };
  const options = { anyExitCode: true, repeatable: true, signal };
  const { exitCode, stderr } = await ssh.run(swarm.createMark(nameOf(owner), labels), options);
  if (exitCode === 0) return;
  log.info(
    `${name}: if this step is ended now, no later one knows that docker_gwbridge is to be removed (${stderr.trim()})`,
  );
}

/** Whether an earlier run of this cluster has left a host and not removed the bridge. */
export async function isLeaving(
  { ssh }: Host,
  cluster: ClusterId,
  signal: AbortSignal,
): Promise<boolean> {
  const { stdout } = await ssh.run(swarm.listMarks([LEAVING, ...ownedFilter(cluster)]), {
    repeatable: true,
    signal,
  });
  return stdout.split('\n').includes(nameOf(cluster));
}

/** To be called once the bridge has gone, or is to stay. Gone already is success. */
export async function forgetLeaving(
  { ssh }: Host,
  cluster: ClusterId,
  signal: AbortSignal,
): Promise<void> {
  await ssh.run(swarm.removeMark(nameOf(cluster)), { repeatable: true, signal });
}

function nameOf({ cluster, repository }: ClusterId): string {
  const hash = createHash('sha256').update(JSON.stringify([cluster, repository]));
  return `swarm-up-leaving-${hash.digest('hex').slice(0, 16)}`;
}
