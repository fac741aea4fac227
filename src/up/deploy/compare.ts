import { logFindings } from '../../compose/log-findings.ts';
import type { Plan } from '../../deploy/plan.ts';
import { planText } from '../../deploy/plan-text.ts';
import { emulatedFor, type NodePlatform } from '../../deploy/requirements/platforms.ts';
import { checkRequirements, type Requirements } from '../../deploy/requirements/requirements.ts';
import { readWanted, type WantedStack } from '../../deploy/wanted.ts';
import type { EngineApi } from '../../engine/api.ts';
import { imagesByReference } from '../../images/sources.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import { normaliseReference } from '../../registry/digests.ts';
import { type Present, readPresent } from '../../stack/present.ts';
import { listNodes } from '../../swarm/nodes.ts';
import type { Node } from '../../swarm/objects.ts';
import type { CheckedStack } from '../check/checked-stack.ts';
import type { Tells } from '../journal.ts';
import type { Run } from '../run.ts';

/** What a deployment finds on the swarm, and what it wants there. */
export interface Comparison extends Requirements {
  readonly wanted: WantedStack;
  readonly present: Present;
}

/** Of a swarm that is not there yet. */
const NOTHING: Present = { services: [], configs: [], secrets: [], networks: [] };

/**
 * Reads what is on the swarm, nothing where there is no `api`, and checks that the stack fits on
 * it. Changes nothing; throws `ComposeError` where it does not.
 */
export async function compareStack(
  {
    inputs,
    driver,
    runner,
    reporter,
    signal,
  }: Pick<Run, 'inputs' | 'driver' | 'runner' | 'reporter' | 'signal'>,
  api: EngineApi | undefined,
  machines: readonly ConnectedMachine[],
  { project, stack, images }: CheckedStack,
): Promise<Comparison> {
  const wanted = readWanted(stack);
  const present = api ? await readPresent(api, signal) : NOTHING;
  const members = api && (await listNodes(api, signal));
  const loaded = imagesByReference(images);
  const nodes = machines.map(({ ssh }) => ssh);
  const platforms = members ? platformsOf(members) : platformsOfMachines(machines, inputs.nodes);
  const services = Object.entries(project.model.services).map(([service, { image, platform }]) => ({
    service,
    platform: platform ?? undefined,
    image: image ?? '',
    loaded: loaded.get(normaliseReference(image ?? '')),
  }));
  // Containers share the kernel of the runner, and do not see what is set up in it.
  const sharesKernel = driver.makesMachines && driver.onRunner === 'container';
  const kernels = sharesKernel ? [...nodes, runner] : nodes;
  const emulated = await emulatedFor(services, platforms, kernels, signal);
  const requirements = await checkRequirements(wanted, present, nodes, {
    platforms: { services, nodes: platforms, emulated },
    nodeCount: members?.length ?? inputs.nodes,
    allNodes: members !== undefined && members.length <= machines.length,
    stack: stack.name,
    locate: project.locate,
    prune: inputs.prune,
    recreate: inputs.recreate,
    signal,
  });
  logFindings(reporter.log, requirements.warnings);
  return { ...requirements, wanted, present };
}

/**
 * Of every node, also those that are not connected: work may go there. One that has not said what
 * it is might be anything.
 */
function platformsOf(nodes: readonly Node[]): readonly NodePlatform[] {
  const known = nodes.flatMap(({ Description: { Hostname: name, Platform } }) =>
    Platform?.OS && Platform.Architecture
      ? [{ name, os: Platform.OS, architecture: Platform.Architecture }]
      : [],
  );
  return known.length === nodes.length ? known : [];
}

/** Of a swarm that is not there yet. One that could not be asked might be anything, too. */
function platformsOfMachines(
  machines: readonly ConnectedMachine[],
  count: number,
): readonly NodePlatform[] {
  return machines.length < count ? [] : machines.map(platformOfMachine);
}

function platformOfMachine({ name, engine }: ConnectedMachine): NodePlatform {
  return { name, os: engine.OSType, architecture: engine.Architecture };
}

/** Shows what the deployment changes, in the log and later in the summary. */
export function logPlan(
  { reporter, journal }: Pick<Run, 'reporter'> & Tells<'learned'>,
  plan: Plan,
): void {
  for (const line of planText(plan)) reporter.log.info(line);
  journal.learned({ plan });
}
