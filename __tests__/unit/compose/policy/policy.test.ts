import { expect, test } from '@jest/globals';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { enforcePolicy } from '../../../../src/compose/policy/policy.ts';
import { composeProject, projectOf } from '../../../support/compose-project.ts';

const POLICY = { maxServices: 2, maxTasks: 4 };

function refused(project: Parameters<typeof enforcePolicy>[0]): string[] {
  try {
    enforcePolicy(project, POLICY);
    return [];
  } catch (error) {
    if (error instanceof ComposeError) return error.findings.map(({ message }) => message);
    throw error;
  }
}

test.each([
  [
    'a mount of the node',
    { volumes: [{ type: 'bind', source: '/', target: '/host' }] },
    /`volumes`: \/ at \/host is of the node/,
  ],
  [
    'the socket of docker',
    { volumes: [{ type: 'bind', source: '/var/run/docker.sock', target: '/s' }] },
    /docker\.sock/,
  ],
  ['a named pipe', { volumes: [{ type: 'npipe', source: 'x', target: 'y' }] }, /of the node/],
  ['a cluster volume', { volumes: [{ type: 'cluster', source: 'x', target: 'y' }] }, /of the node/],
  ['capabilities', { cap_add: ['SYS_ADMIN'] }, /`cap_add`/],
  ['all rights', { privileged: true }, /`privileged`/],
  ['devices', { devices: ['/dev/sda'] }, /`devices`/],
  ['security options', { security_opt: ['seccomp:unconfined'] }, /`security_opt`/],
  ['the socket by its key', { use_api_socket: true }, /`use_api_socket`/],
  ['a credential spec', { credential_spec: { file: 'x' } }, /`credential_spec`/],
  ['the network of the node', { network_mode: 'host' }, /`network_mode: host`/],
  ["the engine's own bridge", { network_mode: 'bridge' }, /`network_mode: bridge`/],
  ['that of a container', { network_mode: 'container:x' }, /`network_mode: container:x`/],
  ['that of a service', { network_mode: 'service:x' }, /`network_mode: service:x`/],
  ['another runtime', { runtime: 'x' }, /`runtime`/],
  ['a kind of isolation', { isolation: 'hyperv' }, /`isolation: hyperv`/],
  ['a program of the runner', { provider: { type: 'x' } }, /`provider`/],
  ['a command before the start', { post_start: [{ command: 'x' }] }, /`post_start`/],
  ['a model', { models: ['x'] }, /`models`/],
  ['mounts of others', { volumes_from: ['container:x'] }, /`volumes_from`/],
  [
    'an image as a mount',
    { volumes: [{ type: 'image', source: 'x', target: '/x' }] },
    /x at \/x is of the node/,
  ],
  [
    'a volume that the file does not declare',
    { volumes: [{ type: 'volume', source: 'theirs', target: '/x' }] },
    /theirs at \/x is of the node/,
  ],
  [
    'a part outside of a volume',
    { volumes: [{ type: 'volume', target: '/x', volume: { subpath: '../..' } }] },
    /\.\.\/\.\. has `\.\.` in it/,
  ],
  [
    'a mount by a template',
    { volumes: [{ type: 'volume', target: '/{{.Node.ID}}' }] },
    /is a template/,
  ],
  ['a template of a tmpfs', { tmpfs: ['/{{.Node.ID}}'] }, /is a template/],
  ['a port that is none', { ports: [{ target: 80, published: '1e4' }] }, /which is no port/],
  ['the port of the swarm', { ports: [{ target: 80, published: '2377' }] }, /2377 is a port of/],
  [
    'a range with the port of the gossip',
    { ports: [{ target: 80, published: '7900-8000' }] },
    /7946 is a port of Docker/,
  ],
  [
    'an option of the log driver',
    { logging: { options: { 'fluentd-address': 'x:1' } } },
    /the option fluentd-address/,
  ],
  ['a setting of the kernel', { sysctls: { 'kernel.core_pattern': '|x' } }, /core_pattern/],
  ['a setting of its memory', { sysctls: { 'vm.overcommit_memory': '1' } }, /vm\.overcommit/],
  ['real-time scheduling', { ulimits: { rtprio: 99 } }, /rtprio takes from the others/],
  ['a stop that never ends', { stop_grace_period: '87600h0m0s' }, /At most 5 minutes/],
  ['a stop that is not understood', { stop_grace_period: '-1s' }, /`stop_grace_period` is -1s/],
  ['a label of this action', { labels: { 'swarm-up.stack': 'x' } }, /the label swarm-up\.stack/],
  ['the same in other letters', { labels: { ' Swarm-Up.lock': 'x' } }, /the label +Swarm-Up/],
  [
    'a label of Docker on the service',
    { deploy: { labels: { 'com.docker.stack.namespace': 'x' } } },
    /the label com\.docker\.stack/,
  ],
  [
    'the devices of a node',
    { deploy: { resources: { reservations: { devices: [{}] } } } },
    /generic resources and devices/,
  ],
  [
    'what a node advertises',
    {
      deploy: {
        resources: {
          reservations: {
            generic_resources: [{ discrete_resource_spec: { kind: 'gpu', value: 1 } }],
          },
        },
      },
    },
    /generic resources and devices/,
  ],
  [
    'a config that is not declared',
    { configs: [{ source: 'theirs' }] },
    /theirs is not declared in `configs`/,
  ],
  [
    'an option of a network driver',
    { networks: { x: { driver_opts: { a: 'b' } } } },
    /`driver_opts` of a network/,
  ],
  ['the processes of the node', { pid: 'host' }, /`pid: host`/],
  ['the users of the node', { userns_mode: 'host' }, /`userns_mode: host`/],
  ['a port of root', { ports: [{ target: 80, published: '443' }] }, /publishes 443/],
  [
    'a range that begins there',
    { ports: [{ target: 80, published: '1000-2000' }] },
    /publishes 1000-2000/,
  ],
  ['logs to somewhere', { logging: { driver: 'syslog' } }, /`logging`: syslog/],
  ['too many replicas', { deploy: { replicas: 5 } }, /5 replicas in all, at most 4/],
  ['too many by `scale`', { scale: 5 }, /5 replicas in all/],
])('%s is refused', (_name, service, message) => {
  expect(refused(projectOf(service))).toEqual([expect.stringMatching(message)]);
});

test.each([
  ['networks', { external: true }, /network x: `external`/],
  ['networks', { driver: 'macvlan' }, /network x: driver macvlan/],
  ['networks', { name: 'shop_default' }, /network x: `name: shop_default` may be that of another/],
  ['networks', { ipam: { driver: 'evil' } }, /network x: driver evil/],
  ['networks', { ipam: { options: { a: 'b' } } }, /network x: `ipam\.options`/],
  [
    'networks',
    { driver_opts: { 'com.docker.network.driver.overlay.vxlanid_list': '4097' } },
    /network x: `driver_opts`: .*vxlanid_list/,
  ],
  ['networks', { labels: { 'swarm-up.cluster': 'x' } }, /network x: the label swarm-up/],
  ['volumes', { name: 'prod_data' }, /volume x: `name: prod_data`.* it is stk_x/],
  ['volumes', { name: '{{.Node.Hostname}}' }, /volume x: `name: /],
  ['configs', { name: 'prod_page', content: 'x' }, /config x: `name: prod_page`/],
  ['configs', { content: 'x', template_driver: 'other' }, /config x: template driver other/],
  ['secrets', { driver: 'vault', driver_opts: { a: 'b' } }, /secret x: driver vault/],
  ['volumes', { external: true }, /volume x: `external`/],
  ['volumes', { driver: 'sshfs' }, /volume x: driver sshfs/],
  ['volumes', { driver_opts: { type: 'none', o: 'bind', device: '/' } }, /volume x: `driver_opts`/],
  ['configs', { external: true }, /config x: `external`/],
  ['secrets', { external: true }, /secret x: `external`/],
  ['secrets', { driver: 'vault' }, /secret x: driver vault/],
])('%s: %j is refused', (kind, object, message) => {
  const project = composeProject({ services: { web: { image: 'web' } }, [kind]: { x: object } });
  expect(refused(project)[0]).toMatch(message);
});

test.each([-5, -990])('%d replicas take nothing off what others have', (replicas) => {
  const few = { image: 'x', deploy: { replicas } };
  const many = { image: 'x', deploy: { replicas: 5 } };
  expect(refused(composeProject({ services: { many, few } }))).toEqual([
    '5 replicas in all, at most 4 (`policy: restricted max-tasks=…`).',
  ]);
  const scaled = { image: 'x', scale: replicas };
  expect(refused(composeProject({ services: { many, scaled } }))).toHaveLength(1);
});

test('of replicas and scale the larger one counts', () => {
  const both = { image: 'x', deploy: { replicas: 1 }, scale: 100 };
  expect(refused(composeProject({ services: { both } }))).toHaveLength(1);
});

test('a key that this version does not know is refused', () => {
  const project = composeProject(
    { services: { web: { image: 'web' } } },
    { unknownKeys: [['services', 'web', 'new_power']] },
  );
  expect(refused(project)).toEqual(['services.web.new_power: the policy does not know this key.']);
});

test('a name that the stack itself would give is let through', () => {
  const project = composeProject({
    services: { web: { image: 'web' } },
    volumes: { x: { name: 'stk_x' } },
    configs: { page: { name: 'stk_page', content: 'x' } },
  });
  expect(refused(project)).toEqual([]);
});

test('too many services are refused', () => {
  const web = { image: 'web' };
  expect(refused(composeProject({ services: { a: web, b: web, c: web } }))).toEqual([
    expect.stringMatching(/^3 services, at most 2/),
  ]);
});

test('what a stack keeps to itself is let through', () => {
  const web = {
    image: 'web',
    volumes: [
      { type: 'volume', source: 'data', target: '/data' },
      { type: 'tmpfs', target: '/tmp' },
    ],
    ports: [
      { target: 80, published: '1024' },
      { target: 81 },
      { target: 82, published: '3000-3005', protocol: 'udp' },
    ],
    configs: [{ source: 'page', target: '/page', mode: 0o440 }],
    cap_drop: ['ALL'],
    sysctls: { 'net.core.somaxconn': '1024', 'kernel.shmmax': '1' },
    ulimits: { nofile: { soft: 1024, hard: 65_536 }, memlock: -1 },
    stop_grace_period: '1m30s',
    hostname: '{{.Node.Hostname}}-{{.Task.Slot}}',
    environment: { SLOT: '{{.Task.Slot}}', EMPTY: null },
    healthcheck: { test: ['CMD', 'true'], interval: '5s' },
    labels: { 'traefik.enable': 'true', 'com.example.swarm-up.x': 'y' },
    networks: { front: { aliases: ['shop'] }, back: null },
    extra_hosts: ['db:10.0.0.1'],
    build: { context: '.' },
    depends_on: { api: { condition: 'service_healthy' } },
    cap_add: [],
    privileged: false,
    deploy: { replicas: 3 },
    logging: { driver: 'json-file', options: { 'max-size': '10m', tag: '{{.Name}}' } },
  };
  const project = composeProject({
    services: { web, api: { image: 'api', deploy: { mode: 'global' } } },
    networks: {
      front: { driver: 'overlay', driver_opts: { encrypted: '' }, attachable: true },
      back: { internal: true, ipam: { config: [{ subnet: '10.9.0.0/24' }] } },
    },
    volumes: { data: { driver: 'local' } },
    configs: { page: { content: 'x' } },
  });
  expect(refused(project)).toEqual([]);
});
