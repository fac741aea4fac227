import type { Labels } from '../../machines/ownership.ts';
import {
  completedFirst,
  type Dependencies,
  dependenciesOf,
  type Wave,
  wavesOf,
} from '../depends-on.ts';
import {
  type Compatibility,
  ComposeError,
  collectFindings,
  type Finding,
  type Findings,
} from '../findings.ts';
import { refuseReservedLabels } from '../limits/reserved-labels.ts';
import type { ComposeProject } from '../load.ts';
import type { Location } from '../location.ts';
import { checkOrder } from './depends-on.ts';
import { monitorMs, type ServiceMode, serviceMode } from './deploy-key.ts';
import type { Draft } from './draft.ts';
import { asJob } from './job.ts';
import { checkServiceName } from './names.ts';
import { predefinedKey, renderNetworks } from './networks.ts';
import { type RenderedObjects, renderObjects } from './objects.ts';
import { withOffset } from './ports.ts';
import { renderService } from './service.ts';
import type { StackFile, StackObject, StackVersion } from './stack-file.ts';
import { checkVolumes, renderVolumes } from './volumes.ts';
import { stackText } from './yaml.ts';

export interface RenderedStack {
  readonly name: string;
  /** The stack file, YAML that `docker stack deploy -c` reads. */
  readonly text: string;
  /** Travel beside the stack file; `path` is relative to it. */
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[];
  readonly services: readonly RenderedService[];
  /** What was added to each published port of the compose file. */
  readonly portOffset: number;
  /** In the order in which to deploy them; one where nothing asks for an order. */
  readonly waves: readonly RenderedWave[];
  readonly dependencies: Dependencies;
  /** Warnings only; errors are thrown. */
  readonly findings: readonly Finding[];
  /** To be masked before anything else is printed. */
  readonly secretContents: readonly { readonly name: string; readonly content: string }[];
  /**
   * Variables that a service sets to nothing. `docker stack deploy` fills them from its own
   * environment (docker/cli cli/compose/loader/loader.go, updateEnvironment), so it has to run
   * without them.
   */
  readonly emptyVariables: readonly string[];
}

export interface RenderedWave extends Wave {
  /**
   * The stack file with the services of this wave alone, so that no job of an earlier one runs
   * again.
   */
  readonly text: string;
}

export interface RenderedService {
  readonly name: string;
  readonly image: string;
  readonly mode: ServiceMode;
  /** 0 for global services and jobs, whose number is that of the nodes. */
  readonly replicas: number;
  readonly ports: readonly PublishedPort[];
  readonly restart: 'none' | 'on-failure' | 'any';
  /** `update_config.monitor` in ms. */
  readonly monitorMs: number;
  readonly location: Location | undefined;
}

export interface PublishedPort {
  readonly service: string;
  /** Undefined where Docker chooses one. */
  readonly published: number | undefined;
  readonly target: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly mode: 'ingress' | 'host';
}

export interface RenderOptions {
  readonly stackName: string;
  /** Image reference -> reference to write instead. */
  readonly images?: ReadonlyMap<string, string> | undefined;
  readonly compatibility?: Compatibility | undefined;
  /** Of overlay networks that say none themselves; see `MTU_OPTION`. */
  readonly mtu?: number | undefined;
  /** Labels of the owner, for configs and secrets. */
  readonly owner?: Labels | undefined;
  /** Added to each published port. */
  readonly portOffset?: number | undefined;
}

/**
 * Translates a compose project to the stack schema. The same project gives the same bytes. Reads
 * the files of configs and secrets. Throws one `ComposeError` with every problem of the project,
 * each with its place, reason and remedy; with `compatibility: strict` each warning is such a
 * problem too, those of Compose included.
 */
export async function renderStack(
  project: ComposeProject,
  options: RenderOptions,
): Promise<RenderedStack> {
  const {
    stackName,
    images = new Map<string, string>(),
    compatibility = 'warn',
    mtu,
    owner = {},
    portOffset = 0,
  } = options;
  const findings = collectFindings(project.locate, project.emptied);
  refuseReservedLabels(project, findings);
  let version: StackVersion = '3.9';
  const needs = (wanted: StackVersion) => {
    if (Number(wanted.slice(2)) > Number(version.slice(2))) version = wanted;
  };

  const dependencies = dependenciesOf(project.model);
  const waves = wavesOf(dependencies);
  const jobs = completedFirst(dependencies);
  const services: Record<string, unknown> = {};
  const drafts: Draft[] = [];
  for (const [name, given] of Object.entries(project.model.services)) {
    const service = jobs.has(name) ? asJob(given) : given;
    checkServiceName(stackName, name, findings);
    const rendered = renderService(name, withOffset(service, portOffset), project, findings, needs);
    const image = service.image ?? '';
    services[name] = { image: images.get(image) ?? image, ...rendered.service };
    drafts.push(rendered.draft);
  }
  if (drafts.length === 0) {
    findings.refuse([], NO_SERVICES);
  }
  checkOrder(project.model, dependencies, waves, findings);
  const summaries = drafts.map((draft) => summary(draft, images));
  checkPortConflicts(summaries, findings);
  const configs = await renderObjects('config', project, stackName, owner, findings);
  const secrets = await renderObjects('secret', project, stackName, owner, findings);
  checkVolumes(project, findings.refuse);
  const networks = stackNetworks(project, drafts, { stack: stackName, mtu, findings });

  const found = [...project.findings, ...findings.all()];
  refuseErrors(found, compatibility, project.files);
  const file: StackFile = {
    version,
    services,
    networks,
    volumes: renderVolumes(project),
    configs: { ...credentialConfigs(drafts), ...configs.objects },
    secrets: secrets.objects,
  };
  const text = stackText(withoutEmptySections(file));
  return {
    name: stackName,
    text,
    files: [...configs.files, ...secrets.files],
    services: summaries,
    portOffset,
    waves: waves.map((wave) => ({
      ...wave,
      text: waves.length === 1 ? text : stackText(withoutEmptySections(only(wave, file))),
    })),
    dependencies,
    findings: found,
    secretContents: secretContents(secrets),
    emptyVariables: emptyVariables(drafts),
  };
}

const NO_SERVICES =
  'The compose file has no services to deploy. If all of them have `profiles`, name one in `profiles` of this step. For a swarm without a stack write `compose-file: "-"`.';

const STRICT =
  'With `compatibility: strict` a warning is an error. Take the keys out, or only for the swarm in an override file (`key: !reset null`). `compatibility: warn` deploys without them.';

/** Throws what cannot be deployed, in the order of the files and their lines, as one reads them. */
function refuseErrors(
  found: readonly Finding[],
  compatibility: Compatibility,
  files: readonly string[],
): void {
  const isError = ({ level }: Finding) => level === 'error' || compatibility === 'strict';
  const unordered = found.filter(isError);
  if (unordered.length === 0) return;
  const place = ({ location }: Finding) =>
    [location ? files.indexOf(location.file) : files.length, location?.line ?? 0] as const;
  const ordered = unordered.toSorted((one, other) => {
    const [file, line] = place(one);
    const [otherFile, otherLine] = place(other);
    return file - otherFile || line - otherLine;
  });
  const count = ordered.length === 1 ? 'one problem' : `${ordered.length} problems`;
  const warned = ordered.some(({ level }) => level === 'warning');
  throw new ComposeError(
    `The compose file cannot be deployed to a swarm as it is: ${count}.`,
    ordered.map((finding) => ({ ...finding, level: 'error' })),
    warned ? `Nothing has been created. ${STRICT}` : 'Nothing has been created.',
  );
}

function summary(draft: Draft, images: ReadonlyMap<string, string>): RenderedService {
  const { name, service, out, project } = draft;
  const mode = serviceMode(draft);
  const image = service.image ?? '';
  const condition = out.deploy.restart_policy?.condition;
  return {
    name,
    image: images.get(image) ?? image,
    mode,
    replicas: mode.startsWith('global') ? 0 : (out.deploy.replicas ?? 1),
    ports: out.ports.map((port) => ({ service: name, published: undefined, ...port })),
    restart:
      condition === 'none' || condition === 'on-failure'
        ? condition
        : mode.endsWith('-job')
          ? 'on-failure'
          : 'any',
    monitorMs: monitorMs(draft),
    location: project.locate(['services', name]),
  };
}

/**
 * As swarmkit does (controlapi/service.go, checkPortConflicts): only ports published with `mode:
 * host` may meet.
 */
function checkPortConflicts(services: readonly RenderedService[], findings: Findings): void {
  const taken = new Map<string, PublishedPort>();
  for (const port of services.flatMap(({ ports }) => ports)) {
    if (port.published === undefined) continue;
    const key = `${port.published}/${port.protocol}`;
    const other = taken.get(key);
    if (other === undefined) taken.set(key, port);
    else if (
      other.service !== port.service &&
      (port.mode === 'ingress' || other.mode === 'ingress')
    ) {
      findings.refuse(
        ['services', port.service, 'ports'],
        `service ${port.service}: \`ports\` publishes ${key}, which service ${other.service} publishes too. In a swarm a port belongs to one service. Choose another.`,
      );
    }
  }
}

function stackNetworks(
  project: ComposeProject,
  drafts: readonly Draft[],
  options: Parameters<typeof renderNetworks>[2],
): Record<string, StackObject> {
  const used = new Set(drafts.flatMap(({ out }) => Object.keys(out.networks)));
  const networks = renderNetworks(project, used, options);
  for (const name of new Set(drafts.flatMap(({ predefined }) => [...predefined]))) {
    networks[predefinedKey(project, name)] = { external: true, name };
  }
  return networks;
}

function credentialConfigs(drafts: readonly Draft[]): Record<string, StackObject> {
  const names = drafts.flatMap(({ credentialConfigs: own }) => [...own]);
  return Object.fromEntries(names.map((name) => [name, { external: true, name }]));
}

/** Docker makes the networks that the services of a file use, and no others. */
function only({ services }: Wave, file: StackFile): StackFile {
  return {
    ...file,
    services: Object.fromEntries(services.map((name) => [name, file.services[name]])),
  };
}

function withoutEmptySections(file: StackFile): Partial<StackFile> {
  return Object.fromEntries(
    Object.entries(file).filter(
      ([, section]) => typeof section === 'string' || Object.keys(section).length > 0,
    ),
  );
}

function secretContents({ files }: RenderedObjects): RenderedStack['secretContents'] {
  return files.map(({ key, content }) => ({
    name: key,
    content: new TextDecoder().decode(content),
  }));
}

function emptyVariables(drafts: readonly Draft[]): string[] {
  const names = drafts.flatMap(({ service }) =>
    Object.entries(service.environment ?? {}).flatMap(([name, value]) => (value ? [] : [name])),
  );
  return [...new Set(names)].sort();
}
