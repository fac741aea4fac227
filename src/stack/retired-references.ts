import type { Executor } from '../exec/executor.ts';
import { isContentReference } from '../images/content-tag.ts';
import { type Present, type PresentService, STACK_LABEL } from './present.ts';

/**
 * The references by content that services of a stack asked for before a deployment, and that no
 * service of the swarm asks for any more, nor would after a rollback. What another run has loaded
 * and not deployed yet is not among them.
 */
export function retiredReferences(
  stack: string,
  before: Pick<Present, 'services'>,
  after: Pick<Present, 'services'>,
): readonly string[] {
  const own = before.services.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack);
  const used = new Set(after.services.flatMap(imagesOf));
  return [...new Set(own.flatMap(imagesOf))].filter(
    (reference) => isContentReference(reference) && !used.has(reference),
  );
}

function imagesOf({ Spec, PreviousSpec }: PresentService): readonly string[] {
  return [Spec, PreviousSpec].flatMap((spec) => spec?.TaskTemplate.ContainerSpec?.Image ?? []);
}

/**
 * Takes names off the images of nodes. An image goes with its last name; if a container that has
 * ended still needs it, it stays without one for `docker image prune`. Gone already, and a node
 * that does not let it go, are no failure of the deployment.
 */
export async function removeReferences(
  machines: readonly Executor[],
  references: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (references.length === 0) return;
  const options = { anyExitCode: true, repeatable: true, signal };
  await Promise.allSettled(
    machines.map((machine) =>
      machine.run(['docker', 'image', 'rm', '--force', ...references], options),
    ),
  );
  signal.throwIfAborted();
}
