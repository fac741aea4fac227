import { describe, expect, test } from '@jest/globals';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { renderStack } from '../../../../src/compose/render/render.ts';
import { composeProject } from '../../../support/compose-project.ts';

const objects = { a: { external: true }, b: { external: true } };

/** What is refused of a service, and of what there is a warning. */
async function found(service: object): Promise<readonly string[]> {
  const project = composeProject({
    services: { web: { image: 'x', ...service } },
    volumes: { data: null },
    ...{ secrets: objects, configs: objects },
  });
  try {
    const { findings } = await renderStack(project, { stackName: 'shop' });
    return findings.map(({ message }) => message);
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return error.findings.map(({ message }) => message);
  }
}

const limits = (given: object) => ({ deploy: { resources: { limits: given } } });
const reservations = (given: object) => ({ deploy: { resources: { reservations: given } } });
const placed = (...constraints: readonly string[]) => ({ deploy: { placement: { constraints } } });
const mount = (target: string) => ({ volumes: [{ type: 'volume', source: 'data', target }] });

describe('a value that no engine takes is refused', () => {
  test.each<[string, object, string]>([
    [
      'a limit of memory',
      limits({ memory: '1048576' }),
      '`deploy.resources.limits.memory` is 1048576 bytes. The engine takes 6 MiB or more: write for example `6M`.',
    ],
    [
      'a limit of memory between that of the swarm and of a container',
      limits({ memory: '5242880' }),
      '6 MiB or more',
    ],
    ['reserved memory', reservations({ memory: '1048576' }), '4 MiB or more'],
    ['mem_limit', { mem_limit: '4194304' }, '`mem_limit` is 4194304 bytes'],
    ['cpus', limits({ cpus: '0.0001' }), 'takes 0.01 or more'],
    ['cpus of Compose', { cpus: 0.0005 }, '`cpus` is 0.0005'],
    [
      'a constraint with one =',
      placed('node.role = manager'),
      'has `node.role = manager`. Write `key == value`',
    ],
    ['a constraint without a value', placed('node.role'), 'Write `key == value`'],
    [
      'a constraint of characters that Swarm does not take',
      placed('node.labels.zone == a,b'),
      'does not take these characters',
    ],
    ['a constraint that no node can meet', placed('node.name == web-1'), 'Nodes have no such key'],
    [
      'a restart condition',
      { deploy: { restart_policy: { condition: 'always' } } },
      '`deploy.restart_policy.condition` is always. Write one of: none, on-failure, any.',
    ],
    [
      'a failure action',
      { deploy: { update_config: { failure_action: 'stop' } } },
      'continue, pause, rollback',
    ],
    [
      'a failure action of a rollback',
      { deploy: { rollback_config: { failure_action: 'rollback' } } },
      'Write one of: continue, pause.',
    ],
    ['an order', { deploy: { update_config: { order: 'first' } } }, 'stop-first, start-first'],
    [
      'a failure ratio',
      { deploy: { update_config: { max_failure_ratio: 30 } } },
      'a number from 0 to 1',
    ],
    [
      'a parallelism',
      { deploy: { update_config: { parallelism: -1 } } },
      '0 (all at once) or more',
    ],
    [
      'an interval',
      { healthcheck: { test: ['CMD', 'x'], interval: '500us' } },
      '`healthcheck.interval` is 500us. The engine takes 1ms or more.',
    ],
    [
      'a relative target',
      mount('srv'),
      'mounts something at `srv`. Write an absolute path: `/srv`.',
    ],
    ['the root as a target', mount('/'), 'the root of the container'],
    ['a relative tmpfs', { tmpfs: ['run'] }, '`tmpfs` mounts something at `run`'],
    [
      'two secrets at one target',
      { secrets: [{ source: 'a' }, { source: 'b', target: 'a' }] },
      '`secrets` puts a and b at one place, a. Give one of them another `target`.',
    ],
    [
      'a secret by its whole path',
      { secrets: [{ source: 'a' }, { source: 'b', target: '/run/secrets/a' }] },
      'at one place, /run/secrets/a',
    ],
    [
      'two configs at one target',
      {
        configs: [
          { source: 'a', target: '/etc/x' },
          { source: 'b', target: '/etc/x' },
        ],
      },
      'at one place, /etc/x',
    ],
    [
      'a setting of the whole kernel',
      { sysctls: { 'vm.max_map_count': 262144 } },
      '`sysctls.vm.max_map_count` is a setting of the whole kernel',
    ],
    ['the host name as a setting', { sysctls: { 'kernel.hostname': 'x' } }, 'whole kernel'],
    [
      'a limit that Linux does not have',
      { ulimits: { files: 3 } },
      '`ulimits.files` is none that Linux has',
    ],
    [
      'a soft limit above the hard one',
      { ulimits: { nofile: { soft: 9, hard: 8 } } },
      'has a soft limit (9) above the hard one (8)',
    ],
    ['a capability', { cap_add: ['NET_ADMN'] }, '`cap_add` has NET_ADMN, which is no capability'],
    ['a capability to drop', { cap_drop: ['everything'] }, '`cap_drop` has everything'],
    ['a signal', { stop_signal: 'SIGTREM' }, '`stop_signal` is SIGTREM, which is no signal'],
    ['a relative folder', { working_dir: 'srv/app' }, 'Write an absolute path: `/srv/app`.'],
  ])('%s', async (_what, service, message) => {
    const messages = await found(service);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('service web: ');
    expect(messages[0]).toContain(message);
  });
});

test.each<[string, object]>([
  ['the least memory', { ...limits({ memory: '6291456' }) }],
  ['no limit', { ...limits({ memory: '0', cpus: '0' }), mem_limit: '0' }],
  [
    'constraints',
    placed(
      'node.role==manager',
      'node.labels.zone != a',
      'engine.labels.os==ubuntu 24.04',
      'Node.Hostname == web-1',
      'node.ip==10.0.0.0/8',
      'node.platform.arch == x86_64',
    ),
  ],
  [
    'settings that a container has for itself',
    {
      sysctls: {
        'net.core.somaxconn': 1,
        'kernel.shmmax': 1,
        'fs.mqueue.msg_max': 1,
        'net/ipv4/ip_forward': 1,
      },
    },
  ],
  ['limits', { ulimits: { nofile: { soft: -1, hard: -1 }, memlock: -1, nproc: 5 } }],
  ['capabilities as people write them', { cap_add: ['net_admin', 'CAP_SYS_TIME', 'ALL'] }],
  ['signals', { stop_signal: 'sigquit' }],
  ['a signal by its number', { stop_signal: '3' }],
  ['a real-time signal', { stop_signal: 'SIGRTMIN+3' }],
  ['targets', mount('/srv/../data')],
  ['a target of Windows', mount('C:\\data')],
  ['secrets at places of their own', { secrets: [{ source: 'a' }, { source: 'b' }] }],
  [
    'a policy',
    {
      deploy: {
        update_config: {
          failure_action: 'rollback',
          order: 'start-first',
          max_failure_ratio: 0.3,
          parallelism: 0,
        },
        restart_policy: { condition: 'on-failure' },
      },
    },
  ],
  [
    'a healthcheck',
    { healthcheck: { test: ['CMD', 'x'], interval: '1ms', timeout: '0s', retries: 3 } },
  ],
])('what engines take is left alone: %s', async (_what, service) => {
  expect(await found(service)).toEqual([]);
});

test('a preference that Swarm passes over is told', async () => {
  const spread = (by: string) => ({ deploy: { placement: { preferences: [{ spread: by }] } } });
  expect(await found(spread('node.labels.zone'))).toEqual([]);
  expect(await found(spread('node.hostname'))).toEqual([
    'service web: `deploy.placement.preferences` spreads by `node.hostname`, which Swarm passes over: it knows `node.labels.<key>` and `engine.labels.<key>`.',
  ]);
});
