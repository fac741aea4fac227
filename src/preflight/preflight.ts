import type { Clock } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import { type PreflightHost, readFacts } from './facts.ts';
import type { KnownHost, PreflightFinding } from './host.ts';
import { judgeHosts } from './judge.ts';
import { judgeAddresses } from './judge-addresses.ts';
import { judgeNetwork } from './judge-network.ts';
import { findPassages } from './reachability.ts';
import { preflightTable } from './table.ts';

/**
 * Looks whether existing hosts can be one swarm, before anything on them is changed. Nothing is
 * installed, written or loaded there; for some seconds hosts that are no nodes listen at the ports
 * of a swarm.
 *
 * The table has one row per host. Findings with level `error` mean that the swarm cannot be formed,
 * the others what will not work in it. `timeoutMs` bounds each of the two rounds (facts, then
 * ports); a host that does not answer in the first is an error of its own and is left out of the
 * second. Rejects with the signal's reason only.
 */
export async function preflight(
  hosts: readonly PreflightHost[],
  options: { readonly signal: AbortSignal; readonly clock: Clock; readonly timeoutMs: number },
): Promise<{
  readonly table: readonly string[];
  readonly findings: readonly PreflightFinding[];
}> {
  const { signal, timeoutMs } = options;
  const asked = await Promise.allSettled(
    hosts.map(
      async (host): Promise<KnownHost> => ({ ...host, facts: await readFacts(host, options) }),
    ),
  );
  signal.throwIfAborted();
  const known = asked.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const silent = hosts.flatMap((host, at) => {
    const one = asked[at];
    return one?.status === 'rejected' ? { host, finding: noAnswer(host, one.reason) } : [];
  });
  const reachability = await findPassages(known, { signal, timeoutMs });
  const addresses = judgeAddresses(known, reachability);
  const findings = [
    ...silent.map(({ finding }) => finding),
    ...judgeHosts(known),
    ...addresses.findings,
    ...judgeNetwork(addresses.rest),
  ];
  const table = preflightTable(known, reachability.passages, {
    findings,
    silent: silent.map(({ host }) => host),
  });
  // Errors first.
  return { table, findings: findings.toSorted((a, b) => a.level.localeCompare(b.level)) };
}

/** A host that could not be read. What is no `ActionError` is a bug of ours, and thrown. */
function noAnswer({ name }: PreflightHost, reason: unknown): PreflightFinding {
  if (!(reason instanceof ActionError)) throw reason;
  const message = [reason.message, reason.details].filter(Boolean).join('\n');
  const remedy = reason.hint ?? `See whether ${name} answers: ssh ${name} docker info`;
  return { level: 'error', host: name, check: 'connection', message, remedy };
}
