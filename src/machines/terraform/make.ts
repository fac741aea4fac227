import { ActionError } from '../../base/errors.ts';
import { generateKeyPair } from '../../ssh/keys/generate.ts';
import { objectName } from '../cloud/object-name.ts';
import { USER_DATA_BYTES, userData } from '../cloud/user-data.ts';
import type { ClusterSpec } from '../driver.ts';
import type { Owner } from '../ownership.ts';
import {
  type Asked,
  hostName,
  newlyAsked,
  withMachine,
  withoutMachines,
  withPorts,
} from './asked.ts';
import { bring, mark, type UserData } from './bring.ts';
import { machinesOf, stateOf, workspaces } from './find.ts';
import { lost } from './lost.ts';
import type { ClusterState } from './state.ts';
import type { Work } from './work.ts';

/** What is asked for, with the user data of what is new. */
interface Wanted {
  readonly asked: Asked;
  readonly userData: UserData;
}

/** What making needs beside the work. */
interface Making {
  /** Who may log in, a line each. */
  readonly publicKeys: readonly string[];
  /** Type of the backend. */
  readonly backend: string;
  /** RFC 3339 time of now. */
  readonly now: string;
}

/** The same with each of these machines that is not asked for yet. */
export function withMissing(
  asked: Asked,
  owner: Owner,
  indexes: readonly number[],
  publicKeys: readonly string[],
): Wanted {
  const userDataOf: Record<string, string> = {};
  let all = asked;
  for (const index of indexes) {
    const name = hostName(owner, index);
    if (asked.machines[name]) continue;
    const hostKey = generateKeyPair('');
    userDataOf[name] = userData(
      { name, hostKey, authorizedKeys: publicKeys },
      USER_DATA_BYTES.amazonec2,
    );
    all = withMachine(all, owner, index, hostKey.publicKey);
  }
  return { asked: all, userData: userDataOf };
}

/** The indexes of so many machines. */
export function firstIndexes(machines: number): readonly number[] {
  return Array.from({ length: machines }, (_, at) => at + 1);
}

/**
 * Brings a cluster to what `spec` says, by one apply: all its machines, and what they share. What
 * was never finished is made anew; what runs beyond that stays. Throws `ActionError` if the module
 * gives no address of a machine.
 */
export async function makeMachines(
  work: Work,
  { owner, publishedPorts, machines }: ClusterSpec,
  making: Making,
): Promise<ClusterState> {
  const found = await stateBefore(work, owner, making);
  const before = found?.asked() ?? newlyAsked(owner, making.now);
  // Nothing was made yet by whoever began.
  const begun = Object.keys(before.machines).length === 0;
  const own = begun ? newlyAsked(owner, before.created) : before;
  const unfinished = new Set(
    machinesOf(found).flatMap((one) => (one.state === 'running' ? [] : [one.name])),
  );
  const kept = withPorts(withoutMachines(own, unfinished), publishedPorts);
  // Its private host key is nowhere any more, so it could not be given its user data again.
  if (unfinished.size > 0) await bring(work, kept, { removing: unfinished });
  const indexes = firstIndexes(machines);
  const made = await grow(work, withMissing(kept, owner, indexes, making.publicKeys), found);
  refuseUnreachable(made, indexes, owner);
  return made;
}

/** Makes one machine more of a cluster that exists. Throws as `makeMachines`. */
export async function addMachine(
  work: Work,
  { owner }: ClusterSpec,
  index: number,
  { publicKeys }: Pick<Making, 'publicKeys'>,
): Promise<ClusterState> {
  const name = objectName(owner);
  const state = await stateOf(work, name);
  const asked = state?.asked();
  if (!asked) throw lost(name, 'It was there when the cluster was prepared.');
  const made = await grow(work, withMissing(asked, owner, [index], publicKeys), state);
  refuseUnreachable(made, [index], owner);
  return made;
}

/**
 * Before a machine is made, the state says whose it is, and its host key: otherwise a run that is
 * killed would leave a machine that nobody can enter.
 */
async function grow(
  work: Work,
  wanted: Wanted,
  found: ClusterState | undefined,
): Promise<ClusterState> {
  const isMarked = found?.asked() !== undefined && Object.keys(wanted.userData).length === 0;
  const { lineage } = isMarked ? found : await mark(work, wanted.asked);
  work.scratch.remember(wanted.asked.name, { lineage, emptied: false });
  return await bring(work, wanted.asked, wanted);
}

/** The state of the cluster, if it has one. Throws `ActionError` if it is lost, or not ours. */
async function stateBefore(
  work: Work,
  owner: Owner,
  { backend }: Pick<Making, 'backend'>,
): Promise<ClusterState | undefined> {
  const name = objectName(owner);
  const isListed = (await workspaces(work)).includes(name);
  const known = work.scratch.known(name);
  const mayBeMade = known !== undefined && !known.emptied;
  if (!isListed) {
    if (mayBeMade && backend === 'local') throw lost(name, 'Its file on the runner is gone.');
    return undefined;
  }
  const found = await stateOf(work, name);
  if (!found && mayBeMade) throw lost(name, 'Its workspace has no state.');
  if (found && found.resources.length > 0 && !found.asked()) throw notOurs(name, found);
  return found;
}

function refuseUnreachable(state: ClusterState, indexes: readonly number[], owner: Owner): void {
  if (!state.nodes()) {
    throw new ActionError('The module has no output `swarm_up`.', {
      hint: 'Without it, no machine is found: `output "swarm_up" { value = { nodes = [ … ] } }`, as in docs/drivers/terraform.md. What was made is removed with the cluster.',
    });
  }
  const running = machinesOf(state).filter((one) => one.state === 'running');
  const missing = indexes
    .filter((index) => !running.some((one) => one.index === index))
    .map((index) => hostName(owner, index));
  if (missing.length === 0) return;
  throw new ActionError(`The output \`swarm_up\` has no node ${missing.join(', ')}.`, {
    details: `It has: ${(state.nodes() ?? []).map(({ name }) => name).join(', ') || 'none'}`,
    hint: 'Give a node for each machine of `var.swarm_up.machines`, with its key as `name`.',
  });
}

function notOurs(name: string, { resources }: ClusterState): ActionError {
  return new ActionError(`The state ${name} has resources, and does not say whose they are.`, {
    details: resources.join('\n'),
    hint: 'Nothing was changed. If they may go, use `command: down` with this cluster. Else give this step another `cluster`.',
  });
}
