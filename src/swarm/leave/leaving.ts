import { createHash } from 'node:crypto';
import type { DriverLog } from '../../base/log.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import {
  CLUSTER_LABEL,
  type ClusterId,
  type Owner,
  ownerLabels,
  REPOSITORY_LABEL,
} from '../../machines/ownership.ts';
import * as swarm from '../commands.ts';

// A host that has left its swarm has no node any more to write on. So a volume without content is
// made there before: as long as it exists, any later run knows that `docker_gwbridge` is still to
// be removed.

const LEAVING = 'swarm-up.leaving=gateway-made';

type Host = Pick<ConnectedMachine, 'name' | 'ssh'>;

/**
 * Writes on a host that it leaves for this cluster, and that joining has made its bridge. Twice is
 * as good as once. A host on which nothing can be written leaves all the same, as one with a full
 * disk.
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

/**
 * Whether an earlier run has left a host and not removed the bridge: one of this cluster, or
 * without one, of any.
 */
export async function isLeaving(
  host: Host,
  cluster: ClusterId | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const marks = await readMarks(host, signal);
  return cluster ? marks.includes(nameOf(cluster)) : marks.length > 0;
}

/**
 * To be called once the bridge has gone, or is to stay: then nobody has to remove it any more. Gone
 * already is success.
 */
export async function forgetLeaving(host: Host, signal: AbortSignal): Promise<void> {
  const marks = await readMarks(host, signal);
  if (marks.length === 0) return;
  await host.ssh.run(swarm.removeMarks(marks), { repeatable: true, signal });
}

/** The names of the marks. What has their label and another name is none. */
async function readMarks({ ssh }: Host, signal: AbortSignal): Promise<string[]> {
  const list = swarm.listMarks(LEAVING, [CLUSTER_LABEL, REPOSITORY_LABEL]);
  const { stdout } = await ssh.run(list, { repeatable: true, signal });
  return stdout.split('\n').flatMap((line) => {
    const [name = '', cluster = '', repository = ''] = line.split('\t');
    return name !== '' && name === nameOf({ cluster, repository }) ? [name] : [];
  });
}

function nameOf({ cluster, repository }: ClusterId): string {
  const hash = createHash('sha256').update(JSON.stringify([cluster, repository]));
  return `swarm-up-leaving-${hash.digest('hex').slice(0, 16)}`;
}
