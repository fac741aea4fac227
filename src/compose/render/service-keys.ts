import type { ComposeService } from '../service-model.ts';
import * as deploy from './deploy-key.ts';
import { type Draft, refuse as refuseAt, warn as warnAt } from './draft.ts';
import { renderMounts, renderSharedMemory, renderTmpfs } from './mounts.ts';
import { renderAttachments, renderNetworkMode } from './networks.ts';
import { renderReferences } from './objects.ts';
import { renderPorts } from './ports.ts';
import {
  renderCredentialSpec,
  renderEnvironment,
  renderExtraHosts,
  renderHealthcheck,
  renderLinks,
  resetEntrypoint,
} from './process.ts';

/** What is done with a key of a service. It is asked only where the key says something. */
type Rule<T> = (value: T, draft: Draft, key: string) => void;

/** The stack schema has the same key with the same meaning. */
const keep: Rule<unknown> = (value, draft, key) => {
  draft.out[key] = value;
};

/** Compose has dealt with it while it loaded the file, or it has no meaning for a deployment. */
const done: Rule<unknown> = () => {};

/** Left out, which the user should know. */
const warn =
  (why: string): Rule<unknown> =>
  (_, draft, key) =>
    warnAt(draft, [key], why);

/** Leaving it out would change what the service means, or make it less safe. */
const refuse =
  (why: string): Rule<unknown> =>
  (_, draft, key) =>
    refuseAt(draft, [key], why);

/** Refused, except for the value that is Swarm's own way. */
const only =
  (value: string, why: string): Rule<string> =>
  (given, draft, key) => {
    if (given !== value) refuseAt(draft, [key], `is ${given}. ${why}`);
  };

/** A limit that Swarm cannot set. */
const unlimited = warn('is left out: Swarm has no such setting, so the service runs without it.');

const onTheNodes = 'Set it up on the nodes, and choose them with `deploy.placement.constraints`.';

/**
 * Each key of a service in Compose, and what becomes of it. `deploy` comes first, since others are
 * added to it.
 */
export const SERVICE_RULES: {
  readonly [K in keyof ComposeService]-?: Rule<NonNullable<ComposeService[K]>>;
} = {
  deploy: deploy.renderDeploy,
  annotations: warn('are left out: Swarm has none. Use `labels` if something reads them.'),
  attach: done,
  blkio_config: unlimited,
  build: (_, draft) => {
    if (draft.service.image) {
      warnAt(
        draft,
        ['build'],
        `is left out: nothing is built here. The image ${draft.service.image} has to be in a registry, or in \`images\` of this step. With \`build: true\` this step builds it.`,
      );
    }
  },
  cap_add: keep,
  cap_drop: keep,
  cgroup: only('private', 'Swarm gives each task its own cgroup namespace. Remove the key.'),
  cgroup_parent: unlimited,
  command: keep,
  configs: (references, draft) => {
    draft.out.configs = renderReferences(references, draft, 'configs');
  },
  container_name: warn(
    'is left out: Swarm names the containers. Other services reach this one by the name of the service.',
  ),
  cpu_count: unlimited,
  cpu_percent: unlimited,
  cpu_period: done, // with cpu_quota
  cpu_quota: deploy.renderCpuQuota,
  cpu_rt_period: unlimited,
  cpu_rt_runtime: unlimited,
  cpu_shares: unlimited,
  cpus: (cpus, draft) => {
    if (Number(cpus) > 0) draft.out.deploy.resources.limits.cpus ??= cpus;
  },
  cpuset: unlimited,
  credential_spec: renderCredentialSpec,
  depends_on: done, // the order in which to deploy, with all services in view
  develop: warn('is left out: it is for `docker compose watch`.'),
  device_cgroup_rules: refuse(`is not in Swarm: a task cannot be given devices. ${onTheNodes}`),
  devices: refuse(
    'is not in Swarm: a task cannot be given devices. Use `deploy.resources.reservations.generic_resources`.',
  ),
  dns: keep,
  dns_opt: warn('is left out: a stack file has no such key. Set `dns-opts` of the engine.'),
  dns_search: keep,
  domainname: warn('is left out: Swarm sets only `hostname`. Write the whole name there.'),
  entrypoint: resetEntrypoint,
  env_file: done,
  environment: renderEnvironment,
  expose: warn('is left out: services of one network reach every port of each other.'),
  extends: done,
  external_links: refuse(
    'is not in Swarm. Put both services on one network (`external: true`) and use the service name.',
  ),
  extra_hosts: renderExtraHosts,
  gpus: refuse(
    'is not in Swarm. Use `deploy.resources.reservations.generic_resources`, and advertise the devices on the nodes.',
  ),
  group_add: refuse(
    'is not in a stack file, so the process would lack these groups. Set the groups in the image, or use `user: UID:GID`.',
  ),
  healthcheck: renderHealthcheck,
  hostname: keep,
  image: done, // written last, after the images were chosen
  init: keep,
  ipc: only('private', 'Swarm gives each task its own IPC namespace. Remove the key.'),
  isolation: keep,
  label_file: done,
  labels: keep,
  links: renderLinks,
  logging: keep,
  mac_address: refuse('is not in Swarm, which may run the service several times. Remove it.'),
  mem_limit: (memory, draft) => {
    if (memory !== '0') draft.out.deploy.resources.limits.memory ??= memory;
  },
  mem_reservation: (memory, draft) => {
    if (memory !== '0') draft.out.deploy.resources.reservations.memory ??= memory;
  },
  mem_swappiness: unlimited,
  memswap_limit: unlimited,
  models: refuse(
    'is not in Swarm. Run the model as a service, or name its address in `environment`.',
  ),
  network_mode: renderNetworkMode,
  networks: renderAttachments,
  oom_kill_disable: unlimited,
  oom_score_adj: warn('is left out: `docker stack deploy` reads it and forgets it.'),
  pid: refuse('is not in Swarm: each task has its own process IDs. Remove the key.'),
  pids_limit: (pids, draft) => {
    if (pids > 0) draft.out.deploy.resources.limits.pids ??= pids;
  },
  platform: deploy.renderPlatform,
  ports: (ports, draft) => {
    if (draft.service.network_mode !== 'host') renderPorts(ports, draft);
  },
  post_start: refuse(
    'is not in Swarm: no command is run after the start. Do it in the entrypoint, or in a service with `mode: replicated-job`.',
  ),
  pre_start: refuse(
    'is not in Swarm: no container is run before the start. Make it a service with `mode: replicated-job`, and let this one wait for it (`depends_on` with `service_completed_successfully`).',
  ),
  pre_stop: refuse(
    'is not in Swarm: no command is run before the stop. Let the process do it on SIGTERM, with `stop_grace_period`.',
  ),
  privileged: refuse(
    'is not in Swarm: the service would run without its privileges. Name those that it needs in `cap_add`.',
  ),
  profiles: done,
  provider: refuse(
    'is run by Compose on its own machine. Remove the service, or deploy one with an image.',
  ),
  pull_policy: warn(
    'is left out: each node pulls what it does not have. For images without a registry use `images` of this step.',
  ),
  pull_refresh_after: warn('is left out: each node pulls what it does not have.'),
  read_only: keep,
  restart: deploy.renderRestart,
  runtime: refuse(`is not in Swarm. Make it the \`default-runtime\` of the engine. ${onTheNodes}`),
  scale: deploy.renderScale,
  secrets: (references, draft) => {
    draft.out.secrets = renderReferences(references, draft, 'secrets');
  },
  security_opt: refuse(
    'is not in a stack file: the service would run with other protection than you wrote. Set it for all in the engine (for example `no-new-privileges`), and remove it here.',
  ),
  shm_size: renderSharedMemory,
  stdin_open: keep,
  stop_grace_period: keep,
  stop_signal: keep,
  storage_opt: unlimited,
  sysctls: keep,
  tmpfs: renderTmpfs,
  tty: keep,
  ulimits: keep,
  use_api_socket: refuse(
    'is not in Swarm. Mount /var/run/docker.sock on a manager, if you trust the image with the whole swarm.',
  ),
  user: keep,
  userns_mode: refuse(
    'is not in Swarm: user namespaces are set for a whole engine. Remove the key.',
  ),
  uts: refuse('is not in Swarm: each task has its own host name. Remove the key.'),
  volumes: renderMounts,
  volumes_from: refuse(
    'is not in Swarm: the other service may run on another node. Name a volume in `volumes` of both.',
  ),
  working_dir: keep,
};
