import { join } from 'node:path';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { type RenderedStack, renderStack } from '../../../src/compose/render/render.ts';
import { runner } from '../../../src/exec/runner.ts';
import {
  deployRendered,
  type SwarmObjects,
  startDrainedSwarm,
} from '../../support/drained-swarm.ts';
import { loadProject } from '../../support/load-project.ts';

// Keys that `docker stack deploy` refuses, forgets or has another word for: what `docker service
// inspect` says after our deployment.

jest.setTimeout(120_000);

const WORKSPACE = join(import.meta.dirname, '../../fixtures/compose/every-key');
const MIB = 2 ** 20;
const SECOND = 1e9;

let stack: RenderedStack;
let swarm: SwarmObjects;

beforeAll(async () => {
  const project = await loadProject(runner, {
    workspace: WORKSPACE,
    files: ['compose.yaml', 'production.yaml'],
    profiles: ['seed'],
    env: { API_TOKEN: 'to$ken', WHO: 'us', FROM_STEP: 'x' },
    projectName: 'every-key',
  });
  stack = await renderStack(project, { stackName: 'every-key' });
  await using drained = await startDrainedSwarm();
  const { node } = drained;
  await node.run(['docker', 'network', 'create', '--driver=overlay', 'proxy']);
  await node.run(['docker', 'config', 'create', 'outside-config', '-'], { stdin: 'x' });
  await node.run(['docker', 'secret', 'create', 'outside-secret', '-'], { stdin: 'x' });
  await deployRendered(node, stack);
  swarm = await drained.objects();
});

// biome-ignore lint/suspicious/noExplicitAny: any part of a spec
type Spec = any;

function specOf(service: string): Spec {
  return swarm.services.find(({ Spec }) => Spec.Name === `every-key_${service}`)?.Spec;
}

/** The part of a service that a test is about, by the first word of its path. */
const PARTS: Readonly<Record<string, (spec: Spec) => Spec>> = {
  container: (spec) => spec.TaskTemplate.ContainerSpec,
  task: (spec) => spec.TaskTemplate,
  service: (spec) => spec,
};

const port = (target: number, published: number | undefined, rest: object = {}) => ({
  Protocol: 'tcp',
  TargetPort: target,
  ...(published === undefined ? {} : { PublishedPort: published }),
  PublishMode: 'ingress',
  ...rest,
});
const namespace = { 'com.docker.stack.namespace': 'every-key' };
const file = (Name: string, UID = '0', GID = '0', Mode = 0o444) => ({ Name, UID, GID, Mode });

/** Key of Compose, service of the fixture, place in what was inspected, what stands there. */
const ROWS: readonly (readonly [key: string, service: string, place: string, value: unknown])[] = [
  ['mem_limit', 'limits', 'task.Resources.Limits.MemoryBytes', 512 * MIB],
  ['mem_reservation', 'limits', 'task.Resources.Reservations.MemoryBytes', 64 * MIB],
  ['cpus', 'limits', 'task.Resources.Limits.NanoCPUs', 0.5e9],
  ['pids_limit', 'limits', 'task.Resources.Limits.Pids', 100],
  ['cpu_quota, cpu_period', 'quota', 'task.Resources.Limits.NanoCPUs', 1.5e9],
  ['limits in numbers', 'numbers', 'task.Resources.Limits.NanoCPUs', 0.25e9],
  ['replicas in quotes', 'numbers', 'service.Mode', { Replicated: { Replicas: 2 } }],
  ['a boolean of a variable', 'numbers', 'container.TTY', true],
  ['restart: no', 'restart-no', 'task.RestartPolicy.Condition', 'none'],
  ['restart: always', 'restart-always', 'task.RestartPolicy.Condition', 'any'],
  ['restart: unless-stopped', 'restart-stopped', 'task.RestartPolicy.Condition', 'any'],
  ['restart: on-failure', 'restart-failure', 'task.RestartPolicy.Condition', 'on-failure'],
  ['restart: on-failure:3', 'restart-failure', 'task.RestartPolicy.MaxAttempts', 3],
  ['restart: always of a job', 'migrate', 'task.RestartPolicy.Condition', 'on-failure'],
  ['scale', 'scale', 'service.Mode', { Replicated: { Replicas: 3 } }],
  ['deploy.mode: global', 'agent', 'service.Mode', { Global: {} }],
  [
    'deploy.mode: replicated-job',
    'migrate',
    'service.Mode',
    { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 2 } },
  ],
  [
    'ulimits',
    'kernel',
    'container.Ulimits',
    [
      { Name: 'nofile', Hard: 1024, Soft: 1024 },
      { Name: 'nproc', Hard: 20, Soft: 10 },
    ],
  ],
  ['sysctls', 'kernel', 'container.Sysctls', { 'net.core.somaxconn': '512' }],
  ['cap_add', 'kernel', 'container.CapabilityAdd', ['CAP_NET_BIND_SERVICE']],
  ['cap_drop', 'kernel', 'container.CapabilityDrop', ['ALL']],
  ['init', 'kernel', 'container.Init', true],
  ['stop_grace_period', 'process', 'container.StopGracePeriod', 90 * SECOND],
  ['stop_signal', 'process', 'container.StopSignal', 'SIGQUIT'],
  ['command', 'process', 'container.Args', ['echo', '$HOME', 'two words']],
  ['entrypoint', 'process', 'container.Command', ['/entry', '-x']],
  ['entrypoint: []', 'no-entrypoint', 'container.Command', ['']],
  ['hostname', 'process', 'container.Hostname', 'the-host'],
  ['user', 'process', 'container.User', '1000:1001'],
  ['working_dir', 'process', 'container.Dir', '/srv'],
  ['read_only', 'process', 'container.ReadOnly', true],
  ['stdin_open', 'process', 'container.OpenStdin', true],
  [
    'tmpfs, shm_size',
    'memory-files',
    'container.Mounts',
    [
      { Type: 'tmpfs', Target: '/dev/shm', TmpfsOptions: { SizeBytes: 64 * MIB } },
      { Type: 'tmpfs', Target: '/run' },
      { Type: 'tmpfs', Target: '/tmp', ReadOnly: true, TmpfsOptions: { SizeBytes: 16 * MIB } },
    ],
  ],
  ['extra_hosts', 'resolver', 'container.Hosts', ['fd00::2 gate', '10.0.0.1 one', 'fd00::1 six']],
  ['dns', 'resolver', 'container.DNSConfig.Nameservers', ['10.0.0.53', '10.0.0.54']],
  ['dns_search', 'resolver', 'container.DNSConfig.Search', ['example.test']],
  [
    'healthcheck, start_interval',
    'healthy',
    'container.Healthcheck',
    {
      Test: ['CMD-SHELL', 'curl -f http://localhost:$PORT/'],
      Interval: 60 * SECOND,
      Timeout: 5 * SECOND,
      StartPeriod: 30 * SECOND,
      StartInterval: 2 * SECOND,
      Retries: 4,
    },
  ],
  ['healthcheck.disable', 'unchecked', 'container.Healthcheck', { Test: ['NONE'] }],
  [
    'labels, a map',
    'labels-map',
    'container.Labels',
    { ...namespace, text: 'a $b', number: '80', flag: 'true' },
  ],
  ['labels, a list', 'labels-list', 'container.Labels', { ...namespace, text: 'a=b', nothing: '' }],
  ['deploy.labels, a map', 'labels-map', 'service.Labels.rule', 'Host(`$1`)'],
  ['deploy.labels, a list', 'labels-list', 'service.Labels.rule', 'x'],
  [
    'configs, short and long',
    'objects',
    'container.Configs',
    [
      { File: file('/etc/inline', '33', '34', 0o440), ConfigName: 'every-key_inline' },
      { File: file('page'), ConfigName: 'every-key_page' },
      { File: file('outside-config'), ConfigName: 'outside-config' },
    ],
  ],
  [
    'secrets, short and long',
    'objects',
    'container.Secrets',
    [
      { File: file('renamed', '1', '2', 0o400), SecretName: 'every-key_from-file' },
      { File: file('token'), SecretName: 'every-key_token' },
      { File: file('outside-secret'), SecretName: 'outside-secret' },
    ],
  ],
  [
    'logging',
    'logged',
    'task.LogDriver',
    { Name: 'json-file', Options: { 'max-size': '10m', 'max-file': '3', compress: 'true' } },
  ],
  [
    'volumes, short and long',
    'mounts',
    'container.Mounts',
    [
      {
        Type: 'volume',
        Source: 'every-key_data',
        Target: '/data',
        ReadOnly: true,
        VolumeOptions: {
          Labels: { ...namespace, kind: 'data' },
          DriverConfig: {
            Name: 'local',
            Options: { type: 'nfs', o: 'addr=10.0.0.1,rw', device: ':/export' },
          },
        },
      },
      {
        Type: 'volume',
        Source: 'our-own',
        Target: '/named',
        VolumeOptions: { NoCopy: true, Labels: namespace },
      },
      { Type: 'bind', Source: '/srv', Target: '/srv', BindOptions: { Propagation: 'rslave' } },
      { Type: 'tmpfs', Target: '/scratch', TmpfsOptions: { SizeBytes: 10 * MIB } },
      { Type: 'volume', Target: '/anonymous' },
      { Type: 'volume', Source: 'outside', Target: '/outside', VolumeOptions: {} },
    ],
  ],
  [
    'networks, aliases, external',
    'attached',
    'task.Networks',
    [
      { Target: 'every-key_front', Aliases: ['www', 'attached'] },
      { Target: 'proxy', Aliases: ['attached'] },
    ],
  ],
  [
    'networks, none given',
    'alone',
    'task.Networks',
    [{ Target: 'every-key_default', Aliases: ['alone'] }],
  ],
  ['network_mode: host', 'host', 'task.Networks', [{ Target: 'host' }]],
  [
    'platform',
    'elsewhere',
    'task.Placement.Constraints',
    ['node.platform.os==linux', 'node.platform.arch==aarch64'],
  ],
  [
    'ports, every form',
    'ports',
    'service.EndpointSpec.Ports',
    [
      port(443, undefined),
      port(22, 20022, { PublishMode: 'host' }),
      port(53, 20053, { Protocol: 'udp' }),
      port(80, 20080),
      port(81, 20081),
      port(90, 20090),
    ],
  ],
  [
    'environment, env_file, interpolation',
    'environment',
    'container.Env',
    [
      'ALTERNATIVE=is set',
      'DOLLAR=a$b',
      'FLAG=true',
      'NESTED=inner',
      'NUMBER=5',
      'PLAIN=plain',
      'QUOTED=two words',
      'UNSET',
    ],
  ],
  ['include', 'included', 'container.Env', ['PART=of the part']],
  ['extends', 'extended', 'container.Env', ['OWN=1', 'PART=of the part']],
  ['extends, another key', 'extended', 'container.CapabilityAdd', ['CAP_SYS_TIME']],
  ['x- keys and anchors', 'anchored', 'container.Labels', { ...namespace, shared: 'yes' }],
  ['several files', 'overridden', 'container.Env', ['A=base', 'B=production']],
  ['!override', 'overridden', 'service.EndpointSpec.Ports', [port(80, 20101)]],
];

test.each(ROWS)('%s', (_, service, place, value) => {
  const [part = '', ...keys] = place.split('.');
  const found = keys.reduce((at, key) => at?.[key], PARTS[part]?.(specOf(service)));
  expect(comparable(found)).toEqual(value);
});

/** Without ids and hashes. */
function comparable(found: Spec): Spec {
  if (!Array.isArray(found)) return found;
  return found.map((item) => {
    if (typeof item !== 'object') return item;
    const { ConfigID: _, SecretID: __, ...rest } = item;
    for (const name of ['ConfigName', 'SecretName']) {
      if (rest[name]) rest[name] = rest[name].replace(/_[0-9a-f]{12}$/, '');
    }
    const network = swarm.networks.find(({ Id }) => Id === rest.Target);
    return network ? { ...rest, Target: network.Name } : rest;
  });
}

test('networks', () => {
  const front = swarm.networks.find(({ Name }) => Name === 'every-key_front');
  expect(front).toMatchObject({
    Driver: 'overlay',
    Internal: true,
    Attachable: true,
    Labels: { ...namespace, kind: 'front' },
    Options: { encrypted: '' },
    IPAM: { Config: [{ Subnet: '10.88.0.0/24' }] },
  });
});

test('profiles: only services of those that are enabled, and of none, are there', () => {
  const names = swarm.services.map(({ Spec }) => Spec.Name);
  expect(names).toContain('every-key_for-seeding');
  expect(names).not.toContain('every-key_for-debugging');
});

test('the only thing to be told is the mode that Compose misread', () => {
  // Newer versions of Compose read it as it is meant.
  const told = stack.findings.filter(({ message }) => !message.includes('taken for octal'));
  expect(told).toEqual([]);
});
