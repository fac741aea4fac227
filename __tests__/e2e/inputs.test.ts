import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { generateKeyPair } from '../../src/ssh/keys/generate.ts';
import { testCluster } from '../support/cluster.ts';
import { docker, engineState, NOTHING } from '../support/engine.ts';
import { expectConclusion } from '../support/stacks.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const WEB = `services:
  web:
    image: ${HELLO_IMAGE}
    ports: [{target: 8080, published: 18290, mode: host}]
`;

interface Refusal {
  readonly title: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly compose?: string;
  readonly status?: string;
  /** The last error of the log. */
  readonly says: readonly string[];
  /** An annotation at a line of the compose file. */
  readonly at?: { readonly line: number; readonly message: RegExp };
}

const REFUSALS: readonly Refusal[] = [
  {
    title: 'several inputs at once',
    inputs: {
      nodes: 'three',
      'wait-timeout': '5 minutes',
      teardown: 'sometimes',
      'stack-name': 'My Shop',
      'driver-options': 'memmory: 1g',
    },
    says: [
      '5 inputs are not right.',
      'nodes: "three": not a number of machines',
      'wait-timeout: "5 minutes": not a duration',
      'teardown: "sometimes": not known. ',
      'stack-name: "My Shop": not a name for a stack',
      'has no option `memmory`. Did you mean `memory`?',
      'Nothing has been created.',
    ],
  },
  {
    title: 'more managers than nodes',
    inputs: { nodes: '2', managers: '3' },
    says: ['managers: "3": more managers than nodes (2)'],
  },
  {
    title: 'no compose file',
    inputs: { 'compose-file': 'deploy/compose.yaml' },
    says: ['deploy/compose.yaml'],
  },
  {
    title: 'a compose file that is not YAML',
    compose: 'services:\n  web:\n    image: [a\n  api: {}\n',
    says: ['compose.yaml'],
    at: { line: 4, message: /./ },
  },
  {
    title: 'a key that Compose does not know',
    compose: 'services:\n  web:\n    image: a\n    imagee: b\n',
    says: ['imagee'],
    at: { line: 4, message: /imagee/ },
  },
  {
    title: 'a variable that must be set',
    compose: 'services:\n  web:\n    image: web:$'.concat('{TAG:?give a tag}\n'),
    says: ['give a tag'],
    at: { line: 3, message: /TAG/ },
  },
  {
    title: 'what a swarm leaves out, with strict compatibility',
    inputs: { compatibility: 'strict' },
    compose: `${WEB}    container_name: the-web\n    cpuset: "0"\n`,
    says: [
      'as it is: 2 problems.',
      'compose.yaml:5: service web: `container_name`',
      'compose.yaml:6: service web: `cpuset`',
      '`compatibility: warn` deploys without them',
    ],
    at: { line: 6, message: /cpuset/ },
  },
  {
    title: 'what a swarm cannot do',
    compose: `${WEB}      - 127.0.0.1:18291:80\n`.replace('[{', '\n      - {').replace('}]', '}'),
    says: ['127.0.0.1'],
    at: { line: 6, message: /127\.0\.0\.1/ },
  },
  {
    title: 'an image that the runner does not have',
    compose: WEB,
    inputs: { images: `${HELLO_IMAGE}\nlocalhost/no-such-image:1` },
    status: 'image',
    says: ['localhost/no-such-image:1', 'Docker Engine of the runner', 'docker build -t'],
  },
  {
    title: 'a port to verify that nothing publishes',
    compose: WEB,
    inputs: { verify: '18290/\n9999/health' },
    says: ['verify: 9999/health: no service of the compose file publishes', 'Published: 18290'],
  },
];

test.each(REFUSALS)(
  'refused before anything is created: $title',
  async ({ inputs, compose, says, at, status = 'failed' }) => {
    await using cluster = testCluster('refused');
    if (compose) cluster.write('compose.yaml', compose);
    const run = await cluster.up({ ...inputs });
    expect({ exitCode: run.exitCode, status: run.outputs.status }).toEqual({ exitCode: 1, status });
    const errors = run.annotations.filter(({ level }) => level === 'error');
    for (const text of says) expect(errors.at(-1)?.message).toContain(text);
    if (at) {
      expect(errors).toContainEqual(
        expect.objectContaining({
          file: 'compose.yaml',
          line: at.line,
          message: expect.stringMatching(at.message),
        }),
      );
    }
    expect(await engineState(cluster.name)).toEqual(NOTHING);
    expect(run.state).toEqual({});

    const post = await cluster.post(run, inputs);
    expect(post.conclusion).toBe('success');
    expect(post.lines.join('\n')).toContain(
      'The main step created nothing, so there is nothing to remove.',
    );
  },
  60_000,
);

test('driver-options of the docker driver reach the node', async () => {
  await using cluster = testCluster('options');
  const run = await cluster.up({
    nodes: '1',
    'compose-file': '-',
    'driver-options': [
      'cpus: 1.5',
      'memory: 768m',
      'insecure-registries: [registry.test:5000]',
      'registry-mirrors: [http://mirror.test:5000]',
    ].join('\n'),
  });
  expectConclusion(run, 'success');
  const limits = '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}';
  expect(await docker('inspect', '--format', limits, `${cluster.name}-1`)).toBe(
    `1500000000 ${768 * 1024 * 1024}`,
  );
  const registries = JSON.parse(
    await cluster.docker('info', '--format', '{{json .RegistryConfig}}'),
  ) as { IndexConfigs: object; Mirrors: string[] };
  expect(registries.Mirrors).toEqual(['http://mirror.test:5000/']);
  expect(registries.IndexConfigs).toHaveProperty(['registry.test:5000', 'Secure'], false);
  expect((await cluster.post(run)).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 120_000);

test('an error of the compose file comes alone, though hosts are connected to by then', async () => {
  await using cluster = testCluster('alone');
  let cut = 0;
  const cutting = createServer((socket) => {
    cut += 1;
    socket.destroy();
  });
  // Like a host that hangs: it takes the connection, and says nothing.
  const left = Promise.withResolvers<void>();
  const silent = createServer((socket) => {
    socket.on('error', () => {}).once('close', () => left.resolve());
    socket.resume();
  });
  const ports: number[] = [];
  for (const server of [cutting, silent]) {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  try {
    const { privateKey, publicKey } = generateKeyPair('alone');
    cluster.write('compose.yaml', 'services:\n  web:\n    image: a\n    imagee: b\n');
    const run = await cluster.up({
      driver: 'ssh',
      hosts: ports.map((port) => `127.0.0.1:${port}`).join('\n'),
      'ssh-private-key': privateKey,
      'ssh-known-hosts': ports.map((port) => `[127.0.0.1]:${port} ${publicKey}`).join('\n'),
    });
    expectConclusion(run, 'failure');
    expect(run.annotations.filter(({ message }) => !/imagee/.test(message))).toEqual([]);
    expect(run.lines.join('\n')).not.toContain('127.0.0.1');
    expect(run.state).not.toHaveProperty('swarm-up');
    expect(cut).toBeGreaterThan(0);
    await left.promise;
    expect((await cluster.post(run)).conclusion).toBe('success');
  } finally {
    for (const server of [cutting, silent]) server.close();
  }
}, 60_000);
