import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { ActionError } from '../base/errors.ts';
import type { Argv } from '../exec/argv.ts';
import type { Executor } from '../exec/executor.ts';

/** An address that one of a machine's interfaces has. */
export interface InterfaceAddress {
  readonly name: string;
  readonly address: string;
}

/** A host or address as it stands in a URL, before the port. */
export function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/**
 * A login without root may not have the folder of `ip` in its path. iproute2 and busybox print the
 * same lines.
 */
export const LIST_ADDRESSES: Argv = [
  'sh',
  '-c',
  'PATH=$PATH:/usr/sbin:/sbin; exec ip -o addr show',
];

/**
 * Lists the addresses of a machine that others could reach it by. Throws `ActionError` where it has
 * no `ip`.
 */
export async function listAddresses(
  executor: Executor,
  signal: AbortSignal,
): Promise<readonly InterfaceAddress[]> {
  const { exitCode, stdout, stderr } = await executor.run(LIST_ADDRESSES, {
    anyExitCode: true,
    repeatable: true,
    signal,
  });
  if (exitCode === 0) return parseAddresses(stdout);
  throw new ActionError(`The addresses of ${executor.where} cannot be listed.`, {
    details: stderr,
    hint: 'Install iproute2 there, which has the program `ip`, or leave `advertise-addr` and `data-path-addr` out.',
  });
}

/** Reads what `ip -o addr show` prints, without loopback and link-local addresses. */
export function parseAddresses(text: string): InterfaceAddress[] {
  return text.split('\n').flatMap((line) => {
    const [, name, address, scope] =
      /^\d+:\s+([^\s@]+)\S*\s+inet6?\s+([^\s/]+).*?\sscope\s+(\w+)/.exec(line) ?? [];
    return name && address && scope === 'global' ? [{ name, address }] : [];
  });
}

/**
 * What `listAddresses` gives, and nothing where a machine cannot be asked: for what is only said,
 * and decides nothing.
 */
export async function addressesIfTold(
  listed: () => Promise<readonly InterfaceAddress[]>,
  signal: AbortSignal,
): Promise<readonly InterfaceAddress[]> {
  try {
    return await listed();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ActionError) return [];
    throw error;
  }
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether an address leads every machine to itself. */
export function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Whether two networks of IPv4 (`10.0.0.0/8`) have an address in common. */
export function networksMeet(one: string, other: string): boolean {
  return holdsFirst(one, other) || holdsFirst(other, one);
}

function holdsFirst(outer: string, inner: string): boolean {
  const [address = '', bits = ''] = outer.split('/');
  const [first = ''] = inner.split('/');
  const list = new BlockList();
  list.addSubnet(address, Number(bits));
  return list.check(first);
}

/** Bridges that an engine makes for containers; no other machine is behind them. */
const BRIDGE = /^(docker0|docker_gwbridge|br-[0-9a-f]{12})$/;

/**
 * The address by which others reach a machine that was reached at a loopback address: the only one
 * that it has, as Docker itself chooses; undefined where it has none. Throws `ActionError` that
 * lists them where there are several.
 */
export function onlyAddress(
  name: string,
  addresses: readonly InterfaceAddress[],
): string | undefined {
  const own = addresses.filter((one) => !BRIDGE.test(one.name));
  const v4 = own.filter(({ address }) => isIPv4(address));
  const [chosen, ...others] = v4.length > 0 ? v4 : own;
  if (others.length === 0) return chosen?.address;
  throw new ActionError(
    `${name} was reached at an address that leads every host to itself, and it has several others.`,
    {
      details: describeAddresses(name, own),
      hint: `Nothing was changed. Say which of them the other nodes reach it by, as \`advertise-addr=<address or interface>\` in the line of ${name} in \`hosts\`.`,
    },
  );
}

/**
 * The address that `value`, an address or the name of an interface, stands for on a machine.
 * `reachedAt` is an address that is known to lead there although no interface has it, as behind a
 * NAT. Throws `ActionError` that lists the machine's addresses where it has no such one, or where
 * an interface has several.
 */
export function resolveAddress(
  value: string,
  addresses: readonly InterfaceAddress[],
  machine: { readonly name: string; readonly option: string; readonly reachedAt?: string },
): string {
  const { name, option } = machine;
  const refuse = (reason: string): ActionError =>
    new ActionError(`${option}=${value}: ${reason}`, {
      details: describeAddresses(name, addresses),
      hint: `Nothing was changed. Give one of these addresses, or the name of an interface, as \`${option}\`. It belongs in the line of ${name} in \`hosts\`, or for all hosts in \`driver-options\`.`,
    });
  if (isIP(value) !== 0) {
    const isThere = addresses.some(({ address }) => address === value.toLowerCase());
    const isReached = value === machine.reachedAt && !isLoopback(value);
    if (isThere || isReached) return value.toLowerCase();
    throw refuse(`no interface of ${name} has this address.`);
  }
  const own = addresses.filter((one) => one.name === value).map(({ address }) => address);
  if (own.length === 0) throw refuse(`${name} has no interface of this name with an address.`);
  const v4 = own.filter((address) => isIPv4(address));
  // As dockerd itself chooses: the IPv4 address, and no guess among several.
  const [chosen, ...others] = v4.length > 0 ? v4 : own;
  if (chosen === undefined || others.length > 0) {
    throw refuse(`this interface of ${name} has several addresses, and it has to be one.`);
  }
  return chosen;
}

/** Says which addresses a machine has, one a line. */
export function describeAddresses(name: string, addresses: readonly InterfaceAddress[]): string {
  if (addresses.length === 0) return `${name} has no address that others could reach it by.`;
  return addresses.map((one) => `${one.name}  ${one.address}`).join('\n');
}
