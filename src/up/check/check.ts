import { ActionError } from '../../base/errors.ts';
import { type Build, type BuildableProject, isBuilt, withBuilds } from '../../compose/build.ts';
import { type ComposeProject, type ComposeSource, loadCompose } from '../../compose/load.ts';
import { logFindings } from '../../compose/log-findings.ts';
import { enforcePolicy } from '../../compose/policy/policy.ts';
import { sealFiles } from '../../compose/policy/sealed-files.ts';
import { openFiles, type ProjectFiles } from '../../compose/project-files.ts';
import { type RenderedStack, renderStack } from '../../compose/render/render.ts';
import { refuseEncryption, refuseExternals } from '../../deploy/requirements/requirements.ts';
import { readWanted } from '../../deploy/wanted.ts';
import {
  findImages,
  type ImageSource,
  presentImages,
  referencesToRun,
} from '../../images/sources.ts';
import { withPullRequest } from '../../inputs/cluster-name.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Machine } from '../../machines/driver.ts';
import { ownerLabels } from '../../machines/ownership.ts';
import { refuseForeign } from '../../machines/provision.ts';
import { describeTarget } from '../../verify/target.ts';
import { tellWaits } from '../deploy/waves.ts';
import type { Tells } from '../journal.ts';
import { publishedPortsOf } from '../published-ports.ts';
import type { Run } from '../run.ts';
import { checkRegistries } from './check-registries.ts';
import type { CheckedStack } from './checked-stack.ts';
import { limitClusters } from './limit-clusters.ts';
import { maskSecrets } from './mask-secrets.ts';

export interface Checked {
  /** `undefined` for a swarm without a stack. */
  readonly compose: CheckedStack | undefined;
  readonly existing: readonly Machine[];
  readonly images: readonly ImageSource[];
}

type CheckComposeContext = Pick<
  Run,
  | 'inputs'
  | 'driver'
  | 'owner'
  | 'runner'
  | 'workspace'
  | 'directory'
  | 'temporary'
  | 'reporter'
  | 'signal'
  | 'mask'
> &
  Tells<'learned'>;

/**
 * Everything that can fail without a machine fails here, all at once: the compose file is read and
 * judged while the driver looks around and makes ready what machines are made of. Where several
 * fail it is the compose file that is told. No failure waits for the driver, which may be pulling or
 * building an image: it is aborted, and has ended when this rejects.
 */
export async function check(context: CheckComposeContext): Promise<Checked> {
  const { inputs, reporter, signal } = context;
  const managers = inputs.roles.filter((role) => role === 'manager').length;
  if (managers > 1 && managers % 2 === 0) {
    reporter.log.warning(
      `managers: ${managers} managers survive no more failures than ${managers - 1}. Take an odd number.`,
    );
  }
  const failed = new AbortController();
  const ending = async <T>(checking: Promise<T>): Promise<T> => {
    try {
      return await checking;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  const loading = inputs.composeFiles && loadFiles(context, inputs.composeFiles);
  // What is built need not be there yet, and only the compose file says what that is.
  const finding = inputs.build
    ? Promise.resolve(loading).then((loaded) => findAll(context, loaded?.builds ?? []))
    : findAll(context, []);
  const forDriver = AbortSignal.any([signal, failed.signal]);
  const checking = ending(checkCompose(context, loading, finding));
  // The driver may make something ready, which is of no use to a cluster that is one too many.
  const looking = limitClusters(context, forDriver).then(() => checkDriver(context, forDriver));
  const judging = Promise.all([checking, looking]).then(([compose, existing]) =>
    judge(context, compose, existing),
  );
  const readying = looking.then((existing) => makeReady(context, existing, forDriver));
  const [compose, images, existing, judged, ready] = await Promise.allSettled([
    checking,
    ending(finding),
    looking,
    ending(judging),
    readying,
  ]);
  if (compose.status === 'rejected') throw compose.reason;
  if (images.status === 'rejected') throw images.reason;
  if (existing.status === 'rejected') throw existing.reason;
  if (judged.status === 'rejected') throw judged.reason;
  if (ready.status === 'rejected') throw ready.reason;
  return { compose: compose.value, existing: existing.value, images: images.value };
}

/** What takes both the compose file and the driver to be judged. */
function judge(
  { driver }: Pick<Run, 'driver'>,
  compose: CheckedStack | undefined,
  existing: readonly Machine[],
): void {
  if (!driver.makesMachines || !compose) return;
  const { project, stack } = compose;
  const where = { stack: stack.name, locate: project.locate };
  driver.refusePorts?.(publishedPortsOf(stack));
  if (driver.ipsecObstacle) refuseEncryption(readWanted(stack), where, driver.ipsecObstacle);
  if (existing.length === 0) refuseExternals(readWanted(stack), where);
}

/** Nothing is made ready for machines that are all there. */
async function makeReady(
  { inputs, driver }: Pick<Run, 'inputs' | 'driver'>,
  existing: readonly Machine[],
  signal: AbortSignal,
): Promise<void> {
  if (!driver.makesMachines || inputs.dryRun) return;
  const isMissing = runningOf(existing, inputs.nodes) < inputs.nodes;
  if (isMissing) await driver.makeReady?.(signal);
}

/** How many of the first `nodes` machines run. */
function runningOf(existing: readonly Machine[], nodes: number): number {
  return existing.filter(({ index, state }) => index <= nodes && state === 'running').length;
}

/**
 * The images that go into the nodes, without those that are built first; a dry run takes of these
 * what is there.
 */
async function findAll(
  {
    inputs,
    runner,
    directory,
    reporter,
    signal,
  }: Pick<Run, 'inputs' | 'runner' | 'directory' | 'reporter' | 'signal'>,
  builds: readonly Build[],
): Promise<readonly ImageSource[]> {
  const lines = inputs.images.filter((line) => !isBuilt(line, builds));
  const built = inputs.dryRun ? builds.map(({ image }) => image) : [];
  const present = await presentImages(runner, built, signal);
  const sources = await findImages(runner, directory, [...lines, ...present], signal);
  for (const { where, images } of sources.filter((one) => one.where !== runner.where)) {
    reporter.log.info(`${where}: ${[...images.keys()].join(', ')}`);
  }
  return sources;
}

async function checkCompose(
  context: CheckComposeContext,
  loading: Promise<LoadedFiles> | undefined,
  finding: Promise<readonly ImageSource[]>,
): Promise<Checked['compose']> {
  const { inputs, reporter } = context;
  if (!loading) return undefined;
  const loaded = await loading;
  // If images are missing, what is wrong with the file is told first.
  const compose = await render(context, loaded, await finding.catch(() => []));
  const { project, stack } = compose;
  maskSecrets(context, stack);
  logFindings(reporter.log, stack.findings);
  reporter.log.info(
    `Stack ${stack.name} of ${project.files.join(', ')}: ${stack.services.map(({ name }) => name).join(', ')}`,
  );
  checkVerify(inputs, stack);
  if (!inputs.wait) tellWaits(stack, reporter.log.warning);
  await finding;
  return { ...compose, logins: await checkRegistries(context, compose) };
}

async function checkDriver(
  context: Pick<Run, 'inputs' | 'driver' | 'owner' | 'reporter'> & Tells<'learned'>,
  signal: AbortSignal,
): Promise<readonly Machine[]> {
  const { inputs, driver, owner, reporter } = context;
  // It may make something ready: a download.
  const wanted = { cluster: owner, machines: inputs.nodes, ttlMs: inputs.ttlMs };
  if (driver.makesMachines && !inputs.dryRun) await driver.check(signal, wanted);
  const existing = await driver.list(owner, signal);
  if (!driver.makesMachines) return existing;
  refuseForeign(existing, owner);
  const running = existing.filter(({ state }) => state === 'running').length;
  if (running < inputs.nodes) {
    const planned = (await driver.plan?.(signal, wanted)) ?? [];
    context.journal.learned({ planned });
    for (const line of planned) reporter.log.info(line);
  }
  return existing;
}

interface LoadedFiles extends BuildableProject {
  readonly files: ProjectFiles;
  readonly stackName: string;
}

async function loadFiles(
  context: Pick<
    Run,
    'inputs' | 'runner' | 'workspace' | 'directory' | 'temporary' | 'reporter' | 'signal'
  >,
  given: readonly string[],
): Promise<LoadedFiles> {
  const { inputs, runner, workspace, directory, temporary, reporter, signal } = context;
  const { env, profiles, policy, stackName: projectName } = inputs;
  const source = { workspace, directory, files: given, env };
  await using files = policy
    ? await sealFiles(runner, { ...source, temporary, signal, debug: reporter.log.debug })
    : await openFiles(runner, source);
  const project = await loadNamed(context, files, { workspace, profiles, projectName });
  if (policy) enforcePolicy(project, policy);
  const stackName = projectName ?? project.model.name;
  const buildable = inputs.build ? withBuilds(project, stackName) : { project, builds: [] };
  return { ...buildable, files, stackName };
}

async function render(
  { inputs, owner, driver }: Pick<Run, 'inputs' | 'owner' | 'driver'>,
  { project, builds, files, stackName }: LoadedFiles,
  images: readonly ImageSource[],
): Promise<Omit<CheckedStack, 'logins'>> {
  const written = Object.values(project.model.services).flatMap(({ image }) => image ?? []);
  const loaded = referencesToRun(images, written);
  const options = {
    stackName,
    compatibility: inputs.compatibility,
    mtu: inputs.mtu ?? driver.mtu,
    owner: ownerLabels(owner),
    // What is free is known to the swarm alone.
    portOffset: inputs.portOffset === 'auto' ? 0 : inputs.portOffset,
    images: loaded,
  };
  return {
    ...{ project, images, builds, files },
    stack: await renderStack(project, options),
    loaded: new Set([...loaded.values(), ...written.filter((image) => isBuilt(image, builds))]),
    render: ({ images: more = [], ...changes }) =>
      renderStack(project, { ...options, ...changes, images: new Map([...loaded, ...more]) }),
  };
}

/** What was checked, with the images that were built since. Throws as `findImages` does. */
export async function withBuiltImages(
  context: Pick<Run, 'inputs' | 'driver' | 'owner' | 'runner' | 'directory' | 'signal'>,
  { builds, ...compose }: CheckedStack,
): Promise<CheckedStack> {
  const { inputs, runner, directory, signal } = context;
  const lines = [...new Set([...inputs.images, ...builds.map(({ image }) => image)])];
  const images = await findImages(runner, directory, lines, signal);
  const loaded = { ...compose, builds: [], stackName: compose.stack.name };
  return { ...compose, ...(await render(context, loaded, images)) };
}

/**
 * Where pull requests share hosts, a name that nobody chose carries the number, so that none
 * replaces the stack of another.
 */
async function loadNamed(
  { inputs, signal }: Pick<Run, 'inputs' | 'signal'>,
  files: ProjectFiles,
  source: ComposeSource,
): Promise<ComposeProject> {
  const project = await loadCompose(files, source, signal);
  const { stackName, stackPullRequest } = inputs;
  if (stackName !== undefined || stackPullRequest === undefined) return project;
  const projectName = withPullRequest(project.model.name, stackPullRequest);
  if (projectName === project.model.name) return project;
  // Anew, since the file may use its name.
  return await loadCompose(files, { ...source, projectName }, signal);
}

function checkVerify({ verify }: Inputs, { services, portOffset }: RenderedStack): void {
  const published = new Set(
    services
      .flatMap(({ ports }) => ports)
      .flatMap((port) => (port.published ?? portOffset) - portOffset || []),
  );
  const unknown = (verify ?? []).filter(({ port }) => !published.has(port));
  if (unknown.length === 0) return;
  throw new ActionError(
    `verify: ${unknown.map(describeTarget).join(', ')}: no service of the compose file publishes this port.`,
    {
      details: `Published: ${[...published].join(', ') || 'none'}`,
      hint: 'Name a published port (the left one of `8080:80`), or add it to `ports` of a service.',
    },
  );
}
