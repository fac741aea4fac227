import { ActionError } from '../base/errors.ts';
import type { ConnectedMachine } from './connect.ts';

/**
 * Refuses hosts that are one: two lines that lead to the same node of a swarm. Hosts in no swarm
 * are told apart by the host check. Throws `ActionError`; nothing has been changed by then.
 */
export function refuseSameHost(
  machines: readonly Pick<ConnectedMachine, 'name' | 'engine'>[],
): void {
  const groups = Map.groupBy(machines, ({ engine }) => engine.Swarm.NodeID);
  groups.delete('');
  const same = [...groups.values()].filter(({ length }) => length > 1);
  if (same.length === 0) return;
  const lines = same.map((group) => group.map(({ name }) => name).join(' and '));
  throw new ActionError(`Lines of \`hosts\` lead to one host: ${lines.join('; ')}.`, {
    details: same
      .map(
        (group) =>
          `node ${group[0]?.engine.Swarm.NodeID}: ${group.map(({ name }) => name).join(', ')}`,
      )
      .join('\n'),
    hint: 'Nothing was changed. A host has one line: remove the others from `hosts`, whatever name or address they use.',
  });
}
