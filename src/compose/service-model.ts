import * as z from 'zod';

// One service of what `docker compose config --format json` prints. Numbers and sizes are printed
// as numbers by some versions of Compose and as strings by others; keys that are only ever warned
// about or refused are not looked into.

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const whole = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const texts = z.array(text);
const map = z.record(z.string(), text);
const anything = z.unknown().optional();

/** Printed as a number (288) by older versions and as octal digits ("0440") by newer ones. */
const fileMode = z.union([
  z.int(),
  z
    .string()
    .regex(/^[0-7]+$/)
    .transform((digits) => Number.parseInt(digits, 8)),
]);

const port = z.strictObject({
  name: z.string().nullish(),
  mode: z.enum(['ingress', 'host']).nullish(),
  host_ip: z.string().nullish(),
  target: whole,
  published: text.nullish(),
  protocol: z.enum(['tcp', 'udp', 'sctp']).nullish(),
  app_protocol: z.string().nullish(),
});
export type ComposePort = z.infer<typeof port>;

const mount = z.strictObject({
  type: z.string(),
  source: z.string().nullish(),
  target: z.string().nullish(),
  read_only: z.boolean().nullish(),
  consistency: z.string().nullish(),
  bind: z
    .strictObject({
      propagation: z.string().nullish(),
      create_host_path: anything,
      selinux: z.string().nullish(),
      recursive: z.string().nullish(),
    })
    .nullish(),
  volume: z
    .strictObject({
      nocopy: z.boolean().nullish(),
      subpath: z.string().nullish(),
      labels: map.nullish(),
    })
    .nullish(),
  tmpfs: z.strictObject({ size: whole.nullish(), mode: fileMode.nullish() }).nullish(),
  image: anything,
});
export type ComposeMount = z.infer<typeof mount>;

const attachment = z.strictObject({
  aliases: texts.nullish(),
  driver_opts: map.nullish(),
  ipv4_address: z.string().nullish(),
  ipv6_address: z.string().nullish(),
  link_local_ips: texts.nullish(),
  mac_address: z.string().nullish(),
  priority: anything,
  gw_priority: anything,
  interface_name: z.string().nullish(),
});
export type ComposeAttachment = z.infer<typeof attachment>;

const reference = z.strictObject({
  source: z.string(),
  target: z.string().nullish(),
  uid: text.nullish(),
  gid: text.nullish(),
  mode: fileMode.nullish(),
});
export type ComposeReference = z.infer<typeof reference>;

const update = z.strictObject({
  parallelism: whole.nullish(),
  delay: z.string().nullish(),
  failure_action: z.string().nullish(),
  monitor: z.string().nullish(),
  max_failure_ratio: z.number().nullish(),
  order: z.string().nullish(),
});

const resource = {
  cpus: text.nullish(),
  memory: text.nullish(),
  pids: whole.nullish(),
  devices: z.array(anything).nullish(),
  generic_resources: z
    .array(
      z.strictObject({
        discrete_resource_spec: z.strictObject({ kind: z.string(), value: whole }).nullish(),
      }),
    )
    .nullish(),
};

const deploy = z.strictObject({
  mode: z.enum(['replicated', 'global', 'replicated-job', 'global-job']).nullish(),
  replicas: whole.nullish(),
  labels: map.nullish(),
  update_config: update.nullish(),
  rollback_config: update.nullish(),
  resources: z
    .strictObject({
      limits: z.strictObject(resource).nullish(),
      reservations: z.strictObject(resource).nullish(),
    })
    .nullish(),
  restart_policy: z
    .strictObject({
      condition: z.string().nullish(),
      delay: z.string().nullish(),
      max_attempts: whole.nullish(),
      window: z.string().nullish(),
    })
    .nullish(),
  placement: z
    .strictObject({
      constraints: texts.nullish(),
      preferences: z.array(z.strictObject({ spread: z.string().nullish() })).nullish(),
      max_replicas_per_node: whole.nullish(),
    })
    .nullish(),
  endpoint_mode: z.string().nullish(),
});
export type ComposeDeploy = z.infer<typeof deploy>;

const healthcheck = z.strictObject({
  test: texts.nullish(),
  interval: z.string().nullish(),
  timeout: z.string().nullish(),
  retries: whole.nullish(),
  start_period: z.string().nullish(),
  start_interval: z.string().nullish(),
  disable: z.boolean().nullish(),
});
export type ComposeHealthcheck = z.infer<typeof healthcheck>;

const dependency = z
  .strictObject({
    condition: z
      .enum(['service_started', 'service_healthy', 'service_completed_successfully'])
      .nullish(),
    required: z.boolean().nullish(),
    restart: anything,
  })
  .nullable();

const ulimit = z.union([whole, z.strictObject({ soft: whole, hard: whole })]);

export const service = z.strictObject({
  annotations: anything,
  attach: anything,
  blkio_config: anything,
  build: anything,
  cap_add: texts.nullish(),
  cap_drop: texts.nullish(),
  cgroup: z.string().nullish(),
  cgroup_parent: anything,
  command: texts.nullish(),
  configs: z.array(reference).nullish(),
  container_name: anything,
  cpu_count: anything,
  cpu_percent: anything,
  cpu_period: whole.nullish(),
  cpu_quota: whole.nullish(),
  cpu_rt_period: anything,
  cpu_rt_runtime: anything,
  cpu_shares: anything,
  cpus: text.nullish(),
  cpuset: anything,
  credential_spec: z
    .strictObject({
      config: z.string().nullish(),
      file: z.string().nullish(),
      registry: z.string().nullish(),
    })
    .nullish(),
  depends_on: z.union([texts, z.record(z.string(), dependency)]).nullish(),
  deploy: deploy.nullish(),
  develop: anything,
  device_cgroup_rules: anything,
  devices: anything,
  dns: texts.nullish(),
  dns_opt: anything,
  dns_search: texts.nullish(),
  domainname: anything,
  entrypoint: texts.nullish(),
  env_file: anything,
  environment: z.record(z.string(), text.nullable()).nullish(),
  expose: anything,
  extends: anything,
  external_links: anything,
  extra_hosts: z.union([texts, z.record(z.string(), z.union([text, texts]))]).nullish(),
  gpus: anything,
  group_add: anything,
  healthcheck: healthcheck.nullish(),
  hostname: z.string().nullish(),
  image: z.string().nullish(),
  init: z.boolean().nullish(),
  ipc: z.string().nullish(),
  isolation: z.string().nullish(),
  label_file: anything,
  labels: map.nullish(),
  links: texts.nullish(),
  logging: z
    .strictObject({
      driver: z.string().nullish(),
      options: z.record(z.string(), text.nullable()).nullish(),
    })
    .nullish(),
  mac_address: anything,
  mem_limit: text.nullish(),
  mem_reservation: text.nullish(),
  mem_swappiness: anything,
  memswap_limit: anything,
  models: anything,
  network_mode: z.string().nullish(),
  networks: z.record(z.string(), attachment.nullable()).nullish(),
  oom_kill_disable: anything,
  oom_score_adj: whole.nullish(),
  pid: z.string().nullish(),
  pids_limit: whole.nullish(),
  platform: z.string().nullish(),
  ports: z.array(port).nullish(),
  post_start: anything,
  pre_start: anything,
  pre_stop: anything,
  privileged: anything,
  profiles: anything,
  provider: anything,
  pull_policy: anything,
  pull_refresh_after: anything,
  read_only: z.boolean().nullish(),
  restart: z.string().nullish(),
  runtime: anything,
  scale: whole.nullish(),
  secrets: z.array(reference).nullish(),
  security_opt: anything,
  shm_size: whole.nullish(),
  stdin_open: z.boolean().nullish(),
  stop_grace_period: z.string().nullish(),
  stop_signal: z.string().nullish(),
  storage_opt: anything,
  sysctls: map.nullish(),
  tmpfs: texts.nullish(),
  tty: z.boolean().nullish(),
  ulimits: z.record(z.string(), ulimit).nullish(),
  use_api_socket: anything,
  user: text.nullish(),
  userns_mode: z.string().nullish(),
  uts: z.string().nullish(),
  volumes: z.array(mount).nullish(),
  volumes_from: anything,
  working_dir: z.string().nullish(),
});
export type ComposeService = z.infer<typeof service>;

/** Every key of a service that Compose knows. */
export const SERVICE_KEYS: readonly string[] = Object.keys(service.shape);
