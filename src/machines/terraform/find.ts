import pLimit from 'p-limit';
import { ActionError } from '../../base/errors.ts';
import { USER } from '../cloud/first-login.ts';
import type { FoundAtCloud } from '../cloud/found/machine-of-cloud.ts';
import { objectName } from '../cloud/object-name.ts';
import type { OwnedCluster } from '../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL, PORT_LABEL, USER_LABEL } from '../machine-labels.ts';
import { type ClusterId, type Labels, ownerOf } from '../ownership.ts';
import type { Asked, AskedMachine } from './asked.ts';
import { commands } from './commands.ts';
import { ask } from './run-terraform.ts';
import { type ClusterState, type Node, readState } from './state.ts';
import type { Work } from './work.ts';

/** How many states are read at once. */
const AT_ONCE = 4;
/** A line of `workspace list`; the one that is selected has a star. */
const WORKSPACE = /^[* ] (su-[a-z0-9-]+)$/;
/** The name of a cluster whose parts need no hash. */
const PLAIN = /^su-(\d+)-(.+)$/;

/** The workspaces of clusters that the backend has. */
export async function workspaces(work: Work): Promise<readonly string[]> {
  const lines = (await ask(work, commands.workspaces())).split(/\r?\n/);
  return lines.flatMap((line) => WORKSPACE.exec(line)?.[1] ?? []);
}

/**
 * The state of a workspace that exists: of another, some backends would make it. Undefined if it has
 * none. Throws as `readState` does.
 */
export async function stateOf(work: Work, name: string): Promise<ClusterState | undefined> {
  return readState(name, await ask(work, commands.state(), { workspace: name }));
}

/** The state of a cluster; undefined if it has no workspace, or no state. */
export async function findState(work: Work, id: ClusterId): Promise<ClusterState | undefined> {
  const name = objectName(id);
  return (await workspaces(work)).includes(name) ? await stateOf(work, name) : undefined;
}

/** Every machine that was asked for, by index; one without an address was never finished. */
export function machinesOf(state: ClusterState | undefined): FoundAtCloud[] {
  const asked = state?.asked();
  if (!asked) return [];
  const nodes = state?.nodes() ?? [];
  return Object.entries(asked.machines)
    .flatMap(([host, machine]) => {
      const found = nodes.find(({ name }) => name === host);
      return machineOf(host, machine, found) ?? [];
    })
    .sort((a, b) => a.index - b.index);
}

function machineOf(
  name: string,
  machine: AskedMachine,
  node: Node | undefined,
): FoundAtCloud | undefined {
  const owner = ownerOf(machine.labels);
  if (!owner) return undefined;
  return {
    ...{ name, index: machine.index, owner, labels: entryLabels(machine, node) },
    ...{ state: node ? 'running' : 'stopped', address: node?.address ?? '' },
    privateAddress: node?.private_address ?? undefined,
  };
}

/** The labels, and how the machine is entered. */
function entryLabels({ labels, index, host_key }: AskedMachine, node: Node | undefined): Labels {
  const hostKeys = node?.host_keys?.length ? node.host_keys : [host_key];
  return {
    ...labels,
    ...{ [INDEX_LABEL]: String(index), [HOST_KEY_LABEL]: hostKeys.join('\n') },
    ...{ [PORT_LABEL]: String(node?.port ?? 22), [USER_LABEL]: node?.user ?? USER },
  };
}

/**
 * Every cluster that has a workspace. One whose state says nothing is told of: to leave it out would
 * be to say that it is gone.
 */
export async function clusters(
  work: Work,
  tell: (message: string) => void,
): Promise<OwnedCluster[]> {
  const names = await workspaces(work);
  const atOnce = pLimit(AT_ONCE);
  const read = names.map((name) =>
    atOnce(async () => {
      const text = await ask(work, commands.state(), { workspace: name });
      return clusterOf(name, text, tell);
    }),
  );
  const found: OwnedCluster[] = [];
  for (const end of await Promise.allSettled(read)) {
    if (end.status === 'rejected') throw end.reason;
    if (end.value) found.push(end.value);
  }
  return found.sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}

function clusterOf(
  name: string,
  text: string,
  tell: (message: string) => void,
): OwnedCluster | undefined {
  const { asked, why } = askedOf(name, text);
  const owner = asked && ownerOf(asked.labels);
  if (asked && owner && objectName(owner) === name) {
    const machines = Object.values(asked.machines).map((one) => `machine ${one.name}`);
    return { owner, created: asked.created, parts: [...machines, `state ${name}`] };
  }
  const [, repository, cluster] = PLAIN.exec(name) ?? [];
  tell(
    `The state ${name} does not say whose it is: ${why ?? 'its marker is of another cluster'}. It has no \`ttl\`, so \`sweep\` leaves it. Remove it by \`command: down\` with its cluster.`,
  );
  if (repository === undefined || cluster === undefined) return undefined;
  const parts = [`state ${name}`];
  return { owner: { cluster, repository, run: '' }, created: undefined, parts };
}

function askedOf(
  name: string,
  text: string,
): { readonly asked?: Asked | undefined; readonly why?: string | undefined } {
  try {
    const state = readState(name, text);
    const asked = state?.asked();
    return { asked, why: state ? 'it has no marker' : 'it is empty' };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { why: error.message };
  }
}
