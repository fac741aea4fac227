import type { StageRecord } from '../../src/base/timeline.ts';
import type { NodeReport, Report, ServiceReport, TaskReport } from '../../src/report/report.ts';

const DIGEST = 'sha256:4c0fdaa8b6341bfdeca5f18f7837462c80cff90527ee35ef185571e1c327beac';

/**
 * Nodes as the `docker` driver makes them, the first `managers` of them managers, the first one the
 * leader.
 */
export function nodes(number: number, managers = 1): NodeReport[] {
  return Array.from({ length: number }, (_, index) => ({
    name: `node-${index + 1}`,
    address: `172.28.0.${index + 2}`,
    role: index < managers ? 'manager' : 'worker',
    ...(index === 0 ? { leader: true } : {}),
    state: 'ready',
    engine: '26.1.5',
  }));
}

/** `number` tasks, dealt to the nodes in turn. */
export function tasks(number: number, on: readonly NodeReport[], start = 0): TaskReport[] {
  return Array.from({ length: number }, (_, index) => {
    const node = on[(index + start) % on.length]?.name;
    return {
      id: `task${index}`,
      slot: index + 1,
      ...(node === undefined ? {} : { node }),
      state: 'running',
    };
  });
}

/** A replicated service all of whose tasks run. */
export function service(
  name: string,
  own: readonly TaskReport[],
  changes: Partial<ServiceReport> = {},
): ServiceReport {
  return {
    name,
    mode: 'replicated',
    image: `ghcr.io/acme/${name}:1.4.2`,
    running: own.length,
    desired: own.length,
    ports: [],
    summary: `${own.length}/${own.length} running`,
    tasks: own,
    ...changes,
  };
}

const STAGES = [
  ['Check inputs and compose file', 412, undefined],
  ['Create machines', 2_840, '3 nodes'],
  ['Form the swarm', 1_130, undefined],
  ['Load images', 1_905, '2 images to 3 nodes'],
  ['Deploy the stack', 386, undefined],
  ['Wait until it runs', 7_310, '9 tasks'],
  ['Verify', 240, '3 addresses'],
] as const;

/** Stages one after another, the last one with another result where asked. */
export function timeline(
  number: number = STAGES.length,
  last?: StageRecord['result'],
): StageRecord[] {
  let startMs = 0;
  return STAGES.slice(0, number).map(([name, durationMs, note], index) => {
    const record: StageRecord = {
      name,
      startMs,
      durationMs,
      result: index === number - 1 && last ? last : 'ok',
      ...(note === undefined ? {} : { note }),
    };
    startMs += durationMs + 12;
    return record;
  });
}

const three = nodes(3);

export const success: Report = {
  cluster: 'shop-pr-42',
  driver: 'docker',
  stack: 'shop',
  status: 'converged',
  nodes: three,
  services: [
    service('web', tasks(3, three), {
      image: `nginx:1.27.2@${DIGEST}`,
      ports: ['8080->80/tcp'],
    }),
    service('api', tasks(4, three, 1), { ports: ['9000->9000/tcp'] }),
    service(
      'agent',
      three.map(({ name }) => ({ id: `agent-${name}`, node: name, state: 'running' })),
      {
        mode: 'global',
      },
    ),
    service('db', tasks(1, three, 1), { image: 'postgres:17' }),
    service('migrate', [{ id: 'm', slot: 1, node: 'node-3', state: 'complete', exitCode: 0 }], {
      mode: 'replicated-job',
      running: 0,
      desired: 1,
      summary: '1/1 completed',
    }),
  ],
  endpoints: [
    {
      service: 'web',
      published: 8080,
      target: 80,
      protocol: 'tcp',
      mode: 'ingress',
      urls: [
        'http://127.0.0.1:8080',
        'http://172.28.0.2:8080',
        'http://172.28.0.3:8080',
        'http://172.28.0.4:8080',
      ],
      checked: 'answers',
    },
    {
      service: 'api',
      published: 9000,
      target: 9000,
      protocol: 'tcp',
      mode: 'ingress',
      urls: ['http://127.0.0.1:9000'],
      checked: 'not checked',
      note: 'the kernel of the nodes has no ip_vs',
    },
  ],
  timeline: timeline(),
  warnings: [
    { message: 'depends_on has no effect in a swarm', file: 'compose.yaml', line: 12 },
    { message: 'The kernel has no ip_vs: the routing mesh cannot answer.' },
  ],
  diagnoses: [],
  teardown: { text: 'The post step destroys the 3 machines and their network.' },
};

const seven = nodes(7, 3);

export const large: Report = {
  ...success,
  cluster: 'shop-9812736455-e2e',
  nodes: seven,
  services: [
    service('web', tasks(24, seven), { ports: ['80->8080/tcp', '443->8443/tcp'] }),
    service('api', tasks(12, seven, 3)),
    service('worker', tasks(6, seven, 2)),
    service(
      'agent',
      seven.map(({ name }) => ({ id: `agent-${name}`, node: name, state: 'running' })),
      {
        mode: 'global',
      },
    ),
    service('db', tasks(1, seven, 4), { image: `postgres:17@${DIGEST}` }),
  ],
  warnings: [],
};

const down: NodeReport[] = three.map((node) =>
  node.name === 'node-3' ? { ...node, state: 'down' } : node,
);

export const failure: Report = {
  ...success,
  status: 'crash-loop',
  nodes: down,
  services: [
    service('web', tasks(2, down.slice(0, 2)), { ports: ['8080->80/tcp'] }),
    service(
      'api',
      [
        {
          id: 'a1',
          slot: 1,
          node: 'node-1',
          state: 'failed',
          exitCode: 1,
          error: 'task: non-zero exit (1)',
        },
        { id: 'a2', slot: 2, node: 'node-2', state: 'starting' },
      ],
      { running: 0, desired: 2, summary: '0/2 running, 1 starting, 3 failed', class: 'crash-loop' },
    ),
    service(
      'cache',
      [
        {
          id: 'c1',
          slot: 1,
          node: 'node-2',
          state: 'rejected',
          error: 'No such image: registry.acme.test/cache:2',
        },
      ],
      {
        image: 'registry.acme.test/cache:2',
        running: 0,
        desired: 1,
        summary: '0/1 running, 1 rejected',
        class: 'image',
      },
    ),
    service('search', [{ id: 's1', slot: 1, state: 'pending' }], {
      running: 0,
      desired: 1,
      summary: '0/1 running, 1 pending',
      class: 'unschedulable',
    }),
  ],
  endpoints: [],
  timeline: timeline(6, 'failed'),
  diagnoses: [
    {
      service: 'api',
      class: 'crash-loop',
      cause: 'Its container ends with exit code 1 shortly after it starts, 3 times in 14 s.',
      evidence: ['node-1: task: non-zero exit (1)', 'node-2: task: non-zero exit (1)'],
      hint: 'Read its last log lines below; run the image with the same environment on your machine.',
      logTail: [
        '2026-11-23T22:10:04Z INFO  starting api 1.4.2',
        '2026-11-23T22:10:04Z INFO  connecting to db:5432',
        '\u001b[31m2026-11-23T22:10:09Z ERROR dial tcp: lookup db on 127.0.0.11:53: no such host\u001b[0m',
        'panic: no database',
      ].join('\n'),
    },
    {
      service: 'cache',
      class: 'image',
      cause: 'No node can get its image.',
      evidence: ['No such image: registry.acme.test/cache:2'],
      hint: 'Check the name, log in with registry-auth, or name it in the input images to load it from the runner.',
      location: { file: 'compose.yaml', line: 31 },
    },
    {
      service: 'search',
      class: 'unschedulable',
      cause: 'No node has what it asks for.',
      evidence: ['no suitable node (scheduling constraints not satisfied on 3 nodes)'],
      hint: 'Give a node the label disk=ssd, or take the constraint out.',
      location: { file: 'compose.yaml', line: 44 },
    },
  ],
  error: { message: 'Stack shop did not converge: api, cache, search' },
  diagnosticsFolder: 'swarm-up-diagnostics/shop-pr-42',
};

const odd: NodeReport[] = [
  {
    name: 'end',
    address: '10.0.0.1',
    role: 'manager',
    leader: true,
    state: 'ready',
    engine: '28.1 (beta)',
  },
  {
    name: 'graph "x"]; click n0',
    address: '10.0.0.2',
    role: 'worker',
    state: 'ready',
    engine: '20.10.24',
  },
  {
    name: '%%{init: {}}%%',
    address: '10.0.0.3',
    role: 'worker',
    state: 'dis|connected',
    engine: '1. one',
  },
];

const HOSTILE =
  'a | b\n<img src=x onerror=alert(1)> **bold** `tick` ``` [l](http://x) @octocat #1 $x$ </details> \\';

export const weird: Report = {
  ...success,
  cluster: '<b>x</b>',
  stack: 'st|ack`s',
  nodes: odd,
  services: [
    service('1. list', tasks(3, odd), { image: 'r/`x`|y:1', summary: HOSTILE }),
    service('_em_', tasks(2, odd), { ports: ['53->53/udp'] }),
    service('- dash', tasks(2, odd)),
    service('subgraph', tasks(2, odd)),
    service('日本語-ünï', tasks(2, odd)),
    service('"quote" #quot; #35;', tasks(1, odd)),
    service('a<br/>b & c', tasks(1, odd)),
  ],
  status: 'failed',
  endpoints: [
    {
      service: 'a|b',
      published: 1,
      target: 1,
      protocol: 'tcp',
      mode: 'host',
      urls: ['http://preview.example.com:8080/x_y', 'javascript:alert(1)'],
      checked: 'no answer',
      note: HOSTILE,
    },
  ],
  warnings: [{ message: HOSTILE, file: 'a`b|c.yaml', line: 3 }],
  diagnoses: [
    {
      service: 'a`b',
      class: 'crash-loop',
      cause: HOSTILE,
      evidence: [HOSTILE],
      hint: '1. do this\n2. or that',
      logTail: 'one\n```\n````\n</details>\n## not a heading\n',
    },
  ],
};
