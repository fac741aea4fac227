import { quote } from '../exec/quote.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { Run } from './run.ts';

const SERVICES = 3;
const LOG_LINES = '100';

/**
 * Commands with which a person looks into services of a stack, or into the whole of it where none
 * is to blame; none where nothing leads to a manager.
 */
export function commandsInto(
  { driver }: Pick<Run, 'driver'>,
  opened: readonly ConnectedMachine[],
  stack: string,
  services: readonly string[],
): readonly string[] {
  const manager = opened.find(({ role, ssh }) => role === 'manager' && ssh.outage() === undefined);
  const way = manager && driver.commandOn?.(manager);
  if (!way) return [];
  const named = services.slice(0, SERVICES).map((service) => `${stack}_${service}`);
  const commands =
    named.length === 0
      ? [['docker', 'stack', 'ps', '--no-trunc', stack]]
      : named.flatMap((name) => [
          ['docker', 'service', 'ps', '--no-trunc', name],
          ['docker', 'service', 'logs', '--timestamps', '--tail', LOG_LINES, name],
        ]);
  return commands.map((command) => quote([...way, ...command]));
}
