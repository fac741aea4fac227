import type { Findings } from '../../compose/findings.ts';
import type { KeyPath } from '../../compose/location.ts';
import type { Executor } from '../../exec/executor.ts';
import { missingPaths } from '../node-questions.ts';
import type { WantedStack } from '../wanted.ts';

interface Bind {
  readonly service: string;
  readonly source: string;
  readonly at: KeyPath;
}

/**
 * Refuses each bind mount whose source no node has, since Swarm makes no folder as Compose does and
 * rejects the task; where only some nodes have it, or where not `all` nodes of the swarm are asked,
 * the finding is a warning. A source that a node may not be asked for counts as there.
 */
export async function checkBinds(
  wanted: WantedStack,
  nodes: readonly Executor[],
  all: boolean,
  findings: { readonly refuse: Findings['refuse']; readonly warn: Findings['warn'] },
  signal: AbortSignal,
): Promise<void> {
  const binds = bindsOf(wanted);
  if (binds.length === 0 || nodes.length === 0) return;
  const sources = [...new Set(binds.map(({ source }) => source))];
  const found = await Promise.all(
    nodes.map(async (node) => {
      const { stdout } = await node.run(missingPaths(sources), {
        ...{ signal, repeatable: true },
        anyExitCode: true, // a node without a shell cannot be asked
      });
      const numbers = stdout.split('\n').filter(Boolean).map(Number);
      return { where: node.where, missing: numbers.map((number) => sources[number - 1]) };
    }),
  );
  for (const { service, source, at } of binds) {
    const without = found.filter(({ missing }) => missing.includes(source));
    if (without.length === 0) continue;
    const names = without.map(({ where }) => where).join(', ');
    if (all && without.length === found.length) {
      findings.refuse(
        at,
        `service ${service}: it mounts ${source}, which no node has (${names}), and Swarm does not make it. Make it on the nodes, or bring files with \`configs\` and data with a named volume.`,
      );
    } else {
      findings.warn(
        at,
        `service ${service}: it mounts ${source}, which is missing on ${names}; a task there would be rejected. Make it there, or keep the service where it is with \`deploy.placement.constraints\`.`,
      );
    }
  }
}

/** Without those whose source Swarm fills in node by node. */
function bindsOf({ services }: WantedStack): readonly Bind[] {
  return Object.entries(services).flatMap(([service, { volumes }]) =>
    (volumes ?? []).flatMap(({ type, source }, index) =>
      type === 'bind' && source !== undefined && !source.includes('{{')
        ? [{ service, source, at: ['services', service, 'volumes', index] }]
        : [],
    ),
  );
}
