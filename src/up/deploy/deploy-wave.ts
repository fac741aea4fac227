import { listed } from '../../base/listed.ts';
import type { RenderedStack } from '../../compose/render/render.ts';
import { deployStack } from '../../deploy/deploy.ts';
import { encryptionAdvice, plainOverlays, publicDataPaths } from '../../deploy/encryption.ts';
import { describeMove, freePorts, portMoves } from '../../deploy/port-moves.ts';
import { servicesOn } from '../../deploy/requirements/network-changes.ts';
import { removeSuperseded } from '../../deploy/superseded-versions.ts';
import { objectNames, readWanted } from '../../deploy/wanted.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import { pinDigests } from '../../registry/digests.ts';
import type { Login } from '../../registry/login.ts';
import { type Present, readPresent, readServices, servicesNotIn } from '../../stack/present.ts';
import { deleteServices, removeNetworks, removeServices } from '../../stack/remove-services.ts';
import { removeReferences, retiredReferences } from '../../stack/retired-references.ts';
import type { Swarm } from '../../swarm/form.ts';
import { reachable } from '../../verify/ask-from-node.ts';
import { publishedEndpoints } from '../../verify/endpoints.ts';
import { type Endpoint, VerifyError, verify } from '../../verify/verify.ts';
import type { CheckedStack } from '../check/checked-stack.ts';
import type { Tells } from '../journal.ts';
import type { Run } from '../run.ts';
import type { Comparison } from './compare.ts';

/** How long a published port may take to answer once its tasks run, in ms. */
const VERIFY_TIMEOUT_MS = 30_000;
/** Addresses of an endpoint that its line names. */
const URLS = 10;

/** What it takes to deploy services, and to wait for them. */
export type WaveContext = Pick<Run, 'inputs' | 'clock' | 'reporter' | 'signal'>;

/** A stack as it is handed to the manager. */
export interface ReadyStack {
  readonly stack: RenderedStack;
  readonly resolveImage: Inputs['resolveImage'];
  readonly logins: readonly Login[];
}

/**
 * Chooses the digests of images by hand where `docker stack deploy` cannot do it, because others
 * were loaded.
 */
export async function prepare(
  { inputs, reporter, signal }: Pick<Run, 'inputs' | 'reporter' | 'signal'>,
  swarm: Swarm,
  { stack, render, logins, loaded }: CheckedStack,
): Promise<ReadyStack> {
  const images = [...new Set(stack.services.map(({ image }) => image))];
  const other = images.filter((image) => !loaded.has(image));
  if (other.length === images.length) return { stack, logins, resolveImage: inputs.resolveImage };
  const options = { signal, warning: reporter.log.warning };
  const pinned = await pinDigests(swarm.api, other, logins, options);
  const { portOffset } = stack;
  return {
    stack: pinned.size > 0 ? await render({ portOffset, images: pinned }) : stack,
    ...{ logins, resolveImage: 'never' },
  };
}

/**
 * Hands a wave of the stack, by its number from 0, to the manager; with the last one go the
 * services that left the file.
 */
export async function deploy(
  { inputs, clock, reporter, signal }: WaveContext,
  swarm: Swarm,
  { stack, resolveImage, logins }: ReadyStack,
  at: number,
  { recreated, recreatedNetworks, present, wanted }: Comparison,
): Promise<void> {
  const { services, text } = stack.waves[at] ?? { services: [], text: stack.text };
  const isOnly = stack.waves.length === 1;
  const isLast = at === stack.waves.length - 1;
  const names = services.map((name) => `${stack.name}_${name}`);
  const networks = at === 0 ? recreatedNetworks : [];
  // A network goes only without all of its services, those of later waves too.
  const onThem = servicesOn(
    networks.map(({ Id }) => Id),
    recreated,
  );
  const changing = recreated.filter(
    (service) => names.includes(service.Spec.Name) || onThem.includes(service),
  );
  for (const { Spec } of changing) {
    reporter.log.info(`Removing service ${Spec.Name}, to make it anew`);
  }
  await removeServices(swarm.api, stack.name, changing, { clock, signal });
  for (const { Name } of networks) reporter.log.info(`Removing network ${Name}, to make it anew`);
  await removeNetworks(swarm.api, networks, { clock, signal });
  if (!isOnly && isLast && inputs.prune) {
    // `--prune` would take those of the other waves for such that left the file.
    const gone = servicesNotIn(
      present,
      stack.name,
      stack.services.map(({ name }) => name),
    );
    for (const { Spec } of gone) reporter.log.info(`Removing service ${Spec.Name}`);
    await deleteServices(swarm.api, gone, signal);
  }
  const moving = { stack: stack.name, prune: inputs.prune };
  if (at === 0 && portMoves(wanted, present, moving).length > 0) {
    // As they are by now: to free a port changes the service that has it.
    const now = { services: await readServices(swarm.api, signal) };
    const moves = portMoves(wanted, now, moving);
    for (const move of moves) reporter.log.info(`Moving ${describeMove(stack.name, move)}`);
    await freePorts(swarm.api, moves, signal);
  }
  const exposed = publicDataPaths(swarm.members);
  const overlays = async (): Promise<readonly string[]> =>
    exposed.length > 0 ? await plainOverlays(swarm.api, stack.name, signal) : [];
  const before = await overlays();
  const flags = { prune: isOnly && inputs.prune, resolveImage };
  await deployStack(
    swarm.manager.ssh,
    { ...stack, text },
    { ...flags, clientMajor: clientMajor(swarm.manager) },
    logins,
    { clock, signal, onLine: reporter.log.info },
  );
  // Told where a network is made, because only then it can be chosen.
  const made = (await overlays()).filter((name) => !before.includes(name));
  if (made.length > 0) reporter.log.warning(encryptionAdvice(made, exposed));
}

function clientMajor({ engine }: ConnectedMachine): number {
  return Number.parseInt(engine.ClientInfo?.Version ?? engine.ServerVersion, 10);
}

/** Asks what the stack publishes, with `wait: false` nothing of it, and gives where it answers. */
export async function ask(
  {
    inputs,
    driver,
    clock,
    reporter,
    signal,
    journal,
  }: WaveContext & Pick<Run, 'driver'> & Tells<'learned'>,
  swarm: Swarm,
  stack: RenderedStack,
): Promise<readonly Endpoint[]> {
  const published = await reachable(
    driver,
    swarm.members,
    await publishedEndpoints(swarm.api, stack.name, swarm.members, signal),
  );
  try {
    const targets = (inputs.wait ? inputs.verify : [])?.map((target) => ({
      ...target,
      port: target.port + stack.portOffset,
    }));
    const endpoints = await verify(published, targets, {
      clock,
      signal,
      timeoutMs: Math.min(VERIFY_TIMEOUT_MS, inputs.waitTimeoutMs),
    });
    for (const { service, published, urls, checked, note } of endpoints) {
      reporter.log.info(
        `${service}  ${published}  ${checked}${note ? ` (${note})` : ''}  ${listed(urls, URLS)}`,
      );
    }
    if (endpoints.length === 0) reporter.log.info('The stack publishes no port');
    return endpoints;
  } catch (error) {
    if (error instanceof VerifyError) journal.learned({ endpoints: error.endpoints });
    throw error;
  }
}

/**
 * Removes what earlier deployments left for a rollback that nobody needs any more. `before` is what
 * was there before this one.
 */
export async function removeEarlier(
  { inputs, owner, reporter, signal }: Pick<Run, 'inputs' | 'owner' | 'reporter' | 'signal'>,
  { api, members }: Swarm,
  stack: RenderedStack,
  before: Present,
): Promise<void> {
  const after = await readPresent(api, signal);
  const retired = retiredReferences(stack.name, before, after);
  const machines = members.map(({ machine }) => machine.ssh);
  await removeReferences(machines, retired, signal);
  for (const reference of retired) reporter.log.info(`Removed the superseded image ${reference}`);
  const removed = await removeSuperseded(api, after, {
    stack: stack.name,
    repository: owner.repository,
    current: objectNames(stack.name, readWanted(stack)),
    keep: inputs.keepVersions,
    signal,
    warn: reporter.log.warning,
  });
  for (const name of removed) reporter.log.info(`Removed the superseded ${name}`);
}
