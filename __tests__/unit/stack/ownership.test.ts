import { expect, test } from '@jest/globals';
import type * as z from 'zod';
import {
  claimStack,
  firstWithPort,
  readStackRecords,
  refuseForgedRecord,
} from '../../../src/stack/ownership.ts';
import { refuseOlder, Superseded, type Turn } from '../../../src/stack/turn.ts';

const OWNER = { cluster: 'shop-pr-3', repository: '42', run: '7/test/up', pullRequest: '3' };
const { signal } = new AbortController();
const none = (message: string) => {
  throw new Error(message);
};

interface Config {
  ID: string;
  Version: { Index: number };
  CreatedAt: string;
  Spec: { Name: string; Labels: Record<string, string>; Data: string };
}

/** The configs of a swarm. `late` is there from the first refused creation on. */
function swarm(late?: Config) {
  const configs: Config[] = [];
  const posts: string[] = [];
  return {
    configs,
    posts,
    api: {
      get: async <T>(path: string, _query: unknown, schema: z.ZodType<T>) => {
        expect(path).toBe('/configs');
        return schema.parse(structuredClone(configs));
      },
      post: async (path: string, query: Readonly<Record<string, string>>, body: unknown) => {
        posts.push(path);
        const spec = body as Config['Spec'];
        if (path === '/configs/create') {
          if (late && configs.length === 0) {
            configs.push(late);
            throw new Error('409: name conflicts with an existing object');
          }
          configs.push({
            ID: 'c1',
            Version: { Index: 5 },
            CreatedAt: '2026-11-24T00:00:00Z',
            Spec: spec,
          });
          return;
        }
        const config = configs.find(({ ID }) => path === `/configs/${ID}/update`);
        if (!config || query.version !== String(config.Version.Index)) throw new Error(path);
        expect({ ...spec, Labels: {} }).toEqual({ ...config.Spec, Labels: {} });
        config.Spec = spec;
        config.Version.Index += 1;
      },
    },
  };
}

test('a claim is read again, and goes with the stack', async () => {
  const { api, configs } = swarm();
  await claimStack(api, 'shop', { ...OWNER, expires: '2026-11-25T00:00:00Z' }, signal);
  expect(await readStackRecords(api, signal, none)).toMatchObject([
    {
      stack: 'shop',
      owner: { ...OWNER, expires: '2026-11-25T00:00:00Z' },
      created: '2026-11-24T00:00:00Z',
    },
  ]);
  expect(configs[0]?.Spec).toMatchObject({
    Name: 'shop_swarm-up',
    Labels: { 'com.docker.stack.namespace': 'shop' },
  });
});

test('a later run renews the expiry, and without one it stays; who came first and who came last stand there', async () => {
  const { api, posts } = swarm();
  const expiryAfter = async (expires: string | undefined) => {
    const until = await claimStack(api, 'shop', { ...OWNER, run: '8/test/up', expires }, signal);
    const [record] = await readStackRecords(api, signal, none);
    expect(until).toBe(record?.owner.expires);
    expect(record?.latest).toBe('8/test/up');
    return record?.owner;
  };
  await claimStack(api, 'shop', { ...OWNER, expires: '2026-11-25T00:00:00Z' }, signal);
  const [first] = await readStackRecords(api, signal, none);
  expect(first?.latest).toBe(OWNER.run);
  expect(await expiryAfter(undefined)).toMatchObject({ expires: '2026-11-25T00:00:00Z' });
  expect(posts).toEqual(['/configs/create', '/configs/c1/update']);
  // The same run once more writes nothing.
  await expiryAfter(undefined);
  expect(posts).toHaveLength(2);
  expect(await expiryAfter('2026-11-26T00:00:00Z')).toEqual({
    ...OWNER,
    expires: '2026-11-26T00:00:00Z',
  });
  expect(posts).toHaveLength(3);
});

test('the stack of another repository is refused', async () => {
  const { api, posts } = swarm();
  await claimStack(api, 'shop', OWNER, signal);
  await expect(claimStack(api, 'shop', { ...OWNER, repository: '815' }, signal)).rejects.toThrow(
    'Stack shop belongs to another repository (id 42).',
  );
  expect(posts).toEqual(['/configs/create']);
});

test('of two that claim at once, the second sees the first', async () => {
  const first = swarm();
  await claimStack(first.api, 'shop', { ...OWNER, repository: '815' }, signal);
  const second = swarm(first.configs[0]);
  await expect(claimStack(second.api, 'shop', OWNER, signal)).rejects.toThrow('(id 815)');
});

test('two long names of stacks get two names of records, and no more than a config may have', async () => {
  const { api, configs } = swarm();
  const long = 'a'.repeat(60);
  await claimStack(api, `${long}-x`, OWNER, signal);
  await claimStack(api, `${long}-y`, OWNER, signal);
  const names = new Set(configs.map(({ Spec }) => Spec.Name));
  expect(names.size).toBe(2);
  for (const name of names) expect(name).toMatch(/^[a-z-]{1,47}-[0-9a-f]{7}_swarm-up$/);
});

test('the ports that were chosen stand in the record, and go where none are chosen any more', async () => {
  const { api } = swarm();
  const ports = { offset: 10_100, published: ['18180/tcp', '15453/udp'] };
  const read = async () => (await readStackRecords(api, signal, none))[0]?.ports;
  await claimStack(api, 'shop', OWNER, signal, { ports });
  expect(await read()).toEqual(ports);
  await claimStack(api, 'shop', OWNER, signal, {
    ports: { ...ports, offset: 10_200 },
  });
  expect(await read()).toMatchObject({ offset: 10_200 });
  await claimStack(api, 'shop', OWNER, signal);
  expect(await read()).toBeUndefined();
});

const NAMESPACE = 'com.docker.stack.namespace';

test('what its services were stands in the record until a deployment says otherwise', async () => {
  const { api } = swarm();
  const before = async () => (await readStackRecords(api, signal, none))[0]?.before;
  await claimStack(api, 'shop', OWNER, signal);
  expect(await before()).toBeUndefined();
  await claimStack(api, 'shop', OWNER, signal, { before: '{"shop_web":"ab"}' });
  expect(await before()).toBe('{"shop_web":"ab"}');
  await claimStack(api, 'shop', OWNER, signal);
  expect(await before()).toBeUndefined();
});

test.each<[string, (spec: Config['Spec']) => Partial<Config['Spec']>]>([
  ['another name', () => ({ Name: 'twin' })],
  ['the name of the record of another stack', () => ({ Name: 'shop-2_swarm-up' })],
  ['another content', () => ({ Data: Buffer.from('x').toString('base64') })],
  ['the label of another stack', ({ Labels }) => ({ Labels: { ...Labels, [NAMESPACE]: 'b' } })],
  ['no run', ({ Labels }) => ({ Labels: { ...Labels, 'swarm-up.run': '' } })],
  ['no repository', ({ Labels }) => ({ Labels: { ...Labels, 'swarm-up.repository': '' } })],
  ['no owner', () => ({ Labels: { 'swarm-up.stack': 'shop', [NAMESPACE]: 'shop' } })],
])('a config with the label of a record, and %s, is none and is named', async (_name, change) => {
  const { api, configs } = swarm();
  await claimStack(api, 'shop', OWNER, signal);
  for (const { Spec } of configs) Object.assign(Spec, change(Spec));
  const said: string[] = [];
  expect(await readStackRecords(api, signal, (message) => said.push(message))).toEqual([]);
  expect(said).toEqual([
    expect.stringContaining(`The config ${configs[0]?.Spec.Name} has the label swarm-up.stack`),
  ]);
});

test('where something else has the name of the record, the stack is not touched', async () => {
  const { api, configs } = swarm();
  await claimStack(api, 'shop', OWNER, signal);
  for (const { Spec } of configs) Spec.Data = '';
  const refused = {
    message: expect.stringContaining('Whose stack shop is cannot be told'),
    hint: expect.stringContaining('docker config rm shop_swarm-up'),
  };
  await expect(refuseForgedRecord(api, 'shop', signal)).rejects.toMatchObject(refused);
  await refuseForgedRecord(api, 'blog', signal);
  const taken = { ...api, post: () => Promise.reject(new Error('409')) };
  await expect(claimStack(taken, 'shop', OWNER, signal)).rejects.toMatchObject(refused);
});

test('that a stack is claimed is told before it is written, and not where it is refused', async () => {
  const { api, posts } = swarm();
  const told: string[] = [];
  const claim = (repository: string) =>
    claimStack(api, 'shop', { ...OWNER, repository }, signal, {
      claiming: () => told.push(`${repository} after ${posts.length}`),
    });
  await claim('42');
  await claim('42');
  await expect(claim('815')).rejects.toThrow('belongs to another repository');
  expect(told).toEqual(['42 after 0', '42 after 1']);
});

test('a stack of another cluster is refused, or taken over with none of its expiry', async () => {
  const { api, posts } = swarm();
  const other = { ...OWNER, cluster: 'production', pullRequest: undefined, run: '9/test/up' };
  await claimStack(api, 'shop', { ...OWNER, expires: '2026-11-25T00:00:00Z' }, signal);
  await expect(claimStack(api, 'shop', other, signal)).rejects.toThrow(
    'Stack shop belongs to cluster shop-pr-3, and this step is of cluster production.',
  );
  expect(posts).toEqual(['/configs/create']);
  const asked: string[] = [];
  const until = await claimStack(api, 'shop', other, signal, {
    takeOver: ({ owner }) => void asked.push(owner.cluster),
  });
  expect(asked).toEqual(['shop-pr-3']);
  expect(until).toBeUndefined();
  const [record] = await readStackRecords(api, signal, () => {});
  expect(record?.owner).toEqual({ cluster: 'production', repository: '42', run: '9/test/up' });
});

test('that a cluster has the name of a run stands in the record', async () => {
  const { api } = swarm();
  await claimStack(
    api,
    'shop',
    { cluster: 'shop-9', repository: '42', run: '9', isOfRun: true },
    signal,
  );
  expect((await readStackRecords(api, signal, () => {}))[0]?.owner.isOfRun).toBe(true);
});

const MAIN = 'deploy.yml up refs/heads/main';

/** Refuses a run that is older than those that the record of the stack tells of. */
function refusalOf(api: ReturnType<typeof swarm>['api']) {
  return async (own: { readonly repository: string; readonly turn: Turn }) => {
    const [record] = await readStackRecords(api, signal, none);
    if (!record) return;
    const { repository } = record.owner;
    refuseOlder('shop', { repository, deployed: record.deployed }, own);
  };
}

/**
 * Deploys as these runs, in this order; gives which of them were superseded, as `<line>#<number>`.
 */
async function deployedBy(...turns: readonly (Turn & { readonly repository?: string })[]) {
  const { api, configs } = swarm();
  const refused: string[] = [];
  const refuse = refusalOf(api);
  for (const { repository = '42', ...turn } of turns) {
    const { line, number } = turn;
    try {
      await refuse({ repository, turn });
    } catch (error) {
      expect(error).toBeInstanceOf(Superseded);
      refused.push(`${(error as Error).message}`);
      continue;
    }
    const by = `https://x/${number}`;
    if (repository === '42') {
      await claimStack(api, 'shop', OWNER, signal, { deployed: { line, number, by } });
    }
  }
  return { api, refused, labels: configs[0]?.Spec.Labels ?? {} };
}

const turn = (number: number, changes: Partial<Turn> = {}): Turn => ({
  ...{ line: MAIN, number, isRepeat: false },
  ...changes,
});

test('a run that finds a newer deployment of its line is superseded, and says by whom', async () => {
  const { refused } = await deployedBy(turn(5), turn(7), turn(6), turn(7), turn(8));
  expect(refused).toEqual([
    'This run is superseded: a newer one, https://x/7, has deployed stack shop.',
  ]);
});

test('what somebody runs again is deployed, and the newer one is not forgotten over it', async () => {
  const again = turn(5, { isRepeat: true });
  const { refused } = await deployedBy(turn(5), turn(7), again, turn(6), turn(8));
  expect(refused).toEqual([expect.stringContaining('https://x/7, has deployed')]);
});

test('runs of another branch, job or repository are neither older nor newer', async () => {
  const other = (number: number) => turn(number, { line: 'deploy.yml up refs/heads/next' });
  const { refused } = await deployedBy(turn(7), other(3), turn(6), other(2), turn(8), {
    ...turn(4),
    repository: '8',
  });
  expect(refused.map((text) => /https:\S+\d/.exec(text)?.[0])).toEqual([
    'https://x/7',
    'https://x/3',
  ]);
});

test('a claim that says nothing of its run leaves what is known, and there is a limit to it', async () => {
  const many = Array.from({ length: 40 }, (_, at) => turn(at, { line: `branch ${at}` }));
  const { api, labels } = await deployedBy(turn(7), ...many);
  const known = JSON.parse(labels['swarm-up.deployed'] ?? '') as { line: string }[];
  expect(known).toHaveLength(12);
  expect(known.at(-1)?.line).toBe('branch 39');
  await claimStack(api, 'shop', { ...OWNER, expires: '2026-11-29T00:00:00Z' }, signal);
  const [record] = await readStackRecords(api, signal, none);
  expect(record?.deployed).toHaveLength(12);
});

test.each(['', '{', '[]', '{"line":"x"}', '[{"line":"","number":9,"by":""}]', '[{"line":1}]'])(
  'a note of runs that cannot be read (%s) supersedes nobody',
  async (text) => {
    const { api, configs } = swarm();
    await claimStack(api, 'shop', OWNER, signal, { deployed: { line: MAIN, number: 9, by: 'x' } });
    for (const { Spec } of configs) Spec.Labels['swarm-up.deployed'] = text;
    await refusalOf(api)({ repository: '42', turn: turn(1) });
    const [record] = await readStackRecords(api, signal, none);
    expect(record?.deployed).toEqual([]);
  },
);

const PORTS = { offset: 10_000, published: ['18080/tcp', '18090/tcp'] };

/** The records of two stacks, in the order in which the swarm has taken them. */
function taken(first: string, second: string, ports = PORTS) {
  const { api, configs } = swarm();
  const write = async (stack: string, index: number, chosen: typeof PORTS) => {
    const alone = swarm();
    await claimStack(alone.api, stack, OWNER, signal, { ports: chosen });
    const [config] = alone.configs;
    if (config) configs.push({ ...config, ID: stack, Version: { Index: index } });
  };
  return write(first, 7, ports)
    .then(() => write(second, 8, PORTS))
    .then(() => api);
}

test('of two stacks that chose the same ports at once, only the one whose record came later finds the other', async () => {
  const api = await taken('shop-pr-1', 'shop-pr-2');
  expect(await firstWithPort(api, 'shop-pr-2', PORTS, signal)).toBe('shop-pr-1');
  expect(await firstWithPort(api, 'shop-pr-1', PORTS, signal)).toBeUndefined();
  const turned = await taken('shop-pr-2', 'shop-pr-1');
  expect(await firstWithPort(turned, 'shop-pr-1', PORTS, signal)).toBe('shop-pr-2');
});

test('one port in common is enough, and none is none', async () => {
  const one = await taken('a', 'b', { offset: 9_990, published: ['443/tcp', '18090/tcp'] });
  expect(await firstWithPort(one, 'b', PORTS, signal)).toBe('a');
  const other = await taken('a', 'b', { offset: 10_000, published: ['18080/udp'] });
  expect(await firstWithPort(other, 'b', PORTS, signal)).toBeUndefined();
});

test('a stack whose record has gone meanwhile meets nobody', async () => {
  const api = await taken('a', 'b');
  expect(await firstWithPort(api, 'gone', PORTS, signal)).toBeUndefined();
});
