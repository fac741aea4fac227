import type { Parsed } from './compose-project.ts';

// Each key of a service in Compose, as `docker compose config` prints it, and what becomes of it.

interface Translation {
  readonly service: Record<string, unknown>;
  /** Of the service in the stack file. */
  readonly expected: Parsed;
}

const limits = (resources: object) => ({ deploy: { resources: { limits: resources } } });

/** Named after the keys. */
export const TRANSLATED: Record<string, Translation> = {
  'cap_add, cap_drop': {
    service: { cap_add: ['NET_ADMIN'], cap_drop: ['ALL'] },
    expected: { cap_add: ['NET_ADMIN'], cap_drop: ['ALL'] },
  },
  command: { service: { command: ['a', '$b'] }, expected: { command: ['a', '$b'] } },
  cpus: { service: { cpus: 0.5 }, expected: limits({ cpus: '0.5' }) },
  'cpus as text': { service: { cpus: '1.5' }, expected: limits({ cpus: '1.5' }) },
  'cpu_quota, cpu_period': {
    service: { cpu_quota: 5000, cpu_period: 10000 },
    expected: limits({ cpus: '0.5' }),
  },
  credential_spec: {
    service: { credential_spec: { file: 'a.json' } },
    expected: { credential_spec: { file: 'a.json' } },
  },
  'depends_on, of a service that is not there': {
    service: { depends_on: { db: { condition: 'service_healthy', required: false } } },
    expected: {},
  },
  dns: { service: { dns: ['10.0.0.1'] }, expected: { dns: ['10.0.0.1'] } },
  dns_search: { service: { dns_search: ['a.b'] }, expected: { dns_search: ['a.b'] } },
  entrypoint: { service: { entrypoint: ['/x'] }, expected: { entrypoint: ['/x'] } },
  'entrypoint taken away': { service: { entrypoint: [] }, expected: { entrypoint: [''] } },
  environment: {
    service: { environment: { A: '$x', N: 3, B: true, NONE: null, EMPTY: '' } },
    expected: { environment: { A: '$x', N: '3', B: 'true', NONE: null, EMPTY: '' } },
  },
  extra_hosts: {
    service: { extra_hosts: ['a=1.2.3.4', 'b=::1', 'c=[::2]', 'd:5.6.7.8'] },
    expected: { extra_hosts: ['a:1.2.3.4', 'b:::1', 'c:::2', 'd:5.6.7.8'] },
  },
  healthcheck: {
    service: { healthcheck: { test: ['CMD', 'x'], interval: '1m30s', retries: 3 } },
    expected: { healthcheck: { test: ['CMD', 'x'], interval: '1m30s', retries: 3 } },
  },
  'healthcheck that says nothing': {
    service: { healthcheck: {} },
    expected: { healthcheck: {} },
  },
  'healthcheck disabled': {
    service: { healthcheck: { disable: true, test: ['NONE'] } },
    expected: { healthcheck: { disable: true } },
  },
  hostname: { service: { hostname: 'h' }, expected: { hostname: 'h' } },
  init: { service: { init: false }, expected: { init: false } },
  'ipc private': { service: { ipc: 'private' }, expected: {} },
  'cgroup private': { service: { cgroup: 'private' }, expected: {} },
  isolation: { service: { isolation: 'hyperv' }, expected: { isolation: 'hyperv' } },
  labels: { service: { labels: { a: true } }, expected: { labels: { a: 'true' } } },
  logging: {
    service: { logging: { driver: 'json-file', options: { 'max-file': '3' } } },
    expected: { logging: { driver: 'json-file', options: { 'max-file': '3' } } },
  },
  mem_limit: { service: { mem_limit: '10485760' }, expected: limits({ memory: '10485760' }) },
  mem_reservation: {
    service: { mem_reservation: 10485760 },
    expected: { deploy: { resources: { reservations: { memory: '10485760' } } } },
  },
  'network_mode host': {
    service: { network_mode: 'host' },
    expected: { networks: { host: {} } },
  },
  'network_mode bridge': {
    service: { network_mode: 'bridge' },
    expected: { networks: { bridge: {} } },
  },
  networks: {
    service: { networks: { default: null, other: { aliases: ['x'] } } },
    expected: { networks: { default: {}, other: { aliases: ['x'] } } },
  },
  pids_limit: { service: { pids_limit: 10 }, expected: limits({ pids: 10 }) },
  'pids_limit without a limit': { service: { pids_limit: -1 }, expected: {} },
  platform: {
    service: { platform: 'linux/amd64' },
    expected: {
      deploy: {
        placement: {
          constraints: ['node.platform.os==linux', 'node.platform.arch==x86_64'],
        },
      },
    },
  },
  'platform without an architecture': {
    service: { platform: 'windows' },
    expected: { deploy: { placement: { constraints: ['node.platform.os==windows'] } } },
  },
  'platform without a system': {
    service: { platform: 'arm64' },
    expected: { deploy: { placement: { constraints: ['node.platform.arch==aarch64'] } } },
  },
  'platform beside constraints': {
    service: {
      platform: 'linux/s390x',
      deploy: { placement: { constraints: ['node.labels.a==b'] } },
    },
    expected: {
      deploy: {
        placement: {
          constraints: ['node.labels.a==b', 'node.platform.os==linux', 'node.platform.arch==s390x'],
        },
      },
    },
  },
  ports: {
    service: {
      ports: [
        { target: 80, published: '8080', protocol: 'tcp', mode: 'ingress', name: 'a' },
        { target: 53, protocol: 'udp', mode: 'host', app_protocol: 'dns' },
        { target: 81, published: 8081, host_ip: '0.0.0.0' },
      ],
    },
    expected: {
      ports: [
        { target: 80, published: 8080, protocol: 'tcp', mode: 'ingress' },
        { target: 53, protocol: 'udp', mode: 'host' },
        { target: 81, published: 8081, protocol: 'tcp', mode: 'ingress' },
      ],
    },
  },
  'privileged: false': { service: { privileged: false }, expected: {} },
  read_only: { service: { read_only: true }, expected: { read_only: true } },
  'restart no': {
    service: { restart: 'no' },
    expected: { deploy: { restart_policy: { condition: 'none' } } },
  },
  'restart always': {
    service: { restart: 'always' },
    expected: { deploy: { restart_policy: { condition: 'any' } } },
  },
  'restart unless-stopped': {
    service: { restart: 'unless-stopped' },
    expected: { deploy: { restart_policy: { condition: 'any' } } },
  },
  'restart on-failure:3': {
    service: { restart: 'on-failure:3' },
    expected: { deploy: { restart_policy: { condition: 'on-failure', max_attempts: 3 } } },
  },
  'restart beside restart_policy': {
    service: { restart: 'no', deploy: { restart_policy: { condition: 'any' } } },
    expected: { deploy: { restart_policy: { condition: 'any' } } },
  },
  'restart always of a job': {
    service: { restart: 'always', deploy: { mode: 'replicated-job' } },
    expected: { deploy: { mode: 'replicated-job', restart_policy: { condition: 'on-failure' } } },
  },
  scale: { service: { scale: 3 }, expected: { deploy: { replicas: 3 } } },
  'scale to nothing': { service: { scale: 0 }, expected: { deploy: { replicas: 0 } } },
  shm_size: {
    service: { shm_size: '67108864' },
    expected: { volumes: [{ type: 'tmpfs', target: '/dev/shm', tmpfs: { size: 67108864 } }] },
  },
  'shm_size beside a mount': {
    service: { shm_size: 5, volumes: [{ type: 'tmpfs', target: '/dev/shm' }] },
    expected: { volumes: [{ type: 'tmpfs', target: '/dev/shm' }] },
  },
  stdin_open: { service: { stdin_open: true }, expected: { stdin_open: true } },
  stop_grace_period: {
    service: { stop_grace_period: '1m30s' },
    expected: { stop_grace_period: '1m30s' },
  },
  stop_signal: { service: { stop_signal: 'SIGINT' }, expected: { stop_signal: 'SIGINT' } },
  sysctls: {
    service: { sysctls: { 'net.core.somaxconn': 1024 } },
    expected: { sysctls: { 'net.core.somaxconn': '1024' } },
  },
  tmpfs: {
    service: { tmpfs: ['/run', '/a:size=64m,ro,noexec,mode=1777'] },
    expected: {
      volumes: [
        { type: 'tmpfs', target: '/run' },
        { type: 'tmpfs', target: '/a', read_only: true, tmpfs: { size: 67108864 } },
      ],
    },
  },
  tty: { service: { tty: true }, expected: { tty: true } },
  ulimits: {
    service: { ulimits: { nofile: 1, nproc: { soft: 1, hard: 2 } } },
    expected: { ulimits: { nofile: 1, nproc: { soft: 1, hard: 2 } } },
  },
  user: { service: { user: '1000' }, expected: { user: '1000' } },
  volumes: {
    service: {
      volumes: [
        { type: 'volume', source: 'v', target: '/v', volume: { nocopy: true } },
        { type: 'bind', source: '/etc', target: '/e', bind: { create_host_path: true } },
        { type: 'bind', source: '/x', target: '/x', bind: { propagation: 'rslave' } },
        { type: 'tmpfs', target: '/t', tmpfs: { size: '10', mode: 1023 } },
        { type: 'volume', target: '/anonymous', read_only: true, volume: {} },
      ],
    },
    expected: {
      volumes: [
        { type: 'volume', source: 'v', target: '/v', volume: { nocopy: true } },
        { type: 'bind', source: '/etc', target: '/e' },
        { type: 'bind', source: '/x', target: '/x', bind: { propagation: 'rslave' } },
        { type: 'tmpfs', target: '/t', tmpfs: { size: 10 } },
        { type: 'volume', target: '/anonymous', read_only: true },
      ],
    },
  },
  working_dir: { service: { working_dir: '/w' }, expected: { working_dir: '/w' } },
  'deploy.resources': {
    service: {
      deploy: {
        resources: {
          limits: { cpus: 0.5, memory: 10485760, pids: 3 },
          reservations: {
            cpus: '0.25',
            generic_resources: [{ discrete_resource_spec: { kind: 'gpu', value: 2 } }],
          },
        },
      },
    },
    expected: {
      deploy: {
        resources: {
          limits: { cpus: '0.5', memory: '10485760', pids: 3 },
          reservations: {
            cpus: '0.25',
            generic_resources: [{ discrete_resource_spec: { kind: 'gpu', value: 2 } }],
          },
        },
      },
    },
  },
  'done by Compose: attach, env_file, extends, label_file, profiles': {
    service: {
      attach: true,
      env_file: ['a'],
      extends: { service: 'x' },
      label_file: ['b'],
      profiles: ['c'],
    },
    expected: {},
  },
};

/**
 * Left out with a warning. Named as in docs/compose.md: after the key, and after a colon what is
 * special.
 */
export const WARNED: Record<string, Record<string, unknown>> = {
  annotations: { annotations: { a: 'b' } },
  blkio_config: { blkio_config: { weight: 300 } },
  build: { build: { context: '/workspace' } },
  cgroup_parent: { cgroup_parent: 'x' },
  container_name: { container_name: 'x' },
  cpu_count: { cpu_count: 1 },
  cpu_percent: { cpu_percent: 1 },
  cpu_rt_period: { cpu_rt_period: '1' },
  cpu_rt_runtime: { cpu_rt_runtime: '1' },
  cpu_shares: { cpu_shares: 5 },
  cpuset: { cpuset: '0' },
  develop: { develop: { watch: [{}] } },
  dns_opt: { dns_opt: ['use-vc'] },
  domainname: { domainname: 'x' },
  expose: { expose: ['80'] },
  links: { links: ['db', 'db:db'] },
  mem_swappiness: { mem_swappiness: '60' },
  memswap_limit: { memswap_limit: '1' },
  oom_kill_disable: { oom_kill_disable: true },
  oom_score_adj: { oom_score_adj: 100 },
  pull_policy: { pull_policy: 'always' },
  pull_refresh_after: { pull_refresh_after: 'daily' },
  storage_opt: { storage_opt: { size: '1G' } },
  'deploy.update_config: of a job': {
    deploy: { mode: 'global-job', update_config: { parallelism: 1 } },
  },
  'networks.default.priority': { networks: { default: { priority: 3 } } },
  'networks.default.gw_priority': { networks: { default: { gw_priority: 3 } } },
  'tmpfs: uid, gid, mode and other options': { tmpfs: ['/t:uid=5', '/u:mode=700'] },
  'volumes: tmpfs.mode': {
    volumes: [{ type: 'tmpfs', target: '/t', tmpfs: { mode: '0700' } }],
  },
  'configs: mode in decimal': { configs: [{ source: 'a', target: 'a', mode: 440 }] },
  'configs: external at several paths': {
    configs: [
      { source: 'a', target: '/a' },
      { source: 'a', target: '/b' },
    ],
  },
  'secrets: external at several paths': {
    secrets: [
      { source: 'a', target: '/a' },
      { source: 'a', target: '/b' },
    ],
  },
  'secrets: mode in decimal': { secrets: [{ source: 'a', target: 'a', mode: 400 }] },
  'volumes: volume.labels': {
    volumes: [{ type: 'volume', target: '/t', volume: { labels: { a: 'b' } } }],
  },
  'networks.default.driver_opts: with Docker before 28': {
    networks: { default: { driver_opts: { a: 'b' } } },
  },
  'deploy.rollback_config: of a job': {
    deploy: { mode: 'replicated-job', rollback_config: { parallelism: 1 } },
  },
  'volumes: bind.selinux': {
    volumes: [{ type: 'bind', source: '/a', target: '/t', bind: { selinux: 'z' } }],
  },
  'ports: beside network_mode host': {
    network_mode: 'host',
    ports: [{ target: 80, published: '80' }],
  },
};

/** Named in the same way. */
export const REFUSED: Record<string, Record<string, unknown>> = {
  'deploy.replicas: less than none': { deploy: { replicas: -1 } },
  'scale: less than none': { scale: -990 },
  'cgroup: other than private': { cgroup: 'host' },
  device_cgroup_rules: { device_cgroup_rules: ['c 1:3 mr'] },
  devices: { devices: [{ source: '/dev/a', target: '/dev/b' }] },
  'deploy.resources.reservations.devices': {
    deploy: { resources: { reservations: { devices: [{ capabilities: ['gpu'] }] } } },
  },
  'deploy.endpoint_mode: dnsrr with ingress ports': {
    deploy: { endpoint_mode: 'dnsrr' },
    ports: [{ target: 80 }],
  },
  'deploy.replicas: of a global service': { deploy: { mode: 'global', replicas: 2 } },
  'scale: of a global service': { deploy: { mode: 'global' }, scale: 2 },
  'deploy.resources.limits.generic_resources': {
    deploy: {
      resources: {
        limits: { generic_resources: [{ discrete_resource_spec: { kind: 'gpu', value: 1 } }] },
      },
    },
  },
  external_links: { external_links: ['x'] },
  gpus: { gpus: [{ count: -1 }] },
  group_add: { group_add: ['a'] },
  'ipc: other than private': { ipc: 'host' },
  'links: with another name': { links: ['db:database'] },
  mac_address: { mac_address: '02:42:ac:11:65:43' },
  models: { models: { llm: null } },
  'network_mode: of another service': { network_mode: 'service:db' },
  'network_mode: none': { network_mode: 'none' },
  'networks.default.ipv4_address': { networks: { default: { ipv4_address: '10.0.0.1' } } },
  'networks.default.ipv6_address': { networks: { default: { ipv6_address: '::1' } } },
  'networks.default.link_local_ips': { networks: { default: { link_local_ips: ['1.2.3.4'] } } },
  'networks.default.interface_name': { networks: { default: { interface_name: 'eth9' } } },
  'networks.default.mac_address': { networks: { default: { mac_address: '02:00::' } } },
  pid: { pid: 'host' },
  'ports: host_ip of one address': {
    ports: [{ target: 80, published: '80', host_ip: '127.0.0.1' }],
  },
  'ports: published with a range for one target': {
    ports: [{ target: 80, published: '8000-8005' }],
  },
  'ports: published twice': {
    ports: [
      { target: 80, published: '80' },
      { target: 81, published: '80' },
    ],
  },
  'ports: two with mode host for one target': {
    ports: [
      { target: 80, published: '80', mode: 'host' },
      { target: 80, published: '81', mode: 'host' },
    ],
  },
  'image: no reference to an image': { image: 'ghcr.io/Acme/Shop:1' },
  post_start: { post_start: [{ command: ['x'] }] },
  pre_start: { pre_start: [{ command: ['x'] }] },
  pre_stop: { pre_stop: [{ command: ['x'] }] },
  privileged: { privileged: true },
  provider: { provider: { type: 'x' } },
  'restart: any other word': { restart: 'sometimes' },
  runtime: { runtime: 'runsc' },
  security_opt: { security_opt: ['no-new-privileges:true'] },
  'tmpfs: size that is no size': { tmpfs: ['/t:size=half'] },
  'tmpfs: exec, suid, dev': { tmpfs: ['/t:exec'] },
  use_api_socket: { use_api_socket: true },
  userns_mode: { userns_mode: 'host' },
  uts: { uts: 'host' },
  'volumes: volume.subpath': {
    volumes: [{ type: 'volume', source: 'v', target: '/v', volume: { subpath: 'x' } }],
  },
  'volumes: bind.recursive other than enabled': {
    volumes: [{ type: 'bind', source: '/a', target: '/v', bind: { recursive: 'disabled' } }],
  },
  'volumes: cluster without a group': {
    volumes: [{ type: 'cluster', source: 'data', target: '/v' }],
  },
  'volumes: type image': { volumes: [{ type: 'image', source: 'i', target: '/v' }] },
  'volumes: bind from the workspace': {
    volumes: [{ type: 'bind', source: '/workspace/site', target: '/v' }],
  },
  'volumes: two at one target': {
    volumes: [
      { type: 'volume', source: 'a', target: '/v' },
      { type: 'volume', source: 'b', target: '/v' },
    ],
  },
  volumes_from: { volumes_from: ['db'] },
};

/**
 * Networks that are made with a warning, and those that are refused. Named as in docs/compose.md,
 * too.
 */
export const NETWORKS_WARNED: Record<string, readonly [network: object, made: object]> = {
  'driver: bridge': [{ driver: 'bridge', driver_opts: { a: 'b' } }, { driver: 'overlay' }],
  enable_ipv6: [{ enable_ipv6: true }, {}],
  'enable_ipv4: false': [{ enable_ipv4: false }, {}],
  'ipam.options': [{ ipam: { options: { a: 'b' } } }, {}],
  'ipam.config: gateway, ip_range, aux_addresses': [
    { ipam: { config: [{ subnet: '10.1.0.0/24', gateway: '10.1.0.9' }] } },
    { ipam: { config: [{ subnet: '10.1.0.0/24' }] } },
  ],
};

const bridgeOption = (option: string, value: string) => ({
  driver: 'bridge',
  driver_opts: { [`com.docker.network.bridge.${option}`]: value },
});

export const NETWORKS_REFUSED: Record<string, readonly object[]> = {
  'driver: host, none, macvlan, ipvlan': [
    { driver: 'host' },
    { driver: 'none' },
    { driver: 'macvlan' },
    { driver: 'ipvlan' },
  ],
  'driver_opts: bridge options that keep others out': [
    bridgeOption('host_binding_ipv4', '127.0.0.1'),
    bridgeOption('enable_icc', 'false'),
  ],
};
