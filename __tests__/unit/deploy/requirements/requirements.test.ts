import { expect, test } from '@jest/globals';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { renderStack } from '../../../../src/compose/render/render.ts';
import {
  checkRequirements,
  refuseEncryption,
  refuseExternals,
} from '../../../../src/deploy/requirements/requirements.ts';
import { readWanted } from '../../../../src/deploy/wanted.ts';
import type { Executor } from '../../../../src/exec/executor.ts';
import type { Present, PresentNetwork } from '../../../../src/stack/present.ts';
import { composeProject } from '../../../support/compose-project.ts';
import {
  presentNetwork,
  presentObject,
  presentService,
  presentWith,
} from '../../../support/present.ts';

const locate = () => undefined;
const options = {
  stack: 'shop',
  locate,
  prune: true,
  recreate: false,
  platforms: { services: [], nodes: [], emulated: [] },
  nodeCount: 3,
  allNodes: true,
};

async function wantedOf(model: object) {
  return readWanted(await renderStack(composeProject(model), { stackName: 'shop' }));
}

/** A node that has these volumes, and lacks these paths. */
function node(
  where: string,
  volumes: readonly string[] = [],
  missing: readonly string[] = [],
): Executor {
  return {
    where,
    run: async ([program, ...args]) => {
      if (args[1] === 'inspect' && args[2] === '--')
        return { exitCode: 1, stdout: '[]\n', stderr: '' };
      const paths = args.slice(3);
      const numbers = missing.map((path) => paths.indexOf(path) + 1).filter(Boolean);
      const found = program === 'docker' ? volumes : numbers;
      return { exitCode: 1, stdout: `${found.join('\n')}\n`, stderr: '' };
    },
    open: () => Promise.reject(new Error('not asked')),
  };
}

async function check(
  model: object,
  present: Partial<Present> = {},
  changes: Partial<typeof options> & { readonly nodes?: readonly Executor[] } = {},
) {
  const { nodes = [node('one')], ...rest } = changes;
  return await checkRequirements(await wantedOf(model), presentWith(present), nodes, {
    ...options,
    ...rest,
    signal: new AbortController().signal,
  });
}

async function refusal(...args: Parameters<typeof check>): Promise<readonly string[]> {
  const error = await check(...args).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ComposeError);
  return (error as ComposeError).findings
    .filter(({ level }) => level === 'error')
    .map(({ message }) => message);
}

const external = (name?: string) => ({ external: true, ...(name && { name }) });

test('every external object that is missing is named, with what makes it', async () => {
  const model = {
    services: {
      web: {
        image: 'x',
        networks: { front: null },
        configs: [{ source: 'page' }],
        secrets: [{ source: 'token' }],
        volumes: [{ type: 'volume', source: 'data', target: '/data' }],
      },
    },
    networks: { front: external('public') },
    configs: { page: external() },
    secrets: { token: external('api-token') },
    volumes: { data: external('pg') },
  };
  expect(await refusal(model)).toEqual([
    expect.stringMatching(/^network front: .* no network public\. .*--driver overlay public/),
    expect.stringMatching(/^config page: .* no config page\. .*docker config create page/),
    expect.stringMatching(/^secret token: .* no secret api-token\./),
    expect.stringMatching(/^volume data: .* no node has a volume pg\./),
  ]);
  const there: Partial<Present> = {
    networks: [presentNetwork('public', { Labels: {} })],
    configs: [presentObject('page')],
    secrets: [presentObject('api-token')],
  };
  const nodes = [node('one', ['pg']), node('two')];
  const { warnings } = await check(model, there, { nodes });
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^volume data: two has no volume pg; .* empty one/),
  ]);
  const wanted = await wantedOf(model);
  expect(() => refuseExternals(wanted, options)).toThrow(/cannot be deployed.*4 problems/);
});

const mounting = {
  services: {
    web: {
      image: 'x',
      volumes: [
        { type: 'volume', source: 'data', target: '/data' },
        { type: 'bind', source: '/srv/a', target: '/a' },
        { type: 'bind', source: '/srv/b', target: '/b' },
        { type: 'bind', source: '/srv/{{.Node.Hostname}}', target: '/c' },
      ],
    },
    cron: { image: 'x', volumes: [{ type: 'bind', source: '/srv/b', target: '/b' }] },
  },
  volumes: { data: null },
};

test('a path to mount that no node has is refused; one that some lack is a warning with their names', async () => {
  const nodes = [node('one', [], ['/srv/b', '/srv/a']), node('two', [], ['/srv/b']), node('three')];
  const { warnings } = await check(mounting, {}, { nodes });
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^service web: it mounts \/srv\/a, which is missing on one; /),
    expect.stringMatching(/^service web: it mounts \/srv\/b, which is missing on one, two; /),
    expect.stringMatching(/^service cron: it mounts \/srv\/b, which is missing on one, two; /),
  ]);
  expect(await refusal(mounting, {}, { nodes: nodes.slice(0, 2) })).toEqual([
    expect.stringMatching(/^service web: it mounts \/srv\/b, which no node has \(one, two\), /),
    expect.stringMatching(/^service cron: it mounts \/srv\/b, which no node has \(one, two\), /),
  ]);
  const some = await check(mounting, {}, { nodes: nodes.slice(0, 2), allNodes: false });
  expect(some.warnings).toHaveLength(3);
  expect((await check(mounting, {}, { nodes: [node('one')] })).warnings).toEqual([]);
});

test('an external network of one node is refused, one of the engine itself is not', async () => {
  const on = (name: string) => ({
    services: { web: { image: 'x', networks: { front: null } } },
    networks: { front: external(name) },
  });
  const local = { Scope: 'local', Labels: {} };
  const networks = [presentNetwork('mine', local), presentNetwork('host', local)];
  expect(await refusal(on('mine'), { networks })).toEqual([
    expect.stringContaining('mine is a network of one node'),
  ]);
  await check(on('host'), { networks });
});

test('a network that exists keeps its MTU, and a warning says so', async () => {
  const mtu = (value: string) => ({
    services: { web: { image: 'x', networks: { front: null } } },
    networks: { front: { driver_opts: { 'com.docker.network.driver.mtu': value } } },
  });
  const made = (Options: Record<string, string>) => ({
    networks: [presentNetwork('shop_front', { Options })],
  });
  const warned = async (present: Partial<Present>) =>
    (await check(mtu('1400'), present)).warnings.map(({ message }) => message);
  expect(await warned({})).toEqual([]);
  expect(await warned(made({ 'com.docker.network.driver.mtu': '1400' }))).toEqual([]);
  expect(await warned(made({ 'com.docker.network.driver.mtu': '1300' }))).toEqual([
    expect.stringMatching(/^network front: it keeps its MTU of 1300, .* With `recreate: true`/),
  ]);
  expect(await warned(made({}))).toEqual([expect.stringContaining('it keeps the MTU of Docker')]);
});

const on = (network: object) => ({
  services: { web: { image: 'x', networks: { back: null } } },
  networks: { back: network },
});

test.each<[string, object, Partial<PresentNetwork>, string]>([
  ['internal', { internal: true }, {}, 'its way to the outside'],
  ['encrypted', { driver_opts: { encrypted: '' } }, {}, 'its traffic without encryption'],
  [
    'not attachable',
    {},
    { Attachable: true },
    'the right of any container to join it (`attachable`)',
  ],
])('a network that exists and is to be %s is refused', async (_what, network, has, keeps) => {
  const networks = [presentNetwork('shop_back', has)];
  expect(await refusal(on(network), { networks })).toEqual([
    `network back: it keeps ${keeps}, because a network that exists is not changed. With \`recreate: true\` this step removes it and its services, and makes them anew; they do not answer meanwhile.`,
  ]);
});

test.each<[string, object, Partial<PresentNetwork>, string]>([
  ['no longer internal', {}, { Internal: true }, '`internal: true`'],
  ['no longer encrypted', {}, { Options: { encrypted: '' } }, 'its option encrypted'],
  ['attachable', { attachable: true }, {}, '`attachable: false`'],
  [
    'in another subnet',
    { ipam: { config: [{ subnet: '10.77.0.0/24' }] } },
    { IPAM: { Config: [{ Subnet: '10.0.1.0/24' }] } },
    'its subnet 10.0.1.0/24',
  ],
  ['given an option', { driver_opts: { colour: 'blue' } }, {}, 'no option colour'],
  ['labelled', { labels: { team: 'data' } }, {}, 'the labels that it has'],
  ['of another driver', { driver: 'weave' }, {}, 'its driver overlay'],
])(
  'a network that exists and is to be %s keeps what it has, with a warning',
  async (_what, network, has, keeps) => {
    const networks = [presentNetwork('shop_back', has)];
    const { warnings } = await check(on(network), { networks });
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining(`network back: it keeps ${keeps}, because`),
    ]);
  },
);

test('a network that is as the file says is left alone, whatever the engine has added to it', async () => {
  const Options = {
    'com.docker.network.driver.overlay.vxlanid_list': '4098',
    encrypted: '',
    'com.docker.network.driver.mtu': '1400',
  };
  const Labels = { 'com.docker.stack.namespace': 'shop', team: 'data', level: '1' };
  const networks = [
    presentNetwork('shop_back', {
      ...{ Options, Labels, Internal: true, Attachable: true },
      IPAM: { Config: [{ Subnet: '10.77.0.0/24' }] },
    }),
  ];
  const network = {
    ...{ driver: 'overlay', internal: true, attachable: true, labels: { team: 'data', level: 1 } },
    ...{ driver_opts: { encrypted: '' }, ipam: { config: [{ subnet: '10.77.0.0/24' }] } },
  };
  expect(await check(on(network), { networks })).toEqual({
    ...{ warnings: [], recreated: [], recreatedNetworks: [] },
  });
});

test('with `recreate` a network is made anew with all of its services, but not if others use it', async () => {
  const networks = [presentNetwork('shop_back')];
  const using = (name: string) =>
    presentService(name, {
      TaskTemplate: {
        ContainerSpec: { Image: 'x', Labels: {} },
        Networks: [{ Target: 'id-shop_back' }],
      },
    });
  const [web, old, other] = ['shop_web', 'shop_old', 'blog_web'].map(using);
  const recreate = { recreate: true };
  const wanted = on({ internal: true });
  const own = [web, old, presentService('shop_db')].flatMap((one) => one ?? []);
  expect(await check(wanted, { networks, services: own }, recreate)).toEqual({
    ...{ warnings: [], recreated: [web, old], recreatedNetworks: networks },
  });
  const services = [web, other].flatMap((one) => one ?? []);
  expect(await refusal(wanted, { networks, services }, recreate)).toEqual([
    expect.stringContaining('Services of others use it (blog_web), so it cannot be made anew'),
  ]);
});

test.each([
  ['swarm', 'the swarm'],
  ['local', 'the manager'],
])('a network of the name that is not of the stack is refused: %s', async (Scope, who) => {
  const networks = [presentNetwork('shop_back', { Scope, Labels: {} })];
  expect(await refusal(on({}), { networks })).toEqual([
    `network back: ${who} has a network shop_back that is not of this stack. Remove it (docker network rm shop_back), or give this one another \`name\`.`,
  ]);
});

const keeping = (volume: object) => ({
  services: { web: { image: 'x', volumes: [{ type: 'volume', source: 'data', target: '/data' }] } },
  volumes: { data: volume },
});

/** A node whose volume `shop_data` is like this. */
const nodeWith = (where: string, volume: object): Executor => ({
  ...node(where),
  run: async (argv) => ({
    exitCode: 1,
    stdout: argv.includes('volume')
      ? JSON.stringify([{ Name: 'shop_data', Driver: 'local', Options: null, ...volume }])
      : '',
    stderr: '',
  }),
});

test('a volume that exists keeps its options, with a warning that names its nodes', async () => {
  const size = { driver_opts: { type: 'tmpfs', device: 'tmpfs', o: 'size=64m' } };
  const nodes = [
    node('one'),
    nodeWith('two', {}),
    nodeWith('three', { Options: { type: 'tmpfs', device: 'tmpfs', o: 'size=64m' } }),
    nodeWith('four', { Options: { type: 'tmpfs' } }),
  ];
  const { warnings } = await check(keeping(size), {}, { nodes });
  expect(warnings.map(({ message }) => message)).toEqual([
    'volume data: on two, four the volume shop_data keeps the options that it has, because a volume that exists is not changed. To have what the file says, give it another `name`. Or remove the stack, and then the volume there, with its data: docker volume rm shop_data',
  ]);
  const plain = await check(keeping({}), {}, { nodes: nodes.slice(0, 2) });
  expect(plain.warnings).toEqual([]);
});

test('a volume of another driver is refused', async () => {
  const nodes = [nodeWith('one', { Driver: 'nfs' }), nodeWith('two', {})];
  expect(await refusal(keeping({ driver_opts: {} }), {}, { nodes })).toEqual([
    expect.stringContaining('volume data: one has a volume shop_data with the driver nfs'),
  ]);
});

test('what no service uses is not asked for', async () => {
  const wanted = { services: { web: { image: 'x' } }, secrets: { token: external() } };
  await check(wanted);
  refuseExternals(await wantedOf(wanted), options);
});

const published = (mode: string) => ({
  services: { web: { image: 'x', ports: [{ target: 80, published: '8080', mode }] } },
});
const holding = (name: string, PublishMode: string) =>
  presentService(name, {
    EndpointSpec: {
      Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode }],
    },
  });

test.each([
  ['ingress', 'ingress'],
  ['host', 'ingress'],
  ['ingress', 'host'],
])('a port that another stack holds is refused: %s beside %s', async (mine, theirs) => {
  expect(await refusal(published(mine), { services: [holding('blog_nginx', theirs)] })).toEqual([
    expect.stringContaining('port 8080/tcp is held by service blog_nginx of stack blog'),
  ]);
});

test('ports of host mode may meet, and what the deployment replaces or removes holds none', async () => {
  await check(published('host'), { services: [holding('blog_nginx', 'host')] });
  const services = [holding('shop_web', 'ingress')];
  await check(published('ingress'), { services });
  const old = { services: [holding('shop_old', 'ingress')] };
  await check(published('ingress'), old);
  expect(await refusal(published('ingress'), old, { prune: false })).toEqual([
    expect.stringContaining('held by service shop_old of stack shop'),
  ]);
});

test('a port that the engine chose is held, too', async () => {
  const chosen = presentService(
    'blog_nginx',
    {},
    {
      Endpoint: {
        Ports: [{ Protocol: 'tcp', TargetPort: 1, PublishedPort: 8080, PublishMode: 'ingress' }],
      },
    },
  );
  expect(await refusal(published('ingress'), { services: [chosen] })).toHaveLength(1);
});

test('a change of mode is refused with its remedy, which names the service to remove', async () => {
  const global = { services: { web: { image: 'x', deploy: { mode: 'global' } } } };
  const services = [presentService('shop_web'), presentService('shop_other')];
  expect(await refusal(global, { services })).toEqual([
    expect.stringMatching(/^service web: .* from replicated to global.*`recreate: true`/),
  ]);
  const { recreated } = await check(global, { services }, { recreate: true });
  expect(recreated.map(({ ID }) => ID)).toEqual(['id-shop_web']);
});

test('a config or secret of the same name that is another one is refused', async () => {
  const model = { services: { web: { image: 'x' } }, secrets: { token: { content: 'hello' } } };
  const wanted = await wantedOf(model);
  const [name = '', hash = ''] = [
    wanted.secrets.token?.name,
    String(wanted.secrets.token?.labels['swarm-up.sha256']),
  ];
  const stack = { 'com.docker.stack.namespace': 'shop' };
  await check(model, { secrets: [presentObject(name, { ...stack, 'swarm-up.sha256': hash })] });
  const other = presentObject(name, { ...stack, 'swarm-up.sha256': `${hash.slice(0, 12)}00` });
  expect(await refusal(model, { secrets: [other] })).toEqual([
    expect.stringContaining(`a secret ${name} whose content is another`),
  ]);
  expect(await refusal(model, { secrets: [presentObject(name)] })).toEqual([
    expect.stringContaining(`a secret ${name} that is not of this stack`),
  ]);
});

test('encrypted networks are refused where IPsec cannot pass, and no others', async () => {
  const wanted = (networks: object) =>
    wantedOf({
      services: {
        web: {
          image: 'web',
          networks: Object.fromEntries(Object.keys(networks).map((key) => [key, null])),
        },
      },
      networks,
    });
  const safe = { driver_opts: { encrypted: '' } };
  const obstacle = 'the firewall lets only TCP through';
  const told = await wanted({ back: safe, front: {}, theirs: { external: true, name: 'theirs' } });
  expect(() => refuseEncryption(told, options, obstacle)).toThrow(
    expect.objectContaining({
      details: expect.stringMatching(
        /^[^\n]*network back: Docker encrypts with IPsec \(IP protocol 50\), and the firewall lets only TCP through\.[^\n]*$/,
      ),
    }),
  );
  refuseEncryption(await wanted({ front: {} }), options, obstacle);
});
