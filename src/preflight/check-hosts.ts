import type { Clock } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import { dataPathPort, managementPort } from '../machines/swarm-ports.ts';
import { findingTexts } from './finding-texts.ts';
import { preflight } from './preflight.ts';

/** How long each of the two rounds of questions may take, in ms. */
const ROUND_TIMEOUT_MS = 30_000;

/**
 * Whether forming would change one of the hosts; where all are nodes already, the swarm itself has
 * proved what could be asked.
 */
export function needsHostCheck(machines: readonly ConnectedMachine[]): boolean {
  return machines.some(({ engine }) => engine.Swarm.LocalNodeState === 'inactive');
}

/**
 * Asks hosts that were there before what would keep them from being one swarm, and shows the
 * answers as a table. Warnings are told; throws one `ActionError` with every error and its remedy,
 * and nothing has been changed by then.
 */
export async function checkHosts(
  machines: readonly ConnectedMachine[],
  options: { readonly signal: AbortSignal; readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const { signal, clock, log } = options;
  const shared = dataPathPort(machines.map(({ engine }) => engine));
  const hosts = machines.map(({ name, ssh, advertise, role, engine }) => ({
    name,
    executor: ssh,
    address: advertise,
    role,
    managementPort: managementPort(engine),
    dataPathPort: shared,
    inSwarm: engine.Swarm.LocalNodeState !== 'inactive',
  }));
  const { table, findings } = await preflight(hosts, {
    signal,
    clock,
    timeoutMs: ROUND_TIMEOUT_MS,
  });
  for (const line of table) log.info(line);
  for (const text of findingTexts(findings.filter(({ level }) => level === 'warning'))) {
    log.warning(text);
  }
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return;
  throw new ActionError('The hosts cannot be one swarm as they are.', {
    details: findingTexts(errors).join('\n\n'),
    hint: 'Nothing was changed on them.',
  });
}
