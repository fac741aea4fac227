import { goDurationMs } from '../go-duration.ts';
import type { ComposeDeploy } from '../service-model.ts';
import { type Draft, refuse, warn } from './draft.ts';
import { isEmpty } from './unset.ts';

export type ServiceMode = 'replicated' | 'global' | 'replicated-job' | 'global-job';

/** The service's mode; Docker's default is replicated. */
export function serviceMode(draft: Draft): ServiceMode {
  return draft.service.deploy?.mode ?? 'replicated';
}

function isJob(draft: Draft): boolean {
  return serviceMode(draft).endsWith('-job');
}

/** `deploy`, which both schemas have. Runs before the keys that end up in it too. */
export function renderDeploy(deploy: ComposeDeploy, draft: Draft): void {
  const { resources, placement, ...rest } = deploy;
  Object.assign(draft.out.deploy, rest);
  Object.assign(draft.out.deploy.resources.limits, resources?.limits);
  Object.assign(draft.out.deploy.resources.reservations, resources?.reservations);
  Object.assign(draft.out.deploy.placement, placement);
  const { replicas } = deploy;
  if (typeof replicas === 'number') checkReplicas(replicas, draft, ['deploy', 'replicas']);
  for (const kind of ['limits', 'reservations'] as const) {
    if (isEmpty(resources?.[kind]?.devices)) continue;
    refuse(
      draft,
      ['deploy', 'resources', kind, 'devices'],
      'asks for devices, which Swarm cannot hand to a task. Advertise them on the nodes (node-generic-resources of the engine) and use `generic_resources`.',
    );
  }
  if (isEmpty(resources?.limits?.generic_resources) === false) {
    refuse(
      draft,
      ['deploy', 'resources', 'limits', 'generic_resources'],
      'cannot be limited, only reserved. Move it to `reservations`.',
    );
  }
  if (deploy.endpoint_mode === 'dnsrr') checkRoundRobin(draft);
  if (isJob(draft)) renderJob(deploy, draft);
}

/** swarmkit controlapi/service.go, validateJob. */
function renderJob(deploy: ComposeDeploy, draft: Draft): void {
  for (const key of ['update_config', 'rollback_config'] as const) {
    if (!deploy[key]) continue;
    delete draft.out.deploy[key];
    warn(draft, ['deploy', key], 'is left out: a job has no updates, it runs again instead.');
  }
}

/** swarmkit controlapi/service.go, validateEndpointSpec. */
function checkRoundRobin(draft: Draft): void {
  if (draft.service.ports?.some((port) => port.mode !== 'host')) {
    refuse(
      draft,
      ['deploy', 'endpoint_mode'],
      'is dnsrr, with which the routing mesh cannot publish ports. Publish them with `mode: host`, or use `endpoint_mode: vip`.',
    );
  }
}

function checkReplicas(replicas: number, draft: Draft, path: readonly string[]): boolean {
  if (replicas < 0) {
    refuse(draft, path, `is ${replicas}. Write 0 or more.`);
    return false;
  }
  const mode = serviceMode(draft);
  if (!mode.startsWith('global')) return true;
  refuse(
    draft,
    path,
    `cannot be used with \`mode: ${mode}\`, which runs once per node. Remove it.`,
  );
  return false;
}

/** `scale` is what Compose calls replicas. */
export function renderScale(scale: number, draft: Draft): void {
  if (checkReplicas(scale, draft, ['scale'])) draft.out.deploy.replicas ??= scale;
}

/**
 * `restart`, where `deploy.restart_policy` says nothing. `no` is written out: what `docker stack
 * deploy` makes of it is Swarm's default, any (docker/cli cli/compose/convert/service.go,
 * convertRestartPolicy).
 */
export function renderRestart(restart: string, draft: Draft): void {
  const [word = '', attempts] = restart.split(':');
  const condition = RESTART_CONDITIONS[word];
  if (condition === undefined) {
    refuse(draft, ['restart'], `is ${restart}. Write no, always, on-failure or unless-stopped.`);
    return;
  }
  draft.out.deploy.restart_policy ??= {
    // A job that is done is not started again, whatever it says.
    condition: isJob(draft) && condition === 'any' ? 'on-failure' : condition,
    ...(attempts === undefined ? {} : { max_attempts: Number(attempts) }),
  };
}

const RESTART_CONDITIONS: Readonly<Record<string, 'none' | 'on-failure' | 'any'>> = {
  no: 'none',
  'on-failure': 'on-failure',
  always: 'any',
  'unless-stopped': 'any',
};

/** Compose names architectures as Go does, nodes as the kernel does (`uname -m`). */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  'arm64/v8': 'aarch64',
  arm: 'armv7l',
  'arm/v7': 'armv7l',
  'arm/v6': 'armv6l',
  386: 'i686',
};

/** `platform`, `OS[/ARCH[/VARIANT]]`: Swarm chooses the node, so it becomes a constraint. */
export function renderPlatform(platform: string, draft: Draft): void {
  const { os, architecture } = platformOfNodes(platform);
  const own = draft.out.deploy.placement.constraints ?? [];
  const added = [
    ...(os === undefined ? [] : [`node.platform.os==${os}`]),
    ...(architecture === undefined ? [] : [`node.platform.arch==${architecture}`]),
  ];
  draft.out.deploy.placement.constraints = [...own, ...added];
}

/** What a node has to say of itself for a `platform`; undefined where that says nothing. */
export function platformOfNodes(platform: string): {
  readonly os: string | undefined;
  readonly architecture: string | undefined;
} {
  const parts = platform.split('/');
  const known = parts.length === 1 && parts[0] !== 'linux' && parts[0] !== 'windows';
  const arch = (known ? parts : parts.slice(1)).join('/');
  return {
    os: known ? undefined : parts[0],
    architecture: arch === '' ? undefined : (ARCHITECTURES[arch] ?? arch.split('/')[0]),
  };
}

/**
 * `cpu_quota` in microseconds of each `cpu_period`, 100 ms where nothing is said: the same as
 * `cpus`.
 */
export function renderCpuQuota(quota: number, draft: Draft): void {
  if (quota <= 0) return;
  const period = draft.service.cpu_period || 100_000;
  draft.out.deploy.resources.limits.cpus ??= String(quota / period);
}

/**
 * `update_config.monitor` in ms; 0 where the file says nothing: then it is the input `stable-for`
 * that says how long to watch.
 */
export function monitorMs(draft: Draft): number {
  return goDurationMs(draft.service.deploy?.update_config?.monitor ?? '') || 0;
}
