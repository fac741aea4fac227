import { ActionError } from '../errors.ts';
import { withPullRequest } from '../inputs/cluster-name.ts';
import type { Inputs } from '../inputs.ts';
import type { Machine } from '../machines/driver.ts';
import { ownerLabels } from '../machines/labels.ts';
import { refuseForeign } from '../machines/provision.ts';
import type { Login } from '../registry/login.ts';
import { type ComposeProject, type ComposeSource, loadCompose } from '../stack/compose.ts';
import { findImages, type ImageSource, referencesToRun } from '../stack/images/sources.ts';
import { sealFiles } from '../stack/policy/sealed-files.ts';
import { enforcePolicy } from '../stack/policy.ts';
import { openFiles, type ProjectFiles } from '../stack/project-files.ts';
import { type RenderedStack, type RenderOptions, renderStack } from '../stack/render.ts';
import { refuseExternals } from '../stack/requirements.ts';
import { tellFindings } from '../stack/tell-findings.ts';
import { readWanted } from '../stack/wanted.ts';
import type { UpContext } from './context.ts';
import { maskSecrets } from './mask-secrets.ts';
import { checkRegistries } from './registries.ts';

/** A compose file, loaded and rendered. */
export interface CheckedStack {
  readonly project: ComposeProject;
  readonly stack: RenderedStack;
  /** The stack once more, as the inputs have it but for these. */
  readonly render: (
    changes: Pick<RenderOptions, 'images' | 'portOffset'>,
  ) => Promise<RenderedStack>;
  /** References of the services whose images are loaded into the nodes, as the stack file has them. */
  readonly loaded: ReadonlySet<string>;
  /** For the registries that the stack uses. */
  readonly logins: readonly Login[];
  /** Those that are loaded into the nodes. */
  readonly images: readonly ImageSource[];
}

export interface Checked {
  /** `undefined` for a swarm without a stack. */
  readonly compose: CheckedStack | undefined;
  readonly existing: readonly Machine[];
  readonly images: readonly ImageSource[];
}

/**
 * Everything that can fail without a machine fails here. The compose file is read while the driver looks around; where both fail it is
 * the compose file that is told, and its failure does not wait for the driver, which may be building an image.
 */
export async function check(context: UpContext): Promise<Checked> {
  const { inputs, reporter, signal } = context;
  const managers = inputs.roles.filter((role) => role === 'manager').length;
  if (managers > 1 && managers % 2 === 0) {
    reporter.log.warning(
      `managers: ${managers} managers survive no more failures than ${managers - 1}. Take an odd number.`,
    );
  }
  const unreadable = new AbortController();
  const finding = checkImages(context);
  const [compose, existing, images] = await Promise.allSettled([
    checkCompose(context, finding).catch((error: unknown) => {
      unreadable.abort(error);
      throw error;
    }),
    checkDriver(context, AbortSignal.any([signal, unreadable.signal])),
    finding,
  ]);
  if (compose.status === 'rejected') throw compose.reason;
  if (images.status === 'rejected') throw images.reason;
  if (existing.status === 'rejected') throw existing.reason;
  if (context.driver.makesMachines && compose.value && existing.value.length === 0) {
    const { project, stack } = compose.value;
    refuseExternals(readWanted(stack), { stack: stack.name, locate: project.locate });
  }
  return { compose: compose.value, existing: existing.value, images: images.value };
}

async function checkImages({
  inputs,
  runner,
  workspace,
  reporter,
  signal,
}: UpContext): Promise<readonly ImageSource[]> {
  const sources = await findImages(runner, workspace, inputs.images, signal);
  for (const { where, images } of sources.filter((one) => one.where !== runner.where)) {
    reporter.log.info(`${where}: ${[...images.keys()].join(', ')}`);
  }
  return sources;
}

async function checkCompose(
  context: UpContext,
  finding: Promise<readonly ImageSource[]>,
): Promise<Checked['compose']> {
  const { inputs } = context;
  if (!inputs.composeFiles) return undefined;
  // If images are missing, what is wrong with the file is told first.
  const compose = await renderFiles(
    context,
    inputs.composeFiles,
    finding.catch(() => []),
  );
  checkVerify(inputs, compose.stack);
  const images = await finding;
  return { ...compose, images, logins: await checkRegistries(context, compose) };
}

async function checkDriver(
  { inputs, driver, owner }: UpContext,
  signal: AbortSignal,
): Promise<readonly Machine[]> {
  // It may make something ready: an image, a download.
  const { cluster } = owner;
  if (!inputs.dryRun) await driver.check(signal, { cluster, machines: inputs.nodes });
  const existing = await driver.list(cluster, signal);
  if (driver.makesMachines) refuseForeign(existing, owner);
  return existing;
}

async function renderFiles(
  context: UpContext,
  files: readonly string[],
  finding: Promise<readonly ImageSource[]>,
): Promise<Omit<CheckedStack, 'logins' | 'images'>> {
  const { inputs, owner, runner, workspace, temporary, reporter, signal } = context;
  const { env, profiles, compatibility, policy, stackName: projectName } = inputs;
  const given = { workspace, files, env };
  await using opened = policy
    ? await sealFiles(runner, { ...given, temporary, signal, debug: reporter.log.debug })
    : await openFiles(runner, given);
  const project = await loadNamed(context, opened, { workspace, profiles, projectName });
  if (policy) enforcePolicy(project, policy);
  const written = Object.values(project.model.services).flatMap(({ image }) => image ?? []);
  const loaded = referencesToRun(await finding, written);
  const options = {
    stackName: projectName ?? project.model.name,
    compatibility,
    mtu: inputs.mtu,
    owner: ownerLabels(owner),
    // What is free is known to the swarm alone.
    portOffset: inputs.portOffset === 'auto' ? 0 : inputs.portOffset,
    images: loaded,
  };
  const stack = await renderStack(project, options);
  maskSecrets(context, stack);
  tellFindings(reporter.log, stack.findings);
  reporter.log.info(
    `Stack ${stack.name} of ${project.files.join(', ')}: ${stack.services.map(({ name }) => name).join(', ')}`,
  );
  return {
    project,
    stack,
    loaded: new Set(loaded.values()),
    render: ({ images = [], ...changes }) =>
      renderStack(project, { ...options, ...changes, images: new Map([...loaded, ...images]) }),
  };
}

/** Where pull requests share hosts, a name that nobody chose carries the number, so that none replaces the stack of another. */
async function loadNamed(
  { inputs, signal }: UpContext,
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
    `verify: ${unknown.map(({ port, path }) => `${port}${path}`).join(', ')}: no service of the compose file publishes this port.`,
    {
      details: `Published: ${[...published].join(', ') || 'none'}`,
      hint: 'Name a published port (the left one of `8080:80`), or add it to `ports` of a service.',
    },
  );
}
