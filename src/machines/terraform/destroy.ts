import { ActionError } from '../../base/errors.ts';
import { objectName } from '../cloud/object-name.ts';
import { leftOver } from '../cloud/removal/left-over.ts';
import type { ClusterId } from '../ownership.ts';
import { type Asked, newlyAsked } from './asked.ts';
import type { Begun } from './begin.ts';
import { changingOf } from './bring.ts';
import { commands } from './commands.ts';
import { stateOf, workspaces } from './find.ts';
import { lost } from './lost.ts';
import { removedBy } from './messages.ts';
import { change, changeText } from './run-terraform.ts';
import type { ClusterState } from './state.ts';
import type { Work } from './work.ts';

/**
 * Destroys all that the state of the cluster has, looks again, and deletes its workspace. Gone
 * already is success. Throws `ActionError` that names what is left, and if the state has lost what
 * it knew: Terraform then removes nothing, and says that all is well.
 */
export async function destroyCluster(work: Work, begun: Begun, id: ClusterId): Promise<void> {
  const { scratch, log } = work;
  const name = objectName(id);
  const known = scratch.known(name);
  if (!(await workspaces(work)).includes(name)) {
    if (known && !known.emptied) missingNow(work, begun, name);
    scratch.forget(name);
    return;
  }
  const state = await stateOf(work, name);
  if (!state) {
    // Before the first write, nothing can have been made.
    if (known || begun.backend !== 'local') throw lost(name, 'Its workspace has no state.');
    log.warning(`The workspace ${name} had no state. Nothing was ever written to it by this job.`);
  } else if (state.resources.length > 0) {
    await destroyResources(work, id, state);
    scratch.remember(name, { lineage: state.lineage, emptied: true });
  } else {
    refuseEmptied(name, state, known?.lineage);
    // A removal that was ended before its last call leaves it so.
    log.warning(
      `The state ${name} was empty, and its workspace was deleted. If nobody has removed the cluster before, look in the cloud for what is called ${name}.`,
    );
  }
  await changeText(work, commands.deleteWorkspace(name, lockTimeout(work)));
  scratch.forget(name);
}

/** Removed by another run, or lost: a backend that others reach too does not tell which. */
function missingNow({ log }: Work, { backend }: Begun, name: string): void {
  if (backend === 'local') throw lost(name, 'Its file on the runner is gone.');
  log.warning(
    `The state ${name} is gone. If no other run has removed the cluster, it was lost: look in the cloud for what is called ${name}.`,
  );
}

/** After a removal, the history of a state goes on, and it has no outputs any more. */
function refuseEmptied(name: string, state: ClusterState, lineage: string | undefined): void {
  if (state.hasOutputs) throw lost(name, 'It has outputs, and no resources.');
  if (lineage !== undefined && lineage !== state.lineage) {
    throw lost(name, 'It is another state than the one of this job, and it is empty.');
  }
}

async function destroyResources(work: Work, id: ClusterId, state: ClusterState): Promise<void> {
  const name = objectName(id);
  using folder = work.scratch.folder();
  const changing = changingOf(work, folder.path, askedOr(state, id), {});
  const said = await change(work, commands.destroy(changing), { workspace: name });
  const left = (await stateOf(work, name))?.resources ?? [];
  if (left.length > 0) {
    const where = `the cloud, and the state ${name} (\`state list\`)`;
    throw leftOver(`Cluster ${id.cluster}`, left, { said: [], where });
  }
  const removed = removedBy(said);
  const all = state.resources.length;
  // The marker alone is one, and nobody but Terraform can remove that.
  if (removed === 0) throw lost(name, `Terraform removed none of its ${all} resources.`);
  if (removed < all) {
    work.log.warning(`${all - removed} of ${all} resources of ${name} were gone already.`);
  }
}

/** For a removal, the variable only has to have its form. */
function askedOr(state: ClusterState, id: ClusterId): Asked {
  try {
    const asked = state.asked();
    if (asked) return asked;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
  }
  return newlyAsked({ ...id, run: '' }, '');
}

function lockTimeout({ options }: Work) {
  return { lockTimeoutMs: options['lock-timeout'] };
}
