import type { Findings } from '../../compose/findings.ts';
import { inspect } from '../../engine/inspect.ts';
import type { Executor } from '../../exec/executor.ts';
import type { Present } from '../../stack/present.ts';
import { existingVolumes } from '../node-questions.ts';
import type { WantedStack } from '../wanted.ts';

/** Networks that every engine has itself. */
const PREDEFINED = ['bridge', 'host', 'none'];

/** What the file calls external and a service uses, by key, with its name in the swarm. */
export interface Externals {
  readonly networks: ReadonlyMap<string, string>;
  readonly volumes: ReadonlyMap<string, string>;
  readonly configs: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
}

/** What no service uses is not in it: nobody will miss it. */
export function externalsOf(wanted: WantedStack): Externals {
  const services = Object.values(wanted.services);
  const used = {
    networks: services.flatMap(({ networks }) => Object.keys(networks)),
    volumes: services.flatMap(({ volumes }) =>
      (volumes ?? []).flatMap(({ source }) => source ?? []),
    ),
    configs: services.flatMap(({ configs }) => (configs ?? []).map(({ source }) => source)),
    secrets: services.flatMap(({ secrets }) => (secrets ?? []).map(({ source }) => source)),
  };
  const of = (kind: keyof Externals): ReadonlyMap<string, string> =>
    new Map(
      Object.entries(wanted[kind])
        .filter(([key, { external }]) => external && used[kind].includes(key))
        .map(([key, { name }]) => [key, name ?? key]),
    );
  return {
    networks: of('networks'),
    volumes: of('volumes'),
    configs: of('configs'),
    secrets: of('secrets'),
  };
}

/** Refuses each external network, config and secret that the swarm does not have. */
export function checkExternals(
  { networks, configs, secrets }: Externals,
  present: Pick<Present, 'networks' | 'configs' | 'secrets'>,
  refuse: Findings['refuse'],
): void {
  for (const [key, name] of networks) {
    if (PREDEFINED.includes(name)) continue;
    const found = present.networks.filter(({ Name, Id }) => Name === name || Id === name);
    if (found.some(({ Scope }) => Scope !== 'local')) continue;
    refuse(
      ['networks', key],
      found.length === 0
        ? `network ${key}: it is external, and the swarm has no network ${name}. Make it on a manager (docker network create --driver overlay ${name}), or leave out \`external\`.`
        : `network ${key}: it is external, and ${name} is a network of one node, which services cannot use. Make one of the swarm: docker network create --driver overlay <name>`,
    );
  }
  for (const [kind, wanted] of [
    ['config', configs],
    ['secret', secrets],
  ] as const) {
    for (const [key, name] of wanted) {
      if (present[`${kind}s`].some(({ Spec }) => Spec.Name === name)) continue;
      refuse(
        [`${kind}s`, key],
        `${kind} ${key}: it is external, and the swarm has no ${kind} ${name}. Make it on a manager (docker ${kind} create ${name} <file>), or take its content from \`file\`, \`content\` or \`environment\`.`,
      );
    }
  }
}

/**
 * Refuses each external volume that no node has; where only some have it, the finding is a warning:
 * Docker would make an empty one on the others. Asks every node.
 */
export async function checkVolumes(
  volumes: Externals['volumes'],
  nodes: readonly Executor[],
  findings: { readonly refuse: Findings['refuse']; readonly warn: Findings['warn'] },
  signal: AbortSignal,
): Promise<void> {
  if (volumes.size === 0) return;
  const names = [...new Set(volumes.values())];
  const found = await Promise.all(
    nodes.map(async (node) => {
      const { stdout } = await inspect(node, existingVolumes(names), { signal, repeatable: true });
      return { where: node.where, names: stdout.split('\n') };
    }),
  );
  for (const [key, name] of volumes) {
    const without = found.filter((node) => !node.names.includes(name)).map(({ where }) => where);
    if (without.length === found.length) {
      findings.refuse(
        ['volumes', key],
        `volume ${key}: it is external, and no node has a volume ${name}. Make it where the service shall run (docker volume create ${name}), or leave out \`external\`.`,
      );
    } else if (without.length > 0) {
      findings.warn(
        ['volumes', key],
        `volume ${key}: ${without.join(', ')} has no volume ${name}; a task there would get a new, empty one. Keep the service where it is with \`deploy.placement.constraints\`.`,
      );
    }
  }
}
