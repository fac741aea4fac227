import { describeAddresses, isLoopback } from '../machines/addresses.ts';
import { isForeign } from '../machines/advertised.ts';
import type { KnownHost, PreflightFinding } from './host.ts';
import type { Passage, Reachability } from './reachability.ts';
import { advertiseAddress, renewAddress } from './remedies.ts';

/**
 * Judges whether the address of each host is its own, and leads the others to it: what they were
 * told about the ports at another's address says nothing. Gives what is left of the answers beside
 * the findings.
 */
export function judgeAddresses(
  hosts: readonly KnownHost[],
  reachability: Reachability,
): { readonly findings: readonly PreflightFinding[]; readonly rest: Reachability } {
  const { passages } = reachability;
  const judged = hosts.flatMap((host) => {
    const finding = sharedAddress(host, hosts) ?? notItsOwn(host, hosts, passages);
    return finding ? [{ host, finding }] : [];
  });
  const wrong = new Set(judged.map(({ host }) => host));
  return {
    findings: judged.map(({ finding }) => finding),
    rest: { ...reachability, passages: passages.filter(({ to }) => !wrong.has(to)) },
  };
}

/**
 * As machines behind one NAT have it, whose own addresses are all the same (10.0.2.15 of
 * VirtualBox).
 */
function sharedAddress(host: KnownHost, hosts: readonly KnownHost[]): PreflightFinding | undefined {
  if (isLoopback(host.address)) return undefined;
  const other = hosts.find((one) => {
    return one !== host && one.address === host.address && engineOf(one) !== engineOf(host);
  });
  if (!other) return undefined;
  return {
    level: 'error',
    host: host.name,
    check: 'address',
    message: `The other nodes would reach ${host.name} and ${other.name} by one address, ${host.address}.\n${describeAddresses(host.name, host.facts.addresses)}`,
    remedy: advertiseAddress(host.name),
  };
}

function notItsOwn(
  host: KnownHost,
  hosts: readonly KnownHost[],
  passages: readonly Passage[],
): PreflightFinding | undefined {
  const { name, address, facts, inSwarm } = host;
  if (hosts.length < 2 || !isForeign(address, facts.addresses)) return undefined;
  const loopback = isLoopback(address);
  const isReached = !passages.some((passage) => passage.to === host && isCut(passage));
  // Behind a NAT no interface has the address, and all is well.
  if (!loopback && isReached) return undefined;
  const why = loopback
    ? `${address} leads every other host to itself`
    : `none of its interfaces has ${address}, and the others do not reach it there`;
  const isManager = isManagerNow(host);
  return {
    level: inSwarm && !isManager ? 'warning' : 'error',
    host: name,
    check: 'address',
    message: `${inSwarm ? `${name} is a node with an address that is not its own` : `The address of ${name} is not its own`}: ${why}.\n${describeAddresses(name, facts.addresses)}`,
    remedy: inSwarm ? renewAddress(name, isManager) : advertiseAddress(name),
  };
}

function isCut({ ports, hostAnswers }: Passage): boolean {
  return !hostAnswers || [...ports.values()].some(({ state }) => state === 'blocked');
}

function isManagerNow({ facts: { engine } }: KnownHost): boolean {
  return typeof engine !== 'string' && engine.Swarm?.ControlAvailable === true;
}

function engineOf({ facts: { engine }, name }: KnownHost): string {
  return typeof engine === 'string' ? name : engine.ID;
}
