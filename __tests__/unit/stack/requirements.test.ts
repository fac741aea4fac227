import { expect, test } from '@jest/globals';
import type { Executor } from '../../../src/exec/executor.ts';
import { ComposeError } from '../../../src/stack/findings.ts';
import type { Present } from '../../../src/stack/present.ts';
import { renderStack } from '../../../src/stack/render.ts';
import { checkRequirements, refuseExternals } from '../../../src/stack/requirements.ts';
import { readWanted } from '../../../src/stack/wanted.ts';
import { composeProject } from '../../support/compose-project.ts';
import { presentObject, presentService, presentWith } from '../../support/present.ts';

const locate = () => undefined;
const options = {
  stack: 'shop',
  locate,
  prune: true,
  recreate: false,
  platforms: { services: [], nodes: [], emulated: [] },
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
    networks: [
      {
        Id: 'n',
        Name: 'public',
        Scope: 'swarm',
        Attachable: false,
        Ingress: false,
        Labels: {},
        Options: {},
      },
    ],
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
  const local = {
    Id: 'n',
    Scope: 'local',
    Attachable: false,
    Ingress: false,
    Labels: {},
    Options: {},
  };
  const networks = [
    { ...local, Name: 'mine' },
    { ...local, Name: 'host' },
  ];
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
    networks: [
      {
        ...{ Id: 'n', Name: 'shop_front', Scope: 'swarm', Attachable: false, Ingress: false },
        Labels: {},
        Options,
      },
    ],
  });
  const warned = async (present: Partial<Present>) =>
    (await check(mtu('1400'), present)).warnings.map(({ message }) => message);
  expect(await warned({})).toEqual([]);
  expect(await warned(made({ 'com.docker.network.driver.mtu': '1400' }))).toEqual([]);
  expect(await warned(made({ 'com.docker.network.driver.mtu': '1300' }))).toEqual([
    expect.stringMatching(/^network front: it keeps its MTU of 1300, .* To have 1400, remove/),
  ]);
  expect(await warned(made({}))).toEqual([expect.stringContaining('it keeps the MTU of Docker')]);
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
