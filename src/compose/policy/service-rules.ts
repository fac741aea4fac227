import { goDurationMs } from '../go-duration.ts';
import type {
  ComposeAttachment,
  ComposeDeploy,
  ComposeMount,
  ComposePort,
  ComposeReference,
  ComposeService,
} from '../service-model.ts';
import { each, free, keys, never, object, only, type Rule } from './rule.ts';

/** Ports below belong to root, and to the services of the machine. */
const FIRST_PORT = 1024;
/** Docker's own: its API, the swarm's management, gossip and overlay traffic. */
const DOCKER_PORTS = [2375, 2376, 2377, 4789, 7946];

/** In ms: a task that does not stop keeps its networks and its node that long. */
const LONGEST_STOP_MS = 5 * 60_000;

/**
 * Log drivers that keep what they get on the node. The others let dockerd, on the node's own
 * network, talk to an address of the file's choice.
 */
const LOG_DRIVERS = ['json-file', 'local', 'none'];
const LOG_OPTIONS = [
  ...['compress', 'env', 'env-regex', 'labels', 'labels-regex', 'max-buffer-size'],
  ...['max-file', 'max-size', 'mode', 'tag'],
];

/** Those that a container has of its own (docker docs, `docker run --sysctl`). */
const SYSCTLS =
  /^(?:net\..+|fs\.mqueue\..+|kernel\.(?:msg(?:max|mnb|mni)|sem|shm(?:all|max|mni|_rmid_forced)))$/;

/**
 * Limits of a process, without those of real-time scheduling, which takes the processor from
 * everybody else.
 */
const ULIMITS = [
  ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nofile', 'nproc'],
  ...['rss', 'sigpending', 'stack'],
];

/** What Docker and this action write themselves, and read again. */
const RESERVED_LABELS = /^\s*(?:swarm-up\.|com\.docker\.(?:swarm|stack)\.)/i;

export const labelRule = keys(
  (label) => !RESERVED_LABELS.test(label),
  (label) => `the label ${label} belongs to Docker or to this action. Take another name.`,
);

const rights = (key: string) => never(`\`${key}\` gives it rights on its node. Leave it out.`);
const namespace = (key: string): Rule<string> =>
  only(
    ['private'],
    (other) => `\`${key}: ${other}\` is of its node, or of another container. Leave it out.`,
  );
const notInSwarm = (key: string) =>
  never(`\`${key}\` is not for a service of a swarm. Leave it out.`);

/** Swarm expands `{{…}}` in these, on the node. */
const noTemplate: Rule<string> = (text, { refuse }) => {
  if (text.includes('{{')) refuse(`${text} is a template, which each node expands. Write it out.`);
};

const path: Rule<string> = (text, judged) => {
  noTemplate(text, judged);
  if (text.split(/[\\/]/).includes('..')) judged.refuse(`${text} has \`..\` in it.`);
};

const mountKeys = object<ComposeMount>({
  type: free,
  source: noTemplate,
  target: path,
  read_only: free,
  consistency: free,
  bind: free,
  volume: object<NonNullable<ComposeMount['volume']>>({
    nocopy: free,
    subpath: path,
    labels: labelRule,
  }),
  tmpfs: free,
  image: free,
});

const mount: Rule<ComposeMount> = (value, judged) => {
  const { type, source, target } = value;
  const isOwn = type === 'volume' && (!source || Object.hasOwn(judged.model.volumes, source));
  if (isOwn || type === 'tmpfs') return mountKeys(value, judged);
  judged.refuse(
    `\`volumes\`: ${source ?? type} at ${target ?? '?'} is of the node, not of the stack. Use a named volume, or a config.`,
  );
};

const port: Rule<ComposePort> = ({ published }, { refuse }) => {
  if (!published) return;
  const [matched, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(published) ?? [];
  if (matched === undefined) return refuse(`\`ports\` publishes ${published}, which is no port.`);
  if (Number(first) < FIRST_PORT) {
    return refuse(`\`ports\` publishes ${published}. Publish ${FIRST_PORT} or above.`);
  }
  const taken = DOCKER_PORTS.find((one) => one >= Number(first) && one <= Number(last));
  if (taken === undefined) return;
  refuse(`\`ports\` publishes ${published}, and ${taken} is a port of Docker itself.`);
};

const attachment = object<ComposeAttachment>({
  aliases: free,
  driver_opts: never('`driver_opts` of a network reach the driver of the node. Leave them out.'),
  ipv4_address: free,
  ipv6_address: free,
  link_local_ips: free,
  mac_address: free,
  priority: free,
  gw_priority: free,
  interface_name: free,
});

const reference = (kind: 'configs' | 'secrets'): Rule<ComposeReference> =>
  object<ComposeReference>({
    source: (source, { refuse, model }) => {
      if (!Object.hasOwn(model[kind], source)) refuse(`${source} is not declared in \`${kind}\`.`);
    },
    target: path,
    uid: free,
    gid: free,
    mode: free,
  });

const ofTheNode = never(
  'generic resources and devices are of the node. Leave them out, or deploy without the policy.',
);

type Resources = NonNullable<NonNullable<ComposeDeploy['resources']>['limits']>;
const resources = object<Resources>({
  cpus: free,
  memory: free,
  pids: free,
  devices: ofTheNode,
  generic_resources: ofTheNode,
});

const deploy = object<ComposeDeploy>({
  mode: free,
  replicas: free, // counted over all services
  labels: labelRule,
  update_config: free,
  rollback_config: free,
  resources: object<NonNullable<ComposeDeploy['resources']>>({
    limits: resources,
    reservations: resources,
  }),
  restart_policy: free,
  placement: free,
  endpoint_mode: free,
});

const stopGracePeriod: Rule<string> = (text, { refuse }) => {
  const ms = goDurationMs(text);
  if (ms !== undefined && ms <= LONGEST_STOP_MS) return;
  refuse(`\`stop_grace_period\` is ${text}. At most ${LONGEST_STOP_MS / 60_000} minutes.`);
};

type Logging = NonNullable<ComposeService['logging']>;
const logging = object<Logging>({
  driver: (driver, { refuse }) => {
    if (LOG_DRIVERS.includes(driver)) return;
    refuse(`\`logging\`: ${driver} sends logs elsewhere. Known: ${LOG_DRIVERS.join(', ')}.`);
  },
  options: keys(
    (option) => LOG_OPTIONS.includes(option),
    (option) => `\`logging\`: the option ${option} may send logs elsewhere. Leave it out.`,
  ),
});

/** Each key of a service that a stranger may use, and how. */
export const serviceRules = object<ComposeService>({
  annotations: free,
  attach: free,
  blkio_config: free,
  build: free, // `build: true` is refused with a policy
  cap_add: rights('cap_add'),
  cap_drop: free,
  cgroup: namespace('cgroup'),
  cgroup_parent: rights('cgroup_parent'),
  command: free,
  configs: each(reference('configs')),
  container_name: free,
  cpu_count: free,
  cpu_percent: free,
  cpu_period: free,
  cpu_quota: free,
  cpu_rt_period: free,
  cpu_rt_runtime: free,
  cpu_shares: free,
  cpus: free,
  cpuset: free,
  credential_spec: rights('credential_spec'),
  depends_on: free,
  deploy,
  develop: free,
  device_cgroup_rules: rights('device_cgroup_rules'),
  devices: rights('devices'),
  dns: free,
  dns_opt: free,
  dns_search: free,
  domainname: free,
  entrypoint: free,
  env_file: free,
  environment: free,
  expose: free,
  extends: free,
  external_links: notInSwarm('external_links'),
  extra_hosts: free,
  gpus: rights('gpus'),
  group_add: free,
  healthcheck: free,
  hostname: free,
  image: free,
  init: free,
  ipc: namespace('ipc'),
  isolation: only(['default'], (other) => `\`isolation: ${other}\` is of its node. Leave it out.`),
  label_file: free,
  labels: labelRule,
  links: free,
  logging,
  mac_address: free,
  mem_limit: free,
  mem_reservation: free,
  mem_swappiness: free,
  memswap_limit: free,
  models: notInSwarm('models'),
  network_mode: only(
    ['default'],
    (other) =>
      `\`network_mode: ${other}\` is of its node, or of another container. Use \`networks\`.`,
  ),
  networks: each(attachment),
  oom_kill_disable: free,
  oom_score_adj: free,
  pid: namespace('pid'),
  pids_limit: free,
  platform: free,
  ports: each(port),
  post_start: notInSwarm('post_start'),
  pre_start: notInSwarm('pre_start'),
  pre_stop: notInSwarm('pre_stop'),
  privileged: rights('privileged'),
  profiles: free,
  provider: never('`provider` is a program of the runner. Leave it out.'),
  pull_policy: free,
  pull_refresh_after: free,
  read_only: free,
  restart: free,
  runtime: rights('runtime'),
  scale: free, // counted over all services
  secrets: each(reference('secrets')),
  security_opt: rights('security_opt'),
  shm_size: free,
  stdin_open: free,
  stop_grace_period: stopGracePeriod,
  stop_signal: free,
  storage_opt: free,
  sysctls: keys(
    (name) => SYSCTLS.test(name),
    (name) => `\`sysctls\`: ${name} is not of the container alone. Leave it out.`,
  ),
  tmpfs: each(noTemplate),
  tty: free,
  ulimits: keys(
    (name) => ULIMITS.includes(name),
    (name) => `\`ulimits\`: ${name} takes from the others on its node. Leave it out.`,
  ),
  use_api_socket: rights('use_api_socket'),
  user: free,
  userns_mode: namespace('userns_mode'),
  uts: namespace('uts'),
  volumes: each(mount),
  volumes_from: rights('volumes_from'),
  working_dir: free,
});
