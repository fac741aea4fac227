import { inStage } from '../../base/stages.ts';
import { type Plan, planAsDone, planCutShort, planOf } from '../../deploy/plan.ts';
import { firstWithPort } from '../../stack/ownership.ts';
import { readServices } from '../../stack/present.ts';
import { beforeNote } from '../../stack/specs-before.ts';
import type { Swarm } from '../../swarm/form.ts';
import type { CheckedStack } from '../check/checked-stack.ts';
import { warnOfSkew } from '../check/skew.ts';
import type { Explains } from '../explain-failure.ts';
import { warnOfMesh } from '../form-swarm.ts';
import type { Tells } from '../journal.ts';
import type { Run } from '../run.ts';
import { areTaken, isPortTaken, placePorts } from './choose-ports.ts';
import { type Comparison, compareStack, logPlan } from './compare.ts';
import { ask, removeEarlier, type WaveContext } from './deploy-wave.ts';
import { lookOnceMore, namingLostNodes } from './last-look.ts';
import { loadImagesIfAsked } from './load-images.ts';
import { claim } from './own-stack.ts';
import { goBack } from './roll-back.ts';
import { deployInWaves, waitFor } from './waves.ts';

type DeployContext = WaveContext &
  Pick<Run, 'owner' | 'driver' | 'runner' | 'runUrl' | 'turn'> &
  Tells<'claiming' | 'progress' | 'learned'> &
  Explains;

/**
 * From a swarm to a stack that runs on it; with `on-failure: rollback`, back to what ran before. To
 * be called by one run at a time.
 */
export async function runDeployment(
  context: DeployContext,
  swarm: Swarm,
  compose: CheckedStack,
): Promise<void> {
  await warnOfSkew(context, swarm);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await deployOnce(context, swarm, compose, attempt);
    } catch (error) {
      if (!(error instanceof PortTaken)) throw error;
      context.reporter.log.info(`${error.message}; other ports are chosen`);
    }
  }
}

/**
 * How often ports are chosen where the swarm refuses them, because a service that nobody has told
 * of takes them at the same moment.
 */
const PORT_ATTEMPTS = 5;
/**
 * How often where other deployments choose the same: of as many that begin at once, the last one
 * has to.
 */
const CHOICES = 50;

/** Another stack was deployed between the choice of the ports and their use. */
class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

async function deployOnce(
  context: DeployContext,
  swarm: Swarm,
  given: CheckedStack,
  attempt: number,
): Promise<void> {
  const { inputs, reporter, signal } = context;
  const machines = swarm.members.map(({ machine }) => machine);
  const { compose, ports, comparison, plan } = await inStage(
    reporter,
    'Comparing with the swarm',
    async () => {
      const placed = await placePorts(context, swarm.api, given);
      const { stack } = placed.compose;
      const found = await compareStack(context, swarm.api, machines, placed.compose).catch(
        async (error: unknown) => {
          const chosen = attempt < CHOICES && !signal.aborted ? placed.ports : undefined;
          const isTaken = chosen && (await areTaken(context, swarm.api, stack.name, chosen));
          if (!isTaken) throw error;
          throw new PortTaken('Another stack has taken a port meanwhile', { cause: error });
        },
      );
      const { wanted, present } = found;
      context.journal.learned({ before: present });
      const planned = planOf(wanted, present, {
        ...{ stack: stack.name, prune: inputs.prune, waves: stack.waves },
        recreatedNetworks: found.recreatedNetworks,
      });
      logPlan(context, planned);
      return { ...placed, comparison: found, plan: planned };
    },
  );
  const { stack } = compose;
  const before = beforeNote(comparison.present, stack.name);
  await claim(context, swarm, stack, ports, inputs.stackName !== undefined, before);
  if (ports && attempt < CHOICES) {
    const first = await firstWithPort(swarm.api, stack.name, ports, signal);
    if (first !== undefined) throw new PortTaken(`Stack ${first} has taken a port meanwhile`);
  }
  await loadImagesIfAsked(context, swarm, compose.images);
  warnOfMesh(context, stack, swarm);
  try {
    await carryOut(context, swarm, compose, comparison, plan);
  } catch (error) {
    if (ports && attempt < PORT_ATTEMPTS && isPortTaken(error)) {
      throw new PortTaken('Another stack has taken a port meanwhile', { cause: error });
    }
    if (signal.aborted || inputs.onFailure !== 'rollback') throw error;
    // First: what is rolled back cannot be looked into any more.
    await context.explainFailure(error);
    throw await goBack(context, swarm, stack.name, comparison.present, error);
  }
  // What an update that nobody has seen the end of may yet need stays.
  if (inputs.wait) await removeEarlier(context, swarm, stack, comparison.present);
}

async function carryOut(
  context: WaveContext & Pick<Run, 'driver'> & Tells<'progress' | 'learned'>,
  swarm: Swarm,
  compose: CheckedStack,
  comparison: Comparison,
  plan: Plan,
): Promise<void> {
  const { inputs, reporter, signal } = context;
  const { stack } = compose;
  const timeoutMs = await deployInWaves(context, swarm, compose, comparison, (later) =>
    context.journal.learned({ plan: planCutShort(plan, later) }),
  );
  const services = await readServices(swarm.api, signal);
  context.journal.learned({
    plan: planAsDone(plan, stack.name, comparison.present.services, services),
  });
  if (!inputs.wait) {
    const endpoints = await inStage(reporter, 'Looking up the published ports', () =>
      ask(context, swarm, stack),
    );
    context.journal.learned({ endpoints });
    return;
  }
  const naming = async (error: unknown): Promise<never> => {
    throw await namingLostNodes(context, swarm, stack, error);
  };
  const verdicts = await inStage(reporter, `Waiting until ${stack.name} has converged`, () =>
    waitFor(context, swarm, stack, {
      expected: stack.services,
      timeoutMs,
      stableForMs: inputs.stableForMs,
    }).catch(naming),
  );
  context.journal.learned({ verdicts });
  const endpoints = await inStage(reporter, 'Asking the published ports', () =>
    ask(context, swarm, stack).catch(naming),
  );
  context.journal.learned({ endpoints });
  await lookOnceMore(context, swarm, stack);
}
