import { inStage } from '../../base/stages.ts';
import type { RenderedStack } from '../../compose/render/render.ts';
import type { EngineApi } from '../../engine/api.ts';
import { goesWith } from '../../inputs/cluster-name.ts';
import type { Owner } from '../../machines/ownership.ts';
import {
  type ChosenPorts,
  claimStack,
  readStackRecords,
  refuseForeignStack,
  refuseForgedRecord,
  refuseOtherCluster,
  type StackRecord,
} from '../../stack/ownership.ts';
import type { Swarm } from '../../swarm/form.ts';
import type { Tells } from '../journal.ts';
import type { Run } from '../run.ts';
import { deployedBy, noteRun } from './turns.ts';

/**
 * Writes into a swarm that outlives this run who the stack belongs to; machines that were made for
 * the cluster say it themselves, and of them it is only written which run has deployed the stack.
 * `before` is the note of what its services are now. Throws `ActionError` where it is another
 * repository's, or another cluster's and nobody named it: `isNamed` says that an input did.
 */
export async function claim(
  context: Pick<Run, 'owner' | 'driver' | 'clock' | 'reporter' | 'signal' | 'turn' | 'runUrl'> &
    Tells<'claiming' | 'learned'>,
  { api }: Swarm,
  { name }: RenderedStack,
  ports?: ChosenPorts,
  isNamed = false,
  before?: string,
): Promise<void> {
  const { driver, owner, reporter, signal, journal } = context;
  if (driver.makesMachines) {
    await noteRun(context, api, name, before);
    return;
  }
  const stackOwner = ownerOfStack(name, owner);
  if (owner.pullRequest !== stackOwner.pullRequest) {
    reporter.log.warning(
      `Stack ${name} is deployed for pull request ${owner.pullRequest}, and its name is the same for every other. Give each its own: \`stack-name: ${name}-pr-${owner.pullRequest}\`. Else each replaces the one before, and \`sweep\` removes it for none of them.`,
    );
  }
  const expires = await inStage(reporter, `Claiming stack ${name}`, () =>
    claimStack(api, name, stackOwner, signal, {
      ...{ ports, before },
      deployed: deployedBy(context),
      claiming: journal.claiming,
      takeOver: (stored) => takeOver(stored, stackOwner, { isNamed, warn: reporter.log.warning }),
    }),
  );
  journal.learned({ expires });
}

/** Throws what `claim` would throw, and writes nothing. `api` is that of a manager. */
export async function checkClaim(
  {
    driver,
    owner,
    reporter,
    signal,
    inputs,
  }: Pick<Run, 'driver' | 'owner' | 'reporter' | 'signal' | 'inputs'>,
  api: Pick<EngineApi, 'get'>,
  { name }: RenderedStack,
): Promise<void> {
  if (driver.makesMachines) return;
  const records = await readStackRecords(api, signal, reporter.log.warning);
  const stored = records.find(({ stack }) => stack === name);
  if (!stored) return await refuseForgedRecord(api, name, signal);
  const own = ownerOfStack(name, owner);
  refuseForeignStack(stored, own);
  if (stored.owner.cluster === own.cluster) return;
  const isNamed = inputs.stackName !== undefined;
  takeOver(stored, own, { isNamed, warn: reporter.log.warning });
}

/**
 * Decides whether a stack of another cluster may become this one's. A name that an input gives is
 * meant; one that is derived from the compose file is whose record it has. Runs without any name
 * follow each other, but none sets an expiry on what was to stay.
 */
function takeOver(
  stored: StackRecord,
  own: Owner,
  { isNamed, warn }: { readonly isNamed: boolean; readonly warn: (message: string) => void },
): void {
  const before = stored.owner;
  const isEnding = own.expires !== undefined && before.expires === undefined;
  if (own.isOfRun && before.isOfRun && (isNamed || !isEnding)) return;
  if (!isNamed && (own.isOfRun || !before.isOfRun)) refuseOtherCluster(stored, own);
  warn(
    `Stack ${stored.stack} was of cluster ${before.cluster} and is now of cluster ${own.cluster}, with the expiry of this step: ${own.expires ?? 'none'}. Give both steps the same \`cluster\`, or each another \`stack-name\`.`,
  );
}

/**
 * A stack that all pull requests deploy to goes with none of them, though each has a cluster name
 * of its own.
 */
function ownerOfStack(stack: string, owner: Owner): Owner {
  const { pullRequest, ...rest } = owner;
  return pullRequest !== undefined && goesWith(stack, pullRequest) ? owner : rest;
}
