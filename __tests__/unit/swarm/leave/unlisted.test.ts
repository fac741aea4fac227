import { expect, test } from '@jest/globals';
import type * as z from 'zod';
import type { EngineApi } from '../../../../src/engine/api.ts';
import type { ConnectedMachine } from '../../../../src/machines/connect.ts';
import { removeDown, removeReplaced, treatUnlisted } from '../../../../src/swarm/leave/unlisted.ts';
import type { Node } from '../../../../src/swarm/objects.ts';
import { recordLabels } from '../../../../src/swarm/records/node-record.ts';
import type { User } from '../../../../src/swarm/records/users.ts';

const owner = { cluster: 'shop', repository: '42', run: '7/deploy/up' };

interface Given {
  readonly id: string;
  readonly host?: string;
  readonly state?: string;
  /** Whether as a manager it is reached; undefined for a worker. */
  readonly reached?: boolean;
  readonly cluster?: string;
  readonly repository?: string;
  readonly joined?: boolean;
  /** Those that use it, too. */
  readonly others?: readonly User[];
}

function node(given: Given): Node {
  const { id, host = id, state = 'ready', reached, joined = true, others = [] } = given;
  const { cluster = owner.cluster, repository = owner.repository } = given;
  const Labels = recordLabels({
    users: [{ owner: { ...owner, cluster, repository }, labels: {} }, ...others],
    joined,
    gatewayMade: false,
    given: [],
  });
  return {
    ID: id,
    Spec: { Role: reached === undefined ? 'worker' : 'manager', Availability: 'active', Labels },
    Description: { Hostname: host },
    Status: { State: state, Addr: `address-${id}` },
    ...(reached !== undefined && {
      ManagerStatus: { Leader: false, Reachability: reached ? 'reachable' : 'unreachable' },
    }),
  };
}

/** A swarm whose manager does what it is told. */
function swarm(...given: readonly Given[]) {
  const nodes = given.map(node);
  const commands: string[] = [];
  const lines: string[] = [];
  const api: EngineApi = {
    get: async <T>(path: string, _query: unknown, schema: z.ZodType<T>) =>
      schema.parse(path === '/nodes' ? nodes : []),
    post: () => Promise.reject(new Error('nothing is posted')),
    delete: () => Promise.reject(new Error('nothing is deleted')),
    [Symbol.dispose]: () => {},
  };
  const run = async (argv: readonly string[]) => {
    commands.push(argv.slice(1).join(' '));
    const at = nodes.findIndex(({ ID }) => ID === argv.at(-1));
    const one = nodes[at];
    if (argv[2] === 'rm') nodes.splice(at, 1);
    else if (argv[2] === 'demote' && one) nodes[at] = node({ id: one.ID, state: one.Status.State });
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  const asked = {
    manager: { api, ssh: { run } } as unknown as ConnectedMachine,
    owner,
    log: {
      info: (line: string) => lines.push(line),
      warning: (message: string) => lines.push(`warning: ${message}`),
    },
    signal: new AbortController().signal,
  };
  const members = (...ids: readonly string[]) => nodes.filter(({ ID }) => ids.includes(ID));
  /** Somebody takes the record off a node. */
  const forget = (id: string) => {
    nodes[nodes.findIndex(({ ID }) => ID === id)] = node({ id, joined: false });
  };
  return { asked, members, commands, lines, forget };
}

test('nodes that are not listed any more are named, and nothing is done', async () => {
  const { asked, members, commands, lines } = swarm({ id: 'a', reached: true }, { id: 'b' });
  await treatUnlisted(members('a'), false, asked);
  expect(commands).toEqual([]);
  expect(lines).toEqual([expect.stringMatching(/: b\. It stays; .*remove-unlisted: true/)]);
});

test.each<[string, Omit<Given, 'id'>]>([
  ['that was a member before', { joined: false }],
  ['of another cluster', { cluster: 'blog' }],
  ['of another repository', { repository: '43' }],
])('a node %s is nothing of ours', async (_name, given) => {
  const { asked, members, commands, lines } = swarm(
    { id: 'a', reached: true },
    { id: 'b', ...given },
  );
  await treatUnlisted(members('a'), true, asked);
  expect([...commands, ...lines]).toEqual([]);
});

test('a worker is drained and removed, a manager demoted as well', async () => {
  const { asked, members, commands, lines } = swarm(
    { id: 'a', reached: true },
    { id: 'b' },
    { id: 'c', reached: true },
  );
  await treatUnlisted(members('a'), true, asked);
  expect(commands).toEqual([
    'node update --availability drain b',
    'node rm --force b',
    'node update --availability drain c',
    'node demote c',
    'node rm --force c',
  ]);
  expect(lines.at(-1)).toContain('On c, run: docker swarm leave --force');
});

test('a dead manager goes first, so that the majority is that of the others', async () => {
  const { asked, members, commands } = swarm(
    { id: 'a', reached: true },
    { id: 'b', reached: true },
    { id: 'dead', reached: false, state: 'down' },
  );
  await treatUnlisted(members('a'), true, asked);
  expect(commands.filter((command) => command.includes('rm'))).toEqual([
    'node rm --force dead',
    'node rm --force b',
  ]);
});

test('a manager without which the majority is lost stays', async () => {
  const { asked, members, commands, lines } = swarm(
    { id: 'a', reached: true },
    { id: 'b', reached: true },
    { id: 'dead', reached: false, state: 'down', joined: false },
  );
  await treatUnlisted(members('a'), true, asked);
  expect(commands).toEqual([]);
  expect(lines).toEqual([
    expect.stringMatching(/^warning: b is not in `hosts` any more and stays/),
  ]);
});

test('what a host left behind when it was set up anew is removed', async () => {
  const { asked, members, commands } = swarm(
    { id: 'a', reached: true },
    { id: 'new', host: 'web' },
    { id: 'old', host: 'web', state: 'down' },
    { id: 'theirs', host: 'web', state: 'down', joined: false },
    { id: 'twin', host: 'web' },
    { id: 'gone', host: 'other', state: 'down' },
  );
  await removeReplaced(members('a', 'new'), asked);
  expect(commands).toEqual(['node rm --force old']);
});

test('one of which nothing is on record any more, once those before it were removed, stays', async () => {
  const { asked, members, commands, forget } = swarm(
    { id: 'a', reached: true },
    { id: 'b' },
    { id: 'c' },
  );
  const { run } = asked.manager.ssh;
  asked.manager.ssh.run = async (argv, options) => {
    if (argv[2] === 'rm') forget('c');
    return await run(argv, options);
  };
  await treatUnlisted(members('a'), true, asked);
  expect(commands).toEqual(['node update --availability drain b', 'node rm --force b']);
});

test('a node that another cluster has in its `hosts` stays; one of a swarm that it uses goes', async () => {
  const blog = { owner: { ...owner, cluster: 'blog' } };
  const { asked, members, commands, lines } = swarm(
    { id: 'a', reached: true },
    { id: 'b', others: [{ ...blog, labels: {} }] },
    { id: 'c', others: [blog] },
  );
  await treatUnlisted(members('a'), true, asked);
  expect(commands).toEqual(['node update --availability drain c', 'node rm --force c']);
  expect(lines[0]).toBe('b is not in `hosts` any more, and stays: it is in those of cluster blog');
});

/** A host by its address, and what its engine says of itself. */
const host = (advertise: string, LocalNodeState: string, NodeID = '') =>
  ({ advertise, engine: { Swarm: { LocalNodeState, NodeID } } }) as unknown as ConnectedMachine;

async function removeDownOf(state: string, ...hosts: readonly ConnectedMachine[]) {
  const { asked, commands, lines } = swarm({ id: 'a', reached: true }, { id: 'b', state });
  const before: string[] = [];
  await removeDown(hosts, () => true, {
    ...asked,
    leftEarlier: async (machine, { ID }) => {
      before.push(`${machine.advertise} ${ID} ${commands.length}`);
    },
  });
  return { before, removed: commands.filter((command) => command.includes('rm')), lines };
}

test('of a host that has left by hand, what joining made goes before its node, and nobody is told to leave', async () => {
  const { before, removed, lines } = await removeDownOf(
    'ready',
    host('address-a', 'active', 'a'),
    host('address-b', 'inactive'),
  );
  expect(before).toEqual(['address-b b 0']);
  expect(removed).toEqual(['node rm --force b']);
  expect(lines).toEqual(['b has left earlier; its node is removed']);
});

test('one that is in another swarm by now is not told to leave that', async () => {
  const { before, removed, lines } = await removeDownOf(
    'down',
    host('address-a', 'active', 'a'),
    host('address-b', 'active', 'elsewhere'),
  );
  expect(before).toEqual([]);
  expect(removed).toEqual(['node rm --force b']);
  expect(lines.join()).not.toContain('swarm leave');
});

test('of one that is down and not at hand, it is said how to see whether it has to leave', async () => {
  const { removed, lines } = await removeDownOf('down', host('address-a', 'active', 'a'));
  expect(removed).toEqual(['node rm --force b']);
  expect(lines).toEqual([
    'warning: b is down, and was removed from the swarm. If its dockerd still takes itself for a node (`docker info` says `Swarm: active`), run on b: docker swarm leave --force',
  ]);
});
