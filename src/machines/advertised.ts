import { ActionError } from '../base/errors.ts';
import type { DriverLog } from '../base/log.ts';
import type { EngineInfo } from '../engine/enter.ts';
import type { Argv } from '../exec/argv.ts';
import type { Executor } from '../exec/executor.ts';
import {
  addressesIfTold,
  describeAddresses,
  type InterfaceAddress,
  isLoopback,
  listAddresses,
  onlyAddress,
  resolveAddress,
} from './addresses.ts';
import type { Machine } from './driver.ts';

/** As sshd tells it (sshd(8), "ENVIRONMENT" of ssh(1)). */
export const INCOMING_ADDRESS: Argv = ['sh', '-c', 'echo "$SSH_CONNECTION"'];

/**
 * The addresses by which the other nodes shall reach a host. What it is told is checked against the
 * addresses that it has; a node keeps the one that it joined with, and a warning says where that is
 * none of its own.
 */
export async function hostAddresses(
  machine: Pick<Machine, 'name' | 'address' | 'advertise' | 'dataPath'>,
  ssh: Executor,
  { Swarm }: Pick<EngineInfo, 'Swarm'>,
  {
    signal,
    log,
    listed = () => listAddresses(ssh, signal),
  }: {
    readonly signal: AbortSignal;
    readonly log: DriverLog;
    /** What `listAddresses` gives, where that was asked before. */
    readonly listed?: (() => Promise<readonly InterfaceAddress[]>) | undefined;
  },
): Promise<{ readonly advertise: string; readonly dataPath: string | undefined }> {
  const { name, address, advertise, dataPath } = machine;
  const isTold = advertise !== undefined || dataPath !== undefined;
  const known = isTold
    ? await listed()
    : Swarm.NodeAddr
      ? await addressesIfTold(listed, signal)
      : [];
  const given =
    advertise &&
    resolveAddress(advertise, known, { name, option: 'advertise-addr', reachedAt: address });
  if (given && Swarm.NodeAddr && given !== Swarm.NodeAddr) {
    log.warning(
      `${name} is a node with the address ${Swarm.NodeAddr} already; advertise-addr=${advertise} would hold for a node that joins. To change it, let the node leave the swarm and join again.`,
    );
  } else if (!given && Swarm.NodeAddr !== address && isForeign(Swarm.NodeAddr, known)) {
    log.warning(foreignAddress(name, Swarm, known));
  }
  return {
    advertise: Swarm.NodeAddr || given || (await incomingAddress(ssh, { signal, log })),
    dataPath: dataPath && resolveAddress(dataPath, known, { name, option: 'data-path-addr' }),
  };
}

/**
 * Whether a node is known to the others by an address that none of its interfaces has; false where
 * that cannot be told.
 */
export function isForeign(nodeAddr: string, known: readonly InterfaceAddress[]): boolean {
  if (nodeAddr === '') return false;
  return (
    isLoopback(nodeAddr) || (known.length > 0 && !known.some((one) => one.address === nodeAddr))
  );
}

/** What to do about it, by hand: the address of a node is part of its swarm. */
export function newAddressCommands(isManager: boolean): readonly string[] {
  return isManager
    ? ['docker swarm init --force-new-cluster --advertise-addr <address>']
    : ['docker swarm leave'];
}

function foreignAddress(
  name: string,
  { NodeAddr, ControlAvailable }: EngineInfo['Swarm'],
  known: readonly InterfaceAddress[],
): string {
  const [command = ''] = newAddressCommands(ControlAvailable);
  return [
    isLoopback(NodeAddr)
      ? `${name} is a node with the address ${NodeAddr}, which leads every other host to itself. No other can be in a swarm with it.`
      : `${name} is a node with the address ${NodeAddr}, and none of its interfaces has it. If its address has changed, other nodes do not reach it; if it is that of a NAT, all is well.`,
    describeAddresses(name, known),
    ControlAvailable
      ? `To change it on the only manager of a swarm (services stay, other nodes have to leave and join again), run there: ${command}`
      : `To change it, let the node leave, and it joins again with the next run: ${command}`,
  ].join('\n');
}

/**
 * The machine's own address of the connection, which is the right one also where the runner sees
 * another (a bastion, a NAT). Where that is a loopback address, the other one that it has.
 */
export async function incomingAddress(
  ssh: Executor,
  { signal, log }: { readonly signal: AbortSignal; readonly log?: DriverLog },
): Promise<string> {
  const { stdout } = await ssh.run(INCOMING_ADDRESS, {
    signal,
    repeatable: true,
  });
  const address = stdout.trim().split(/\s+/)[2];
  if (!address) {
    throw new ActionError(`The address of ${ssh.where} cannot be found out.`, {
      hint: 'Name the one that the other machines reach it by: `advertise-addr=<address>` in its line of `hosts`.',
    });
  }
  if (!log || !isLoopback(address)) return address;
  const other = onlyAddress(ssh.where, await listAddresses(ssh, signal));
  if (other === undefined) {
    log.warning(
      `${ssh.where} has no address but ${address}, by which no other host reaches it: its swarm will be one of this host alone.`,
    );
    return address;
  }
  log.info(`${ssh.where}  other nodes reach it at ${other}, and not at ${address}`);
  return other;
}
