import { ActionError } from '../errors.ts';
import { type EngineApi, engineApi } from '../exec/engine-api.ts';
import type { Argv, Executor } from '../exec/executor.ts';
import { PATIENCE_MS, patientExecutor } from '../exec/patient-executor.ts';
import { connectSsh, type SshExecutor, type SshTarget } from '../exec/ssh.ts';
import { listAddresses, resolveAddress } from './addresses.ts';
import type { Driver, DriverLog, Machine } from './driver.ts';
import { type EngineInfo, enterEngine } from './engine.ts';
import { installEngine, refuseWithoutEngine } from './install-engine.ts';

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
 * How long the dockerd of a machine that was not started now may take to answer, in ms. That of a manager whose leader has died waits 20 s for one
 * (moby daemon/cluster, `swarmRequestTimeout`) before it answers without.
 */
const RUNNING_TIMEOUT_MS = 45_000;
/** How long a host may take to answer that the run would go on without, in ms. */
const MISSED_AFTER_MS = 15_000;

/**
 * How long a host whose connection was lost is tried to be reached again, in ms: as long as a quick reboot takes. A machine of ours that is cut off is a
 * container or a virtual machine that has ended, and does not come back.
 */
const RECONNECT_MS = PATIENCE_MS;

/**
 * Connects to a machine and waits until its dockerd answers.
 * With a driver that only reads, nothing of the machine is changed, and where Docker Engine would be installed it throws `EngineToInstall`.
 * Throws `UnreachableError` when that takes longer than `timeoutMs`, with the last answer; the connection is closed then.
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
  const target = await driver.target(machine, signal);
  const install = driver.adoption?.installEngine ?? driver.installsEngine ?? false;
  const reconnect = { limitMs: RECONNECT_MS, info: log.info, warning: log.warning };
  const reach = () =>
    connectSsh(target, {
      signal,
      timeoutMs: driver.adoption?.allowUnreachable ? MISSED_AFTER_MS : timeoutMs,
      ...(!driver.makesMachines && { reconnect }),
    });
  if (!guard) await driver.admit?.(machine, signal);
  const direct = guard ? guard(driver.inside?.(machine) ?? (await reach())) : await reach();
  try {
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
    // The engine of a machine of ours that is gone does not come back, as its connection does not.
    const ssh = driver.makesMachines ? executor : patientExecutor(executor, { log });
    const addresses = driver.makesMachines
      ? {
          advertise: machine.advertise ?? (await incomingAddress(ssh, signal)),
          dataPath: machine.dataPath,
        }
      : await hostAddresses(machine, ssh, engine, options);
    return { ...machine, ...addresses, role, target, ssh, api: engineApi(ssh), engine };
  } catch (error) {
    await direct.close();
    throw error;
  }
}

/** What a host is told is checked against the addresses that it has; a node keeps the one that it joined with. */
async function hostAddresses(
  machine: Machine,
  ssh: Executor,
  { Swarm }: EngineInfo,
  { signal, log }: { readonly signal: AbortSignal; readonly log: DriverLog },
): Promise<Pick<ConnectedMachine, 'advertise' | 'dataPath'>> {
  const { name, address, advertise, dataPath } = machine;
  const known =
    advertise === undefined && dataPath === undefined ? [] : await listAddresses(ssh, signal);
  const given =
    advertise &&
    resolveAddress(advertise, known, { name, option: 'advertise-addr', reachedAt: address });
  if (given && Swarm.NodeAddr && given !== Swarm.NodeAddr) {
    log.warning(
      `${name} is a node with the address ${Swarm.NodeAddr} already; advertise-addr=${advertise} would hold for a node that joins. To change it, let the node leave the swarm and join again.`,
    );
  }
  return {
    advertise: Swarm.NodeAddr || given || (await incomingAddress(ssh, signal)),
    dataPath: dataPath && resolveAddress(dataPath, known, { name, option: 'data-path-addr' }),
  };
}

/** As sshd tells it (sshd(8), "ENVIRONMENT" of ssh(1)). */
export const INCOMING_ADDRESS: Argv = ['sh', '-c', 'echo "$SSH_CONNECTION"'];

/** The machine's own address of the connection, which is the right one also where the runner sees another (a bastion, a NAT). */
async function incomingAddress(ssh: Executor, signal: AbortSignal): Promise<string> {
  const { stdout } = await ssh.run(INCOMING_ADDRESS, {
    signal,
    repeatable: true,
  });
  const address = stdout.trim().split(/\s+/)[2];
  if (address) return address;
  throw new ActionError(`The address of ${ssh.where} cannot be found out.`, {
    hint: 'Name the one that the other machines reach it by: `advertise-addr=<address>` in its line of `hosts`.',
  });
}
