import { goesWith } from '../inputs/cluster-name.ts';
import type { Owner } from '../machines/labels.ts';
import { type ChosenPorts, claimStack } from '../stack/record.ts';
import type { RenderedStack } from '../stack/render.ts';
import { inStage } from '../step.ts';
import type { Swarm } from '../swarm/form.ts';
import type { UpContext } from './context.ts';

/**
 * Writes into a swarm that outlives this run who the stack belongs to; machines that were made for the cluster say it themselves.
 * Throws `ActionError` where it is another repository's.
 */
export async function claim(
  { driver, owner, reporter, signal, learned, claiming }: UpContext,
  { api }: Swarm,
  { name }: RenderedStack,
  ports?: ChosenPorts,
): Promise<void> {
  if (driver.makesMachines) return;
  const stackOwner = ownerOfStack(name, owner);
  if (owner.pullRequest !== stackOwner.pullRequest) {
    reporter.log.warning(
      `Stack ${name} is deployed for pull request ${owner.pullRequest}, and its name is the same for every other. Give each its own: \`stack-name: ${name}-pr-${owner.pullRequest}\`. Else each replaces the one before, and \`sweep\` removes it for none of them.`,
    );
  }
  const expires = await inStage(reporter, `Claiming stack ${name}`, () =>
    claimStack(api, name, stackOwner, signal, { ports, claiming }),
  );
  learned({ expires });
}

/** A stack that all pull requests deploy to goes with none of them, though each has a cluster name of its own. */
function ownerOfStack(stack: string, owner: Owner): Owner {
  const { pullRequest, ...rest } = owner;
  return pullRequest !== undefined && goesWith(stack, pullRequest) ? owner : rest;
}
