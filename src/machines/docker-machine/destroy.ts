import pLimit from 'p-limit';
import { until } from '../../base/clock.ts';
import { ActionError, describeError } from '../../base/errors.ts';
import { objectName } from '../cloud/object-name.ts';
import { INDEX_LABEL } from '../machine-labels.ts';
import { type ClusterId, ownerLabels } from '../ownership.ts';
import * as words from './commands.ts';
import { creationsOf, endCreations, type Surroundings } from './creations.ts';
import { type FoundMachine, find, findMachine, isForeign } from './find.ts';
import type { Program } from './program.ts';
import {
  type MachineRecord,
  type Phase,
  recordPath,
  removeRecord,
  writeRecord,
} from './records.ts';
import { readFolder, removeEmptyFolder } from './storage.ts';

/**
 * How many calls of docker-machine go on at the same time. Of its driver virtualbox only one: calls
 * of VBoxManage collide, and docker-machine keeps them apart only within one process.
 */
export const atOnce = (driver: string | undefined): number => (driver === 'virtualbox' ? 1 : 4);

/** How long a machine that is still being made is waited for, in ms: post is cut after five minutes. */
const MAKING_MS = 150_000;
/** Of one `rm`, in ms. */
const REMOVE_MS = 180_000;
/** docker-machine writes its record by removing the old one first: how long that may take, in ms. */
const WRITING_MS = 2_000;
const POLL_MS = 500;

export interface Removing extends Surroundings {
  readonly program: Program;
  readonly ignored: (message: string) => void;
}

/**
 * Removes every machine of the cluster and its repository, and looks again. Gone already is
 * success; what is not known to be gone is none. Throws `ActionError` that names what is left.
 */
export async function destroyCluster(removing: Removing, id: ClusterId): Promise<void> {
  const { storage, ignored, clock } = removing;
  const own = { cluster: id.cluster, repository: id.repository };
  const deadline = clock.now() + MAKING_MS;
  const failures: ActionError[] = [];
  const machines = await find(storage, ignored, own);
  const limit = pLimit(Math.min(...machines.map((one) => atOnce(driverOf(one))), 4));
  const removals = machines.map((one) =>
    limit(() =>
      destroyMachine(removing, one, deadline).catch((error: unknown) => {
        if (!(error instanceof ActionError)) throw error;
        failures.push(error);
      }),
    ),
  );
  for (const end of await Promise.allSettled(removals)) {
    if (end.status === 'rejected') throw end.reason;
  }
  const left = (await find(storage, ignored, own)).map(({ name }) => name);
  if (failures.length === 0 && left.length === 0) return;
  const [only, ...more] = failures;
  if (only && more.length === 0) throw only;
  throw new ActionError(
    `Cluster ${id.cluster} could not be removed; what is left: ${left.map((name) => `machine ${name}`).join(', ')}.`,
    {
      details: failures.map(describeError).join('\n'),
      hint: 'Run `command: down` again.',
    },
  );
}

/** Whether there is nothing of a cluster, and nothing makes a machine of it. */
export async function isGone(
  { storage, table, ignored }: Pick<Removing, 'storage' | 'table' | 'ignored'>,
  { cluster, repository }: ClusterId,
): Promise<boolean> {
  if ((await find(storage, ignored, { cluster, repository })).length > 0) return false;
  const start = `${objectName({ cluster, repository })}-`;
  const isOurs = (name: string) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length));
  return (await creationsOf({ storage, table }, isOurs)).length === 0;
}

/**
 * Removes one machine. Throws `ActionError` if it is not known to be gone; docker-machine then has
 * it still, or what is known of it stays in its record.
 */
export async function destroyMachine(
  removing: Removing,
  { name }: Pick<FoundMachine, 'name'>,
  deadline = removing.clock.now() + MAKING_MS,
): Promise<void> {
  const { storage } = removing;
  await endCreations(removing, name, deadline);
  const one = await settled(removing, name);
  if (!one) return;
  switch (one.folder.kind) {
    case 'none':
      break;
    case 'empty':
      await removeEmptyFolder(storage, name);
      break;
    case 'unreadable':
      throw unreadableMachine(removing, one);
    case 'known':
      if (isForeign(one)) throw foreignMachine(removing, one);
      await removeKnown(removing, one);
      return;
  }
  const phase = one.record?.phase;
  if (phase === 'saved' || phase === 'ready') throw lostMachine(removing, one);
  if (phase === 'doubt') throw doubtful(removing, one);
  await removeRecord(storage, name);
}

/** The machine once nobody writes its record at this moment. */
async function settled(
  { storage, clock }: Surroundings,
  name: string,
): Promise<FoundMachine | undefined> {
  return await until(
    () => findMachine(storage, name),
    (one) => one?.folder.kind !== 'unreadable',
    { clock, limitMs: WRITING_MS, everyMs: POLL_MS },
  );
}

async function removeKnown(removing: Removing, one: FoundMachine): Promise<void> {
  const { program, storage, log } = removing;
  const { name, folder } = one;
  const before = one.record ?? recordOf(one);
  const { phase } = before;
  // Its driver has written an address only if it has made the machine.
  const isSaved = folder.kind === 'known' && folder.address !== '';
  const isSure = isSaved || !['asked', 'doubt'].includes(phase);
  // Before the call: if it is the last, its success is not taken for a loss.
  await writeRecord(storage, { ...before, phase: isSure ? 'removing' : 'doubt' });
  const removed = await attempt(program, words.remove(name));
  // By its folder docker-machine knows a machine. It removes that last, once its driver has
  // removed the machine; so the folder tells more than an answer that may be lost.
  if ((await readFolder(storage, name)).kind !== 'none') {
    await writeRecord(storage, { ...before, phase: phaseOfLeft(phase) });
    throw notRemoved(removing, one, removed);
  }
  if (!isSure) throw doubtful(removing, one);
  if (phase === 'failed' && !isSaved) {
    log.warning(
      `${name}: its driver had failed before docker-machine wrote what it had made. docker-machine has no such machine any more; look at ${before.driver} whether there is one.`,
    );
  }
  await removeRecord(storage, name);
}

/** That it is there is known by now: if somebody makes docker-machine forget it, that is a loss. */
const phaseOfLeft = (phase: Phase): Phase => (phase === 'removing' ? 'saved' : phase);

/** One that did not end has failed, too: what counts is what is left. */
async function attempt(program: Program, call: words.Words): Promise<string> {
  try {
    return (await program.attempt(call, { timeoutMs: REMOVE_MS })).said;
  } catch (error) {
    if (error instanceof ActionError) return [error.message, error.details].join('\n');
    throw error;
  }
}

/** Of a machine whose own record was lost. */
function recordOf({ name, index, owner, folder }: FoundMachine): MachineRecord {
  return {
    ...{ version: 1, name, index, phase: 'asked', created: new Date().toISOString() },
    driver: folder.kind === 'known' ? folder.driver : 'unknown',
    labels: { ...ownerLabels(owner), [INDEX_LABEL]: String(index) },
  };
}

const driverOf = ({ record, folder }: FoundMachine) =>
  record?.driver ?? (folder.kind === 'known' ? folder.driver : 'its provider');

function notRemoved({ program, storage }: Removing, one: FoundMachine, said: string): ActionError {
  return new ActionError(`docker-machine did not remove machine ${one.name}.`, {
    details: said || '(it said nothing)',
    hint: `Run \`command: down\` again. By hand: ${program.binary} -s ${storage.folder} rm ${one.name}. Do not use \`rm -f\`: it forgets a machine that still exists.`,
  });
}

function lostMachine({ storage }: Removing, one: FoundMachine): ActionError {
  return new ActionError(
    `docker-machine has forgotten machine ${one.name}, which Swarm Up did not remove.`,
    {
      details: `There is no ${storage.machines}/${one.name}. It was removed by hand, by \`rm -f\`, or the folder was lost. The machine may still exist.`,
      hint: forgetHint(storage, one),
    },
  );
}

function doubtful({ storage }: Removing, one: FoundMachine): ActionError {
  return new ActionError(`Whether machine ${one.name} still exists is not known.`, {
    details: `docker-machine was ended while its driver ${driverOf(one)} made the machine, before it wrote what that was. It has removed all that it knows.`,
    hint: forgetHint(storage, one),
  });
}

function forgetHint(storage: Surroundings['storage'], one: FoundMachine): string {
  return `Look for ${one.name} at ${driverOf(one)}, and remove it there. Then remove the record, and run this again: rm ${recordPath(storage, one.name)}`;
}

function unreadableMachine({ storage }: Removing, one: FoundMachine): ActionError {
  const folder = `${storage.machines}/${one.name}`;
  return new ActionError(`What docker-machine knows of machine ${one.name} is lost.`, {
    details: `${folder}/config.json is missing, or not of a form that is known.`,
    hint: `Look for ${one.name} at ${driverOf(one)}, and remove it there. Then remove its files, and run this again: rm -r ${folder} ${recordPath(storage, one.name)}`,
  });
}

function foreignMachine({ storage }: Removing, one: FoundMachine): ActionError {
  return new ActionError(
    `The machine ${one.name} of docker-machine was not made by Swarm Up: it stays.`,
    {
      details: 'Its engine has other labels than the machine of that name that Swarm Up made.',
      hint: forgetHint(storage, one),
    },
  );
}
