import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ActionError } from '../../base/errors.ts';
import type { Asked } from './asked.ts';
import { type Changing, commands, MARKER } from './commands.ts';
import { stateOf } from './find.ts';
import { lost } from './lost.ts';
import {
  driftedResources,
  isDiagnostic,
  type Message,
  type PlannedChange,
  plannedChanges,
} from './messages.ts';
import { OWN_VARIABLE } from './options.ts';
import { change } from './run-terraform.ts';
import type { ClusterState } from './state.ts';
import type { Work } from './work.ts';

const USER_DATA = `${OWN_VARIABLE}_user_data`;
const UNDECLARED = 'Value for undeclared variable';
/** What takes a resource away. */
const LOSSES: readonly string[] = ['delete', 'replace'];

/** By host name. Each holds a private key. */
export type UserData = Readonly<Record<string, string>>;

/**
 * Writes into the state whose it is, before anything else is made: a run that is killed then leaves
 * nothing without an owner. Throws `ActionError` if the module does not keep what it is given.
 */
export async function mark(work: Work, asked: Asked): Promise<ClusterState> {
  using folder = work.scratch.folder();
  const changing = changingOf(work, folder.path, asked, {});
  const where = { workspace: asked.name, isQuiet: true };
  await change(work, commands.mark(changing), where);
  const state = await stateOf(work, asked.name);
  const kept = state?.asked();
  if (state && isDeepStrictEqual(kept, asked)) return state;
  throw new ActionError(
    kept
      ? `The module keeps something else in ${MARKER} than it is given.`
      : `The module has no resource ${MARKER}.`,
    {
      details: 'By this resource the state says whose the machines are. Nothing was made.',
      hint: 'Declare `variable "swarm_up" { type = any }`, and `resource "terraform_data" "swarm_up" { input = var.swarm_up }`.',
    },
  );
}

/**
 * Brings the module to what is asked: plans, looks at the plan, and applies exactly that. Throws
 * `ActionError` if the plan takes a machine away that is none of `removing`.
 */
export async function bring(
  work: Work,
  asked: Asked,
  {
    userData = {},
    removing = new Set(),
  }: { readonly userData?: UserData; readonly removing?: ReadonlySet<string> } = {},
): Promise<ClusterState> {
  using folder = work.scratch.folder();
  const { name } = asked;
  const changing = changingOf(work, folder.path, asked, userData);
  const file = join(folder.path, 'plan');
  const said = await change(work, commands.plan(changing, file), { workspace: name });
  refuseUndeclared(said);
  refuseGone(asked, driftedResources(said), removing);
  refuseLosses(asked, plannedChanges(said), removing);
  await change(work, commands.apply(file, changing), { workspace: name });
  const state = await stateOf(work, name);
  if (state) return state;
  throw lost(name, 'Right after it was applied, there is no state.');
}

/**
 * The variables, in a file that nobody else may read. Machines that exist have an empty text as user
 * data, since their private host keys are nowhere any more.
 */
export function changingOf(
  { options }: Pick<Work, 'options'>,
  folder: string,
  asked: Asked,
  userData: UserData,
): Changing {
  const file = join(folder, 'swarm-up.tfvars.json');
  const hosts = Object.keys(asked.machines).map((host) => [host, userData[host] ?? '']);
  const values = {
    ...options.variables,
    ...{ [OWN_VARIABLE]: asked, [USER_DATA]: Object.fromEntries(hosts) },
  };
  writeFileSync(file, JSON.stringify(values), { mode: 0o600 });
  const given = options['var-file'].map((one) => resolve(one));
  return { lockTimeoutMs: options['lock-timeout'], varFiles: [...given, file] };
}

/** A module without the variable would make machines that nobody can enter. */
function refuseUndeclared(messages: readonly Message[]): void {
  const isMissing = messages.filter(isDiagnostic).some(({ diagnostic: { summary, detail } }) => {
    return summary === UNDECLARED && detail.includes(`"${USER_DATA}"`);
  });
  if (!isMissing) return;
  throw new ActionError(`The module does not declare the variable \`${USER_DATA}\`.`, {
    details: 'Without it, no machine gets its host key and the key of the runs.',
    hint: `Declare \`variable "${USER_DATA}" { type = map(string), sensitive = true }\`, and give each machine its text.`,
  });
}

/** The plan would make such a machine anew, and its private host key is nowhere any more. */
function refuseGone(
  { cluster }: Asked,
  drifted: readonly PlannedChange[],
  removing: ReadonlySet<string>,
): void {
  const gone = drifted
    .filter(({ action }) => action === 'delete')
    .filter((change) => isOfStaying(change, cluster, removing));
  if (gone.length === 0) return;
  throw new ActionError(
    `What machines consist of was removed without Terraform: ${gone.map(({ resource }) => resource.addr).join(', ')}.`,
    {
      details: 'Nothing was changed.',
      hint: 'Remove the rest by `command: down`, then run this again.',
    },
  );
}

function isOfStaying(
  { resource: { resource_key: key } }: PlannedChange,
  cluster: string,
  removing: ReadonlySet<string>,
): boolean {
  return (
    typeof key === 'string' &&
    key.startsWith(`${cluster}-`) &&
    /^[1-9]\d*$/.test(key.slice(cluster.length + 1)) &&
    !removing.has(key)
  );
}

/**
 * A machine is known by the key of its resource, which `for_each` over `var.swarm_up.machines` makes
 * its host name.
 */
function refuseLosses(
  { cluster }: Asked,
  changes: readonly PlannedChange[],
  removing: ReadonlySet<string>,
): void {
  const losses = changes
    .filter(({ action }) => LOSSES.includes(action))
    .filter((change) => isOfStaying(change, cluster, removing));
  if (losses.length === 0) return;
  throw new ActionError(
    `The plan would take away machines that are to stay: ${losses.map(({ resource, action }) => `${resource.addr} (${action})`).join(', ')}.`,
    {
      details: 'Nothing was changed.',
      hint: 'Have the module ignore what makes a machine anew: `lifecycle { ignore_changes = [user_data] }`, and the image if it is looked up. If another run changes the cluster at this moment, give them a `concurrency` group. To make the machines anew, use `command: down` first.',
    },
  );
}
