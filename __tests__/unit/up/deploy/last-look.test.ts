import { expect, test } from '@jest/globals';
import { ActionError, describeError } from '../../../../src/base/errors.ts';
import type { RenderedStack } from '../../../../src/compose/render/render.ts';
import { ConvergeError } from '../../../../src/converge/converge.ts';
import type { Facts } from '../../../../src/report/facts.ts';
import type { Swarm } from '../../../../src/swarm/form.ts';
import { lookOnceMore, namingLostNodes } from '../../../../src/up/deploy/last-look.ts';
import { fakeEngine } from '../../../support/fake-engine.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

const info = (LocalNodeState: 'active' | 'inactive') => ({
  ServerVersion: '26.1.5',
  Architecture: 'x86_64',
  Swarm: { LocalNodeState },
});

const node = (name: string, state = 'ready') => ({
  ID: `id-${name}`,
  Spec: { Role: 'worker' as const, Availability: 'active' },
  Description: { Hostname: name },
  Status: { State: state },
});

const at = '2026-11-24T10:00:00Z';
const STACK = {
  name: 'shop',
  services: [{ name: 'web', mode: 'replicated', replicas: 3 }],
} as unknown as RenderedStack;

/**
 * Two nodes `a` and `b`, of which `b` is as it is given, with tasks of the stack on the nodes that
 * are named.
 */
function swarmWith(
  b: { readonly listed?: string | undefined; readonly says?: 'active' | 'inactive' | undefined },
  { tasks = ['a'], replicas = 3 }: { tasks?: readonly string[]; replicas?: number } = {},
) {
  const listed = 'listed' in b ? b.listed : 'ready';
  const engine = fakeEngine({
    '/info': info('active'),
    '/nodes': [node('a'), ...(listed === undefined ? [] : [node('b', listed)])],
    '/services': [
      {
        ID: 's1',
        CreatedAt: at,
        UpdatedAt: at,
        Spec: {
          Name: 'shop_web',
          Mode: { Replicated: { Replicas: replicas } },
          TaskTemplate: { ContainerSpec: { Image: 'web' } },
        },
      },
    ],
    '/tasks': tasks.map((name, index) => ({
      ID: `t${index}`,
      CreatedAt: at,
      ServiceID: 's1',
      NodeID: `id-${name}`,
      DesiredState: 'running',
      Status: { State: 'running' },
      Spec: { ContainerSpec: { Image: 'web' } },
    })),
  });
  const says = 'says' in b ? b.says : 'active';
  // Without an answer the schema refuses what is not there.
  const silent = fakeEngine(says === undefined ? {} : { '/info': info(says) });
  const member = (name: string, api: Swarm['api']) => ({
    machine: { name, api },
    node: node(name),
  });
  const swarm = {
    api: engine.api,
    members: [member('a', engine.api), member('b', silent.api)],
  } as unknown as Swarm;
  const facts: Partial<Facts> = {};
  const { log, lines } = recordedLog();
  const context = {
    signal: new AbortController().signal,
    reporter: { log },
    journal: { learned: (known: Partial<Facts>) => void Object.assign(facts, known) },
  } as unknown as Parameters<typeof lookOnceMore>[0];
  const states = () => facts.members?.map((one) => one.node.Status.State);
  return { context, swarm, lines, states };
}

const looked = async (...given: Parameters<typeof swarmWith>) => {
  const { context, swarm, lines, states } = swarmWith(...given);
  const failure = await lookOnceMore(context, swarm, STACK).then(() => '', describeError);
  return { failure, lines, states: states() };
};

test('where all is as it was, nothing is said', async () => {
  expect(await looked({})).toEqual({ failure: '', lines: [], states: ['ready', 'ready'] });
});

test.each([
  ['does not answer', { says: undefined }],
  ['is down', { listed: 'down' }],
  ['has left the swarm', { listed: undefined }],
  ['has left the swarm', { says: 'inactive' as const }],
])(
  'a node that %s is a warning where the stack runs without it, and not ready in the report',
  async (what, b) => {
    expect(await looked(b)).toEqual({
      failure: '',
      lines: [`warning: Node b ${what}. The stack runs without it.`],
      states: ['ready', 'down'],
    });
  },
);

test('one where tasks are said to run is a failure that names it first', async () => {
  const { failure, states } = await looked({ says: undefined }, { tasks: ['a', 'b', 'b'] });
  expect(failure).toMatch(
    /^Node b does not answer, where tasks of stack shop are said to run\.\n {2}b: 2 tasks/,
  );
  expect(states).toEqual(['ready', 'down']);
});

test('what somebody else has scaled is said', async () => {
  const { failure, lines } = await looked({}, { replicas: 1 });
  expect(failure).toBe('');
  expect(lines).toEqual([
    'warning: Service web has 1 replicas and was deployed with 3: something else has scaled it meanwhile.',
  ]);
});

test('a failure names the nodes first that were lost, and keeps what it says', async () => {
  const { context, swarm } = swarmWith({ says: undefined });
  const failure = new ConvergeError(
    'It did not converge',
    { status: 'timeout', hint: 'Wait.' },
    [],
  );
  const named = await namingLostNodes(context, swarm, STACK, failure);
  expect(named).toBeInstanceOf(ConvergeError);
  expect(named).toMatchObject({
    message: 'Node b does not answer. It did not converge',
    status: 'timeout',
    hint: 'Wait.',
  });
});

test('a failure that has to do with no node stays as it is', async () => {
  const { context, swarm } = swarmWith({});
  const failure = new ActionError('A port does not answer');
  expect(await namingLostNodes(context, swarm, STACK, failure)).toBe(failure);
});
