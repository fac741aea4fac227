import {
  ComposeError,
  collectFindings,
  type Finding,
  type Findings,
} from '../../compose/findings.ts';
import type { ComposeProject } from '../../compose/load.ts';
import { HASH_LABEL } from '../../compose/render/objects.ts';
import type { Executor } from '../../exec/executor.ts';
import {
  modeOf,
  type Present,
  type PresentNetwork,
  type PresentService,
  publishedPorts,
  STACK_LABEL,
} from '../../stack/present.ts';
import { nameInSwarm, type WantedStack } from '../wanted.ts';
import { checkBinds } from './binds.ts';
import { checkExternals, checkVolumes, externalsOf } from './externals.ts';
import { checkNetworks, servicesOn } from './network-changes.ts';
import { checkPlatforms, type NodePlatform, type ServicePlatform } from './platforms.ts';
import { checkSubnets } from './subnets.ts';
import { checkSwarmLimits } from './swarm-limits.ts';
import { checkVolumeChanges } from './volume-changes.ts';

export interface RequirementOptions {
  readonly stack: string;
  readonly locate: ComposeProject['locate'];
  /** Whether services that are not in the file will be removed. */
  readonly prune: boolean;
  /**
   * Whether a service whose mode changes, or a network whose settings do, may be removed and made
   * anew.
   */
  readonly recreate: boolean;
  readonly platforms: {
    readonly services: readonly ServicePlatform[];
    /** Of all nodes of the swarm. */
    readonly nodes: readonly NodePlatform[];
    /** Architectures, as images call them, that nodes can run although they are of another. */
    readonly emulated: readonly string[];
  };
  /** How many nodes the swarm has, or will have. */
  readonly nodeCount: number;
  /** Whether all nodes of the swarm can be asked. */
  readonly allNodes: boolean;
  readonly signal: AbortSignal;
}

export interface Requirements {
  readonly warnings: readonly Finding[];
  /**
   * Services to be removed before they are deployed, because their mode or a network of theirs
   * changes.
   */
  readonly recreated: readonly PresentService[];
  /** Networks to be removed before the deployment, because their settings change. */
  readonly recreatedNetworks: readonly PresentNetwork[];
}

/**
 * Compares what a stack needs with what is on the swarm, before anything of the stack is changed:
 * external objects, sources of bind mounts, platforms, ports, names, modes. Throws one
 * `ComposeError` with all that is missing or in the way.
 */
export async function checkRequirements(
  wanted: WantedStack,
  present: Present,
  nodes: readonly Executor[],
  options: RequirementOptions,
): Promise<Requirements> {
  const findings = collectFindings(options.locate);
  const externals = externalsOf(wanted);
  checkExternals(externals, present, findings.refuse);
  await checkVolumes(externals.volumes, nodes, findings, options.signal);
  await checkBinds(wanted, nodes, options.allNodes, findings, options.signal);
  const { services, nodes: platforms, emulated } = options.platforms;
  checkPlatforms(services, platforms, emulated, findings.refuse);
  checkPorts(wanted, present, options, findings.refuse);
  checkNames(wanted, present, options.stack, findings.refuse);
  await checkVolumeChanges(wanted, nodes, options, findings);
  const recreatedNetworks = checkNetworks(wanted, present, options, findings);
  const subnets = { stack: options.stack, recreated: recreatedNetworks };
  checkSubnets(wanted, present, subnets, findings.refuse);
  const size = { stack: options.stack, nodes: options.nodeCount };
  checkSwarmLimits(wanted, present, size, findings.warn);
  const changed = modeChanges(wanted, present, options.stack);
  if (!options.recreate) {
    for (const { key, from, to } of changed) {
      findings.refuse(
        ['services', key, 'deploy', 'mode'],
        `service ${key}: its mode would change from ${from} to ${to}, which Swarm does to no service that exists. With \`recreate: true\` this step removes the service and makes it anew; it does not answer meanwhile.`,
      );
    }
  }
  refuseAll(findings.all(), options.stack, 'Nothing of the stack has been changed.');
  const ids = recreatedNetworks.map(({ Id }) => Id);
  const recreated = new Set([
    ...changed.map(({ service }) => service),
    ...servicesOn(ids, present.services),
  ]);
  return { warnings: findings.all(), recreated: [...recreated], recreatedNetworks };
}

/**
 * Refuses what only a swarm that exists can have: for a swarm that is made by this run, where
 * nothing exists yet. Throws `ComposeError`.
 */
export function refuseExternals(
  wanted: WantedStack,
  { stack, locate }: Pick<RequirementOptions, 'stack' | 'locate'>,
): void {
  const findings = collectFindings(locate);
  const externals = externalsOf(wanted);
  checkExternals(externals, { networks: [], configs: [], secrets: [] }, findings.refuse);
  for (const [key, name] of externals.volumes) {
    findings.refuse(
      ['volumes', key],
      `volume ${key}: it is external, and the nodes, which are made now, have no volume ${name}. Leave out \`external\`.`,
    );
  }
  refuseAll(
    findings.all(),
    stack,
    'Nothing has been created. The swarm is made by this step, so nothing can be on it beforehand. `compose-file: "-"` makes a swarm without a stack first.',
  );
}

/**
 * Refuses networks that Docker shall encrypt, on machines between which IPsec cannot pass: their
 * containers would not reach each other. `obstacle` says what keeps it back. Throws `ComposeError`.
 */
export function refuseEncryption(
  wanted: WantedStack,
  { stack, locate }: Pick<RequirementOptions, 'stack' | 'locate'>,
  obstacle: string,
): void {
  const findings = collectFindings(locate);
  for (const [key, { external, driver_opts }] of Object.entries(wanted.networks)) {
    if (external || !('encrypted' in (driver_opts ?? {}))) continue;
    findings.refuse(
      ['networks', key, 'driver_opts', 'encrypted'],
      `network ${key}: Docker encrypts with IPsec (IP protocol 50), and ${obstacle}. Leave out \`encrypted\`.`,
    );
  }
  refuseAll(
    findings.all(),
    stack,
    'Nothing has been created. Containers can encrypt what they say, for example with TLS.',
  );
}

function refuseAll(findings: readonly Finding[], stack: string, hint: string): void {
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return;
  const count = errors.length === 1 ? 'one problem' : `${errors.length} problems`;
  throw new ComposeError(
    `Stack ${stack} cannot be deployed to this swarm: ${count}.`,
    errors,
    hint,
  );
}

/**
 * As swarmkit does (controlapi/service.go, checkPortConflicts): two services may share a port only
 * if both have `mode: host`.
 */
function checkPorts(
  wanted: WantedStack,
  { services }: Present,
  { stack, prune }: RequirementOptions,
  refuse: Findings['refuse'],
): void {
  const staying = services.filter(({ Spec }) => {
    if (Spec.Labels[STACK_LABEL] !== stack) return true;
    return !prune && !(Spec.Name.slice(stack.length + 1) in wanted.services);
  });
  const held = staying.flatMap((service) =>
    publishedPorts(service).map((port) => ({
      ...port,
      service: service.Spec.Name,
      stack: service.Spec.Labels[STACK_LABEL],
    })),
  );
  for (const [key, { ports }] of Object.entries(wanted.services)) {
    for (const { published, protocol, mode } of ports ?? []) {
      const holder = held.find(
        (port) =>
          port.PublishedPort === published &&
          port.Protocol === protocol &&
          (mode !== 'host' || port.PublishMode !== 'host'),
      );
      if (published === undefined || !holder) continue;
      const whose = holder.stack === undefined ? 'of no stack' : `of stack ${holder.stack}`;
      refuse(
        ['services', key, 'ports'],
        `service ${key}: port ${published}/${protocol} is held by service ${holder.service} ${whose}. In a swarm a port belongs to one service: choose another, or remove that one.`,
      );
    }
  }
}

/** A config or secret that has the name of one of ours must be ours, with the same content. */
function checkNames(
  wanted: WantedStack,
  present: Present,
  stack: string,
  refuse: Findings['refuse'],
): void {
  for (const kind of ['config', 'secret'] as const) {
    for (const [key, object] of Object.entries(wanted[`${kind}s`])) {
      if (object.external || object.driver) continue;
      const name = nameInSwarm(stack, key, object);
      const found = present[`${kind}s`].find(({ Spec }) => Spec.Name === name)?.Spec.Labels;
      if (!found) continue;
      const hash = found[HASH_LABEL];
      const differs = hash !== undefined && hash !== object.labels[HASH_LABEL];
      if (!differs && found[STACK_LABEL] === stack) continue;
      refuse(
        [`${kind}s`, key],
        differs
          ? `${kind} ${key}: the swarm has a ${kind} ${name} whose content is another (SHA-256 ${hash}). Give it another \`name\`.`
          : `${kind} ${key}: the swarm has a ${kind} ${name} that is not of this stack. Remove it (docker ${kind} rm ${name}), or give this one another \`name\`.`,
      );
    }
  }
}

interface ModeChange {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly service: PresentService;
}

function modeChanges(wanted: WantedStack, { services }: Present, stack: string): ModeChange[] {
  return Object.entries(wanted.services).flatMap(([key, { deploy }]) => {
    const service = services.find(({ Spec }) => Spec.Name === `${stack}_${key}`);
    const to = deploy?.mode ?? 'replicated';
    const from = service && modeOf(service.Spec);
    return service && from && from !== to ? [{ key, from, to, service }] : [];
  });
}
