import pLimit from 'p-limit';
import { type Clock, systemClock } from '../base/clock.ts';
import { listed } from '../base/listed.ts';
import type { DriverLog } from '../base/log.ts';
import { UnreachableError } from '../base/unreachable.ts';
import { CONNECT_AT_ONCE, type ConnectedMachine, connect } from './connect.ts';
import type { ClusterSpec, Driver, Machine } from './driver.ts';
import { belongsToAnother, isSameRepository, type Owner } from './ownership.ts';

/** How many machines are made at once, if the driver says nothing. */
const MADE_AT_ONCE = 30;
/** Hosts without an answer whose words a warning tells. */
const TOLD = 5;
/** How long one machine may take from its start until its dockerd answers, in ms. */
export const READY_TIMEOUT_MS = 120_000;
/**
 * How long the other machines of a cluster may still take once one of them has failed, in ms: what
 * fails all of them is told of all, and a run that has failed does not wait until the last one has
 * booted.
 */
const GRACE_MS = 10_000;

export interface Fleet {
  /** The machines that were asked for, in the order of their index. */
  readonly machines: readonly ConnectedMachine[];
  /** Machines of the cluster beyond the number asked for. */
  readonly surplus: readonly ConnectedMachine[];
  /** Names of those that were made now. */
  readonly created: readonly string[];
  /** Names of hosts that did not answer, where the run goes on without them. */
  readonly unreachable: readonly string[];
}

/**
 * Finds the machines of the cluster, makes the missing ones, all at once, and connects to every
 * one. Settles only when nothing is being created any more. Where one machine fails, those that are
 * not up `GRACE_MS` later are not waited for. What was made stays when it throws: the way down
 * finds it by its labels.
 */
export async function provision(
  driver: Driver,
  spec: ClusterSpec,
  existing: readonly Machine[],
  count: number,
  options: {
    readonly signal: AbortSignal;
    readonly log: DriverLog;
    readonly roleOf: (index: number) => ConnectedMachine['role'];
    /** Given every connection as soon as it is there, so that it is closed whatever comes. */
    readonly opened: (machine: ConnectedMachine) => void;
    /** A connection that was begun before; undefined where there is none. */
    readonly early?: ((machine: Machine) => Promise<ConnectedMachine> | undefined) | undefined;
    readonly clock?: Clock;
  },
): Promise<Fleet> {
  const { signal, log, clock = systemClock } = options;
  const maker = driver.makesMachines ? driver : undefined;
  await maker?.prepare?.(spec, signal);
  const kept = new Map<number, Machine>();
  for (const machine of existing) {
    if (machine.state === 'running') {
      kept.set(machine.index, machine);
    } else {
      log.info(`${machine.name} is stopped or half made, so it is made anew`);
      await maker?.destroy(machine);
    }
  }

  const wanted = Array.from({ length: count }, (_, at) => at + 1);
  const indexes = [...new Set([...wanted, ...kept.keys()])];
  const created = indexes
    .filter((index) => !kept.has(index))
    .map((index) => `${spec.owner.cluster}-${index}`);
  const limit = pLimit(maker ? (maker.atOnce ?? MADE_AT_ONCE) : CONNECT_AT_ONCE);
  const together = companions(signal, clock);
  const bringUp = async (index: number): Promise<ConnectedMachine> => {
    together.signal.throwIfAborted();
    const machine = kept.get(index) ?? (await make(driver, spec, index, together.signal));
    const connected = await (options.early?.(machine) ??
      connect(driver, machine, options.roleOf(index), {
        signal: together.signal,
        timeoutMs: maker?.readyTimeoutMs ?? READY_TIMEOUT_MS,
        log,
      }));
    options.opened(connected);
    return connected;
  };
  const settled = await Promise.allSettled(
    indexes.map((index) =>
      limit(() =>
        bringUp(index).catch((error: unknown) => {
          if (driver.makesMachines) together.failed();
          throw error;
        }),
      ),
    ),
  );
  together.done();
  signal.throwIfAborted();
  const results = settled.map((one, at) => {
    const index = indexes[at] ?? 0;
    return { ...one, where: kept.get(index)?.name ?? `${spec.owner.cluster}-${index}` };
  });
  const givenUp = results.filter((one) => one.status === 'rejected' && one.reason === GIVEN_UP);
  if (givenUp.length > 0) {
    const names = givenUp.map(({ where }) => where).join(', ');
    log.info(`${names}: not waited for any longer, since another machine has failed`);
  }
  const { machines, missed } = settle(results, driver);
  if (missed.length > 0) log.warning(missedWords(missed));
  return {
    machines: machines.filter((machine) => machine.index <= count),
    surplus: machines.filter((machine) => machine.index > count),
    created,
    unreachable: missed.map(({ where }) => where),
  };
}

/** Hosts are all there before: their list gives their number. */
async function make(
  driver: Driver,
  spec: ClusterSpec,
  index: number,
  signal: AbortSignal,
): Promise<Machine> {
  if (driver.makesMachines) return await driver.create(spec, index, signal);
  throw new Error(`no host ${index}`);
}

const GIVEN_UP = new Error('Another machine has failed.');

/**
 * Lets one machine's failure end the waiting for the others, `GRACE_MS` later and with `GIVEN_UP`.
 */
function companions(outer: AbortSignal, clock: Clock) {
  const giveUp = new AbortController();
  const over = new AbortController();
  let hasFailed = false;
  return {
    signal: AbortSignal.any([outer, giveUp.signal]),
    failed: (): void => {
      if (hasFailed) return;
      hasFailed = true;
      clock.sleep(GRACE_MS, over.signal).then(
        () => giveUp.abort(GIVEN_UP),
        () => {}, // All have come to an end before.
      );
    },
    done: (): void => over.abort(),
  };
}

/** A host that did not answer. */
interface Missed {
  readonly where: string;
  readonly error: UnreachableError;
}

/** One warning, however many they are. */
function missedWords(missed: readonly Missed[]): string {
  const names = listed(
    missed.map(({ where }) => where),
    TOLD,
  );
  const words = missed.slice(0, TOLD).flatMap(({ error }) => [error.message, error.details]);
  return [
    missed.length === 1
      ? `${names} does not answer; the run goes on without it.`
      : `${names} do not answer; the run goes on without them.`,
    ...words.filter(Boolean),
  ].join('\n');
}

/**
 * Tells what is connected from what can be done without; throws what cannot. Where nothing at all
 * answers, nothing can.
 */
function settle(
  results: readonly (PromiseSettledResult<ConnectedMachine> & { readonly where: string })[],
  driver: Driver,
): { readonly machines: ConnectedMachine[]; readonly missed: Missed[] } {
  const machines = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const adoption = driver.makesMachines ? undefined : driver.adoption;
  const mayMiss = adoption?.allowUnreachable && machines.length > 0;
  const missed: Missed[] = [];
  const failures: unknown[] = [];
  for (const one of results) {
    if (one.status === 'fulfilled' || one.reason === GIVEN_UP) continue;
    const error: unknown = one.reason;
    if (!(error instanceof UnreachableError)) failures.push(error);
    else if (mayMiss) missed.push({ where: one.where, error });
    else failures.push(adoption ? withHowToRemove(error) : error);
  }
  if (failures.length === 0) return { machines, missed };
  if (failures.length === 1) throw failures[0];
  throw new AggregateError(
    failures,
    `${failures.length} of ${results.length} machines did not come up.${adoption ? '' : ' Fewer `nodes` need less of the runner.'} What each of them said follows.`,
  );
}

function withHowToRemove(error: UnreachableError): UnreachableError {
  const { message, details, hint } = error;
  return new UnreachableError(message, {
    ...(details !== undefined && { details }),
    hint: `${hint ?? ''} A swarm that has a majority of its managers can be deployed to without it: \`driver-options: "allow-unreachable: true"\``.trim(),
    cause: error.cause,
  });
}

/**
 * Throws `ActionError` where a machine of the cluster is another repository's. To be asked before
 * the run says that it begins: what it has begun is removed by the way down.
 */
export function refuseForeign(existing: readonly Machine[], owner: Owner): void {
  const foreign = existing.find((machine) => !isSameRepository(machine.owner, owner));
  if (!foreign) return;
  const hint = 'Nothing was changed. Give this step another `cluster`.';
  throw belongsToAnother('cluster', owner.cluster, foreign.owner, hint);
}
