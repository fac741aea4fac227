import { describeError } from '../base/errors.ts';
import { HASH_LABEL, OBJECT_LABEL, type ObjectKind } from '../compose/render/objects.ts';
import { type EngineApi, EngineRefusal } from '../engine/api.ts';
import { deleteIfThere } from '../engine/delete.ts';
import { REPOSITORY_LABEL } from '../machines/ownership.ts';
import {
  type Present,
  type PresentObject,
  type ServiceSpec,
  STACK_LABEL,
} from '../stack/present.ts';

export interface SupersededOptions {
  readonly stack: string;
  /** Id of the repository: what another one deployed is not ours to remove. */
  readonly repository: string;
  /** Names of the configs and secrets of the deployment that has succeeded. */
  readonly current: ReadonlySet<string>;
  /** How many superseded versions of each object stay. */
  readonly keep: number;
}

export interface Superseded {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly name: string;
}

/**
 * The configs and secrets of earlier deployments of a stack that may go: neither among the newest
 * `keep` versions of their object, nor in the present or previous spec of any service, which a
 * rollback would need.
 */
export function superseded(present: Present, options: SupersededOptions): readonly Superseded[] {
  const used = usedIds(present);
  return (['config', 'secret'] as const).flatMap((kind) => {
    const earlier = present[`${kind}s`].filter((object) => isEarlier(object, options));
    const versions = Map.groupBy(earlier, ({ Spec }) => Spec.Labels[OBJECT_LABEL]);
    return [...versions.values()]
      .flatMap((found) => found.toSorted(newestFirst).slice(options.keep))
      .filter(({ ID }) => !used.has(ID))
      .map(({ ID, Spec }) => ({ kind, id: ID, name: Spec.Name }));
  });
}

/**
 * Each deployment writes the labels of its objects anew. Versions of a swarm only grow, while its
 * stamps are of whichever manager led it then.
 */
function newestFirst(one: PresentObject, other: PresentObject): number {
  return other.Version.Index - one.Version.Index;
}

function isEarlier(
  { Spec: { Name, Labels } }: PresentObject,
  { stack, repository, current }: SupersededOptions,
): boolean {
  const hash = Labels[HASH_LABEL];
  return (
    Labels[STACK_LABEL] === stack &&
    Labels[REPOSITORY_LABEL] === repository &&
    Labels[OBJECT_LABEL] !== undefined &&
    hash !== undefined &&
    Name.endsWith(hash.slice(0, 12)) &&
    !current.has(Name)
  );
}

function usedIds({ services }: Present): ReadonlySet<string> {
  return new Set(
    services.flatMap(({ Spec, PreviousSpec }) => [
      ...idsIn(Spec),
      ...(PreviousSpec ? idsIn(PreviousSpec) : []),
    ]),
  );
}

function idsIn({ TaskTemplate: { ContainerSpec } }: ServiceSpec): string[] {
  const references = [...(ContainerSpec?.Configs ?? []), ...(ContainerSpec?.Secrets ?? [])];
  const credentials = ContainerSpec?.Privileges?.CredentialSpec?.Config;
  return [...references.map(({ ConfigID, SecretID }) => ConfigID ?? SecretID), credentials].filter(
    (id) => id !== undefined,
  );
}

/**
 * Removes the superseded configs and secrets of a stack whose deployment has succeeded. Resolves
 * with the names of those that went. `present` is what is there now. One that the engine does not let go, or that another run
 * removed meanwhile, is no failure of the deployment; the former is told to `warn`.
 */
export async function removeSuperseded(
  api: EngineApi,
  present: Present,
  options: SupersededOptions & {
    readonly signal: AbortSignal;
    readonly warn: (message: string) => void;
  },
): Promise<readonly string[]> {
  const { signal, warn } = options;
  const removed: string[] = [];
  for (const { kind, id, name } of superseded(present, options)) {
    try {
      const wasThere = await deleteIfThere(api, `/${kind}s/${id}`, signal);
      if (wasThere) removed.push(`${kind} ${name}`);
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
      warn(`The superseded ${kind} ${name} stays: ${error.details ?? describeError(error)}`);
    }
  }
  return removed;
}
