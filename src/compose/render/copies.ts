import type { ComposeFileObject, ComposeModel } from '../model.ts';
import type { ComposeReference } from '../service-model.ts';

// `docker stack deploy` orders what a service refers to by the names of the objects, and those of
// one name by chance (docker/cli cli/command/service/parse.go, ParseSecrets and ParseConfigs: a map
// of targets). A service that has one secret at two paths is updated, and its tasks are replaced,
// by a good part of all deployments that change nothing. So each further reference of a service
// gets a copy of the object, with a name of its own.

type Objects = ComposeModel['configs'];

/**
 * Whether an object can be made twice: what is in the swarm already, or comes from a driver that
 * may ask for its name, cannot.
 */
export function canBeCopied(object: ComposeFileObject | undefined): boolean {
  return object !== undefined && !object.external && !object.driver;
}

/** How often the services refer to each object, at most. */
export function copiesNeeded(
  services: ComposeModel['services'],
  kind: 'configs' | 'secrets',
): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const service of Object.values(services)) {
    for (const { source, copy } of numbered(service[kind] ?? [])) {
      most.set(source, Math.max(copy, most.get(source) ?? 0));
    }
  }
  return most;
}

/**
 * The references of one service, each with the number of its copy of the object: 1 is the object
 * itself.
 */
export function numbered(
  references: readonly ComposeReference[],
): (ComposeReference & { readonly copy: number })[] {
  const seen = new Map<string, number>();
  return references.map((reference) => {
    const copy = (seen.get(reference.source) ?? 0) + 1;
    seen.set(reference.source, copy);
    return { ...reference, copy };
  });
}

/**
 * What stands behind a key, and behind a name, for a copy of it; nothing for the object itself. No
 * key of the compose file ends with it, so that a key with it is that of no other object, nor of
 * another one's copy.
 */
export function tailOfCopy(copy: number, objects: Objects): string {
  if (copy === 1) return '';
  const keys = Object.keys(objects);
  let tail = `.${copy}`;
  while (keys.some((key) => key.endsWith(tail))) tail = `.${tail}`;
  return tail;
}
