import type { ComposeHealthcheck, ComposeService } from '../service-model.ts';
import { type Draft, refuse, warn } from './draft.ts';
import { withoutUnset } from './unset.ts';

// Keys about the process in the container that the two schemas write differently.

/**
 * An empty entrypoint takes the image's away. Swarm takes an empty list for "the image's"; one
 * empty word is what the engine understands (moby daemon/create.go).
 */
export function resetEntrypoint(words: readonly string[], draft: Draft): void {
  draft.out.entrypoint = words.length === 0 ? [''] : words;
}

/** Variables without a value stay without one: they take the image's away. */
export function renderEnvironment(
  environment: NonNullable<ComposeService['environment']>,
  draft: Draft,
): void {
  draft.out.environment = environment;
}

/**
 * Compose writes `HOST=ADDRESS`, and IPv6 in brackets in later versions; the stack schema wants
 * `HOST:ADDRESS`.
 */
export function renderExtraHosts(
  hosts: NonNullable<ComposeService['extra_hosts']>,
  draft: Draft,
): void {
  const pairs = Array.isArray(hosts)
    ? hosts.map((host) => {
        const at = host.search(/[=:]/);
        return [host.slice(0, at), host.slice(at + 1)] as const;
      })
    : Object.entries(hosts).flatMap(([host, addresses]) =>
        [addresses].flat().map((address) => [host, address] as const),
      );
  draft.out.extra_hosts = pairs.map(
    ([host, address]) => `${host}:${address.replace(/^\[(.*)\]$/, '$1')}`,
  );
}

/** `docker stack deploy` refuses a test beside `disable`. */
export function renderHealthcheck(healthcheck: ComposeHealthcheck, draft: Draft): void {
  if (healthcheck.disable) {
    draft.out.healthcheck = { disable: true };
    return;
  }
  if (healthcheck.start_interval) draft.needs('3.12');
  const { disable: _, ...rest } = healthcheck;
  draft.out.healthcheck = withoutUnset(rest) ?? {};
}

/** Names resolve without links; only another name would be lost. */
export function renderLinks(links: readonly string[], draft: Draft): void {
  const plain: string[] = [];
  for (const link of links) {
    const [service = '', alias = service] = link.split(':', 2);
    if (alias === service) plain.push(link);
    else {
      refuse(
        draft,
        ['links'],
        `calls ${service} by the name ${alias}, which Swarm cannot do for one service. Give ${service} the alias: \`networks: {default: {aliases: [${alias}]}}\`.`,
      );
    }
  }
  if (plain.length > 0) {
    warn(draft, ['links'], 'is left out: services of one network reach each other by name.');
  }
}

/**
 * Windows credentials. `docker stack deploy` looks a config up by its key and then by its name in
 * the swarm; both have to be the same, which is so only for an external one. Compose drops a config
 * that no service has in `configs`, so that one that is not in the model is taken for such an
 * external one.
 */
export function renderCredentialSpec(
  spec: NonNullable<ComposeService['credential_spec']>,
  draft: Draft,
): void {
  const { configs } = draft.project.model;
  const config = spec.config ? (configs[spec.config] ?? { external: true }) : undefined;
  if (config && !(config.external && (config.name ?? spec.config) === spec.config)) {
    refuse(
      draft,
      ['credential_spec', 'config'],
      'has to name an external config by its own name. Create it beforehand, or use `file` or `registry`.',
    );
  }
  if (spec.config) draft.credentialConfigs.add(spec.config);
  draft.out.credential_spec = withoutUnset(spec);
}
