import { isDeepStrictEqual } from 'node:util';
import { untilQuiet } from '../../src/base/clock.ts';
import { ActionError, describeError } from '../../src/base/errors.ts';
import { expiryAfter } from '../../src/base/expiry.ts';
import type { Argv } from '../../src/exec/argv.ts';
import { objectName } from '../../src/machines/cloud/object-name.ts';
import { emptyAnswer } from '../../src/machines/command/answers.ts';
import { callProgram, type Work } from '../../src/machines/command/call-program.ts';
import type { CommandOptions } from '../../src/machines/command/options.ts';
import type { ClusterSpec, Machine, MachineDriver } from '../../src/machines/driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL } from '../../src/machines/machine-labels.ts';
import { type Owner, ownerLabels } from '../../src/machines/ownership.ts';

/** What came of one check. */
export interface Outcome {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly ms: number;
  /** What is wrong and what to do, or why nothing was checked. */
  readonly said?: string | undefined;
}

/** What is checked, and with what. */
export interface Trial {
  readonly options: CommandOptions;
  readonly driverOf: (options: CommandOptions) => MachineDriver;
  /** A `create` that finds no room. */
  readonly noRoom: Argv | undefined;
  /** After how long one `create` is ended, in ms. */
  readonly interruptMs: number;
  /** Logs in to a machine; undefined to leave that out. */
  readonly login: ((driver: MachineDriver, machine: Machine) => Promise<void>) | undefined;
  /** For calls past the driver. */
  readonly work: Work;
  /** A name that no cluster has. */
  readonly cluster: string;
}

/** What is known by now. */
interface Made {
  first?: Machine;
}

/** Gives why it was skipped, nothing where it has passed; throws what is wrong. */
type Check = (trial: Trial, driver: MachineDriver, made: Made) => Promise<string | undefined>;

const HOUR_MS = 3_600_000;
const QUIET = { quietMs: 10_000, everyMs: 2_000, limitMs: 120_000 };

/**
 * Puts the programs of an author through the life of a cluster, each step as the driver asks for it.
 * Gives what came of each, as soon as it is known. Whatever it has made is removed at the end, also
 * if a check has failed.
 */
export async function* checkPrograms(trial: Trial): AsyncGenerator<Outcome> {
  const driver = trial.driverOf(trial.options);
  const made: Made = {};
  let isBroken = false;
  for (const [title, check] of CHECKS) {
    if (isBroken) {
      yield { title, state: 'skipped', ms: 0, said: 'An earlier check has failed.' };
      continue;
    }
    const outcome = await outcomeOf(title, () => check(trial, driver, made));
    isBroken = outcome.state === 'failed';
    yield outcome;
  }
  if (!isBroken) return;
  const title = 'What the checks have made is removed';
  yield await outcomeOf(title, () => noReason(driver.destroyCluster(ownerOf(trial))));
}

async function outcomeOf(
  title: string,
  check: () => Promise<string | undefined>,
): Promise<Outcome> {
  const from = performance.now();
  const passed = (said: string | undefined): Outcome => {
    const ms = performance.now() - from;
    return { title, ms, state: said === undefined ? 'passed' : 'skipped', said };
  };
  const failed = (error: unknown): Outcome => {
    const ms = performance.now() - from;
    return { title, ms, state: 'failed', said: describeError(error) };
  };
  return await check().then(passed, failed);
}

const CHECKS: readonly (readonly [title: string, check: Check])[] = [
  ['`list` answers, and shows nothing of a cluster that does not exist', listsNothing],
  ['`prepare`, twice, makes what `list` shows, and only once', prepares],
  ['`create` makes a machine, and `list` shows it with all its labels', creates],
  ['`create` of the same name gives the same machine', createsAgain],
  ['`list` without a cluster shows it, as a sweep asks', listsAll],
  ['The machine lets in the key of the request, and has the host key', logsIn],
  ['`renew` writes a later end, and leaves the other labels', renews],
  ['`create` without room ends with 11, and leaves nothing', hasNoRoom],
  ['`create` that is ended leaves nothing that `destroy` cannot remove', isInterrupted],
  ['`destroy` removes the machine, and `list` does not show it any more', destroys],
  ['`destroy` of what is gone succeeds', destroysAgain],
  ['Everything is removed, and `cleanup` leaves nothing', cleansUp],
];

function ownerOf({ cluster }: Pick<Trial, 'cluster'>): Owner {
  const expires = expiryAfter(HOUR_MS, new Date());
  return { cluster, repository: '1', run: '1/check/command', expires };
}

function specOf(trial: Trial): ClusterSpec {
  return { owner: ownerOf(trial), publishedPorts: [{ port: 80, protocol: 'tcp' }], machines: 1 };
}

const signalOf = () => new AbortController().signal;
const noReason = (promise: Promise<unknown>) => promise.then(() => undefined);

async function listsNothing(trial: Trial, driver: MachineDriver): Promise<undefined> {
  const machines = await driver.list(ownerOf(trial));
  if (machines.length > 0) throw new ActionError('`list` shows machines of it.');
}

async function prepares(trial: Trial, driver: MachineDriver): Promise<string | undefined> {
  if (!trial.options.prepare) return 'No program is given as `prepare`.';
  await driver.prepare?.(specOf(trial), signalOf());
  const once = await partsOf(trial, driver);
  await driver.prepare?.(specOf(trial), signalOf());
  const twice = await partsOf(trial, driver);
  if (once.length > 0 && once.length === twice.length) return undefined;
  throw new ActionError(
    `\`list\` shows ${once.length} shared things after one call of \`prepare\`, and ${twice.length} after two.`,
    {
      details: twice.join('\n'),
      hint: 'Have `list` give what `prepare` makes in `shared`, with the name and the labels of its request: so the cluster of a run that was killed is found. Have a second `prepare` make nothing new.',
    },
  );
}

async function creates(trial: Trial, driver: MachineDriver, made: Made): Promise<undefined> {
  const spec = specOf(trial);
  made.first = await driver.create(spec, 1, signalOf());
  const wanted = { ...ownerLabels(spec.owner), [INDEX_LABEL]: '1' };
  const { labels } = made.first;
  const wrong = Object.entries(wanted).filter(([key, value]) => labels[key] !== value);
  if (wrong.length === 0 && labels[HOST_KEY_LABEL]) return;
  const lines = wrong.map(([key, value]) => `${key}: ${labels[key]} in place of ${value}`);
  throw new ActionError('`list` gives other labels than `create` was asked to set.', {
    details: [...lines, labels[HOST_KEY_LABEL] ? '' : `${HOST_KEY_LABEL} is missing`].join('\n'),
    hint: 'Keep each label as it is, or write it in another form that `list` turns back.',
  });
}

async function createsAgain(trial: Trial, driver: MachineDriver, made: Made): Promise<undefined> {
  const again = await driver.create(specOf(trial), 1, signalOf());
  const all = await driver.list(ownerOf(trial));
  const { first } = made;
  const isSame =
    again.address === first?.address &&
    again.labels[HOST_KEY_LABEL] === first.labels[HOST_KEY_LABEL];
  if (isSame && all.length === 1) return;
  throw new ActionError(`A second \`create\` of one name gives another machine.`, {
    details: all.map(({ name, address }) => `${name} ${address}`).join('\n'),
    hint: 'Look for the name first. If it exists, answer with what exists, and change none of its labels: its host key is that of the first call.',
  });
}

async function listsAll(trial: Trial, driver: MachineDriver): Promise<undefined> {
  const clusters = await driver.clusters(signalOf());
  if (clusters.some(({ owner }) => owner.cluster === trial.cluster)) return;
  throw new ActionError('`list` without `cluster` and `repository` does not show the machine.', {
    hint: 'If the request names no cluster, give all machines that have the label swarm-up.cluster.',
  });
}

async function logsIn({ login }: Trial, driver: MachineDriver, { first }: Made) {
  if (!login || !first) return 'By `--no-login`.';
  return await noReason(login(driver, first));
}

async function renews(trial: Trial, driver: MachineDriver): Promise<string | undefined> {
  if (!trial.options.renew) return 'No program is given as `renew`: a later `ttl` is refused.';
  const expires = expiryAfter(2 * HOUR_MS, new Date());
  const [before] = await driver.list(ownerOf(trial));
  await driver.renew({ ...ownerOf(trial), expires }, signalOf());
  const [after] = await driver.list(ownerOf(trial));
  const label = 'swarm-up.expires';
  const wanted = { ...before?.labels, [label]: expires };
  if (isDeepStrictEqual(after?.labels, wanted)) return undefined;
  throw new ActionError('`renew` has not written the label, or has changed others.', {
    details: `Asked for: ${label}: ${expires}\nFound: ${JSON.stringify(after?.labels)}`,
    hint: 'Write the labels of the request on each machine of the cluster, and on what they share. Leave all other labels.',
  });
}

async function hasNoRoom(trial: Trial): Promise<string | undefined> {
  const { noRoom, options, driverOf } = trial;
  if (!noRoom) return 'Give a `create` that finds no room: --no-room "[./create, --size, huge]"';
  const driver = driverOf({ ...options, create: noRoom });
  const error = await driver.create(specOf(trial), 2, signalOf()).catch((one: unknown) => one);
  if (!(error instanceof Error)) throw new ActionError('It has made a machine.');
  if (!error.message.includes('has no room')) {
    throw new ActionError('It did not end with exit code 11.', { details: describeError(error) });
  }
  return await leavesOne(trial, driver);
}

async function isInterrupted(trial: Trial): Promise<string | undefined> {
  const { options, driverOf, interruptMs } = trial;
  const driver = driverOf({ ...options, timeout: interruptMs });
  const making = driver.create(specOf(trial), 2, signalOf());
  const end: unknown = await making.catch((error: unknown) => error);
  if (end instanceof Error && !end.message.includes('did not end within')) throw end;
  await removeSecond(trial, driverOf(options));
  return await leavesOne(trial, driverOf(options));
}

/** What the cloud still makes of a call that was ended may appear only later. */
async function removeSecond(trial: Trial, driver: MachineDriver): Promise<void> {
  const { clock } = trial.work;
  const removeWhatAppeared = async () => {
    const half = (await driver.list(ownerOf(trial))).find(({ index }) => index === 2);
    if (half) await driver.destroy(half);
    return half !== undefined;
  };
  await untilQuiet(removeWhatAppeared, { clock, ...QUIET });
}

async function leavesOne(trial: Trial, driver: MachineDriver): Promise<undefined> {
  const left = await driver.list(ownerOf(trial));
  if (left.length === 1) return;
  throw new ActionError('`list` shows other machines than before.', {
    details: left.map(({ name }) => name).join('\n'),
  });
}

async function destroys(_: Trial, driver: MachineDriver, { first }: Made): Promise<undefined> {
  if (first) await driver.destroy(first);
}

/** The driver would look first, and not call it. */
async function destroysAgain({ cluster, work, options }: Trial, _: MachineDriver, { first }: Made) {
  const { repository } = ownerOf({ cluster });
  const name = first ? objectName(first.owner, first.index) : '';
  const request = { action: 'destroy', cluster, repository, name } as const;
  return await noReason(callProgram(work, { argv: options.destroy, request, answer: emptyAnswer }));
}

async function cleansUp(trial: Trial, driver: MachineDriver): Promise<undefined> {
  for (const _ of [1, 2]) await driver.destroyCluster(ownerOf(trial));
  const parts = await partsOf(trial, driver);
  if (parts.length > 0) throw new ActionError(`\`list\` still shows ${parts.join(', ')}.`);
}

async function partsOf({ cluster }: Trial, driver: MachineDriver): Promise<readonly string[]> {
  const clusters = await driver.clusters(signalOf());
  return clusters.find(({ owner }) => owner.cluster === cluster)?.parts ?? [];
}
