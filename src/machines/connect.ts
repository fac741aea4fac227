import type { DriverLog } from '../base/log.ts';
import { DIAL, type EngineApi, engineApi } from '../engine/api.ts';
import { openEarly } from '../engine/early-stream.ts';
import { type EngineInfo, enterEngine } from '../engine/enter.ts';
import { installEngine, refuseWithoutEngine } from '../engine/install.ts';
import { PATIENCE_MS, patientExecutor } from '../engine/patient-executor.ts';
import type { Executor } from '../exec/executor.ts';
import { connectSsh, type SshTarget } from '../ssh/connect.ts';
import type { SshExecutor } from '../ssh/executor.ts';
import { listAddresses } from './addresses.ts';
import { hostAddresses, incomingAddress } from './advertised.ts';
import type { Driver, Machine } from './driver.ts';

/** A machine whose dockerd answers over SSH. */
export interface ConnectedMachine extends Omit<Machine, 'advertise' | 'dataPath'> {
  /** The role that it shall have in the swarm. */
  readonly role: 'manager' | 'worker';
  /** Address by which the other machines reach it. */
  readonly advertise: string;
  /** Address of the traffic between containers; undefined where that is `advertise`. */
  readonly dataPath: string | undefined;
  /** How it was reached. */
  readonly target: SshTarget;
  readonly ssh: SshExecutor;
  /** Its engine, over one stream that is opened at the first question and ends with `ssh`. */
  readonly api: EngineApi;
  readonly engine: EngineInfo;
}

/**
 * How long the dockerd of a machine that was not started now may take to answer, in ms. That of a
 * manager whose leader has died waits 20 s for one (moby daemon/cluster, `swarmRequestTimeout`)
 * before it answers without.
 */
const RUNNING_TIMEOUT_MS = 45_000;
/** How long a host may take to answer that the run would go on without, in ms. */
const MISSED_AFTER_MS = 15_000;

/**
 * How long a machine whose connection was lost is tried to be reached again, in ms: as long as a
 * quick reboot takes. A container or a virtual machine of the runner that is cut off has ended, and
 * does not come back.
 */
const RECONNECT_MS = PATIENCE_MS;

/**
 * How many hosts are connected to at once. A login takes about ten round trips, and some
 * milliseconds of this process: with more, the last ones would be kept waiting longer than a host
 * may take to say its first word.
 */
export const CONNECT_AT_ONCE = 64;

/**
 * Connects to a machine and waits until its dockerd answers. With a driver that only reads, nothing
 * of the machine is changed, and where Docker Engine would be installed it throws
 * `EngineToInstall`. Throws `UnreachableError` when that takes longer than `timeoutMs`, with the
 * last answer; the connection is closed then.
 */
export async function connect(
  driver: Driver,
  machine: Machine,
  role: ConnectedMachine['role'],
  options: {
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
    readonly log: DriverLog;
  },
): Promise<ConnectedMachine> {
  const { signal, timeoutMs, log } = options;
  const { guard } = driver;
  const adoption = driver.makesMachines ? undefined : driver.adoption;
  const comesBack = driver.makesMachines ? driver.survivesRestart : true;
  const target = await driver.target(machine, signal);
  const install = (driver.makesMachines ? driver.installsEngine : adoption?.installEngine) ?? false;
  const reconnect = { limitMs: RECONNECT_MS, info: log.info, warning: log.warning };
  const reach = () =>
    connectSsh(target, {
      signal,
      timeoutMs: adoption?.allowUnreachable ? MISSED_AFTER_MS : timeoutMs,
      ...(comesBack && { reconnect }),
    });
  if (!guard) await driver.admit?.(machine, signal);
  const direct = guard ? guard(driver.inside?.(machine) ?? (await reach())) : await reach();
  const early = driver.makesMachines ? undefined : askEarly(direct, signal);
  try {
    if (!guard && driver.makesMachines) {
      await driver.setUp?.(machine, direct, { signal, timeoutMs });
    }
    const { executor, engine } = await enterEngine(direct, target.user, {
      signal,
      timeoutMs: driver.makesMachines ? timeoutMs : RUNNING_TIMEOUT_MS,
      ...(install && {
        install: (executor: Executor) =>
          guard
            ? refuseWithoutEngine(machine.name, install)
            : installEngine(executor, target.user, {
                ...{ signal, log },
                source: install === true ? undefined : install,
              }),
      }),
    });
    if (!guard) await driver.entered?.(machine);
    // The engine of a machine that does not come back does not either.
    const ssh = comesBack ? patientExecutor(executor, { log }) : executor;
    const addresses = driver.makesMachines
      ? {
          advertise: machine.advertise ?? (await incomingAddress(ssh, { signal })),
          dataPath: machine.dataPath,
        }
      : await hostAddresses(machine, ssh, engine, { ...options, listed: early?.listed });
    // Without sudo, it was refused.
    if (executor !== direct) early?.stream[Symbol.dispose]();
    const api = engineApi(ssh, early?.stream);
    return { ...machine, ...addresses, role, target, ssh, api, engine };
  } catch (error) {
    early?.stream[Symbol.dispose]();
    await direct.close();
    throw error;
  }
}

/**
 * What a host is asked whatever its engine says of itself, while that is waited for: to ask one
 * after the other would cost a process and two round trips each.
 */
function askEarly(direct: SshExecutor, signal: AbortSignal) {
  const listing = listAddresses(direct, signal);
  listing.catch(() => {}); // Told by whoever needs them.
  return { listed: () => listing, stream: openEarly(direct, DIAL) };
}
