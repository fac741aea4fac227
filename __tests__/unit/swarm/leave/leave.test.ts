import { expect, test } from '@jest/globals';
import type { EngineApi } from '../../../../src/engine/api.ts';
import type { Argv } from '../../../../src/exec/argv.ts';
import { CommandError } from '../../../../src/exec/executor.ts';
import type { ConnectedMachine } from '../../../../src/machines/connect.ts';
import { demote, leaveSwarm } from '../../../../src/swarm/leave/leave.ts';
import type { Node } from '../../../../src/swarm/objects.ts';
import { fakeEngine } from '../../../support/fake-engine.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

/** A host that has left with one container still there, which goes after so many tries. */
function host(tries: number) {
  const commands: string[] = [];
  let left = tries;
  const run = async (argv: readonly string[]) => {
    commands.push(argv.join(' '));
    if (argv[1] === 'rm') left -= 1;
    const stdout = argv[1] === 'ps' && left > 0 ? 'b53d996ea76f\n' : '';
    return { exitCode: 0, stdout, stderr: '' };
  };
  const machine = { name: 'web-1', ssh: { run } } as unknown as ConnectedMachine;
  return { machine, commands };
}

const LEAVE = 'docker swarm leave --force';
const LIST = 'docker ps --all --quiet --filter=label=com.docker.swarm.node.id=node1';
const REMOVE = 'docker rm --force --volumes b53d996ea76f';
const { signal } = new AbortController();

test('a host that leaves is asked for containers of its tasks, and nothing is removed where none is left', async () => {
  const { machine, commands } = host(0);
  await leaveSwarm(machine, 'node1', { signal, clock: virtualClock() });
  expect(commands).toEqual([LEAVE, LIST]);
});

test('a container that the engine has left behind is removed, as often as it takes', async () => {
  const { machine, commands } = host(2);
  await leaveSwarm(machine, 'node1', { signal, clock: virtualClock() });
  expect(commands).toEqual([LEAVE, LIST, REMOVE, LIST, REMOVE, LIST]);
});

test('one that will not go is named, with what removes it', async () => {
  const { machine } = host(Number.POSITIVE_INFINITY);
  await expect(
    leaveSwarm(machine, 'node1', { signal, clock: virtualClock() }),
  ).rejects.toMatchObject({
    message: 'web-1 has left the swarm, and containers of its tasks are still there: b53d996ea76f',
    hint: `On web-1: ${REMOVE}`,
  });
});

test('of a host that was not a node yet, nothing is asked', async () => {
  const { machine, commands } = host(1);
  await leaveSwarm(machine, '', { signal, clock: virtualClock() });
  expect(commands).toEqual([LEAVE]);
});

/** A host whose client says that leaving has failed, and whose engine is then in this state. */
function refusing(LocalNodeState: string) {
  const failure = new CommandError('web-1', ['docker', 'swarm', 'leave'], {
    ...{ exitCode: 1, stdout: '', stderr: 'unexpected EOF' },
  });
  const info = { ServerVersion: '26.1.5', Architecture: 'x86_64', Swarm: { LocalNodeState } };
  const run = async (argv: readonly string[]) => {
    if (argv[1] === 'swarm') throw failure;
    return { exitCode: 0, stdout: argv[1] === 'info' ? JSON.stringify(info) : '', stderr: '' };
  };
  return { name: 'web-1', ssh: { where: 'web-1', run } } as unknown as ConnectedMachine;
}

test('a client that failed after the engine had left is no failure; one that failed before is', async () => {
  await leaveSwarm(refusing('inactive'), 'node1', { signal, clock: virtualClock() });
  await expect(
    leaveSwarm(refusing('active'), 'node1', { signal, clock: virtualClock() }),
  ).rejects.toThrow('Command failed on web-1');
});

test('what else is undone once it has left is undone also where containers cannot be asked for', async () => {
  const { machine, commands } = host(0);
  const ssh = {
    run: async (argv: readonly string[]) => {
      if (argv[1] === 'ps') throw new Error('the connection broke');
      return machine.ssh.run(argv as Argv);
    },
  };
  const left = async () => void commands.push('left');
  const broken = { ...machine, ssh } as unknown as ConnectedMachine;
  await expect(leaveSwarm(broken, 'node1', { signal, left })).rejects.toThrow(
    'the connection broke',
  );
  expect(commands).toEqual([LEAVE, 'left']);
});

test('a host that refuses to leave keeps what it has', async () => {
  const commands: string[] = [];
  const run = async (argv: readonly string[]) => {
    if (argv[2] === 'leave') throw new Error('refused');
    const stdout = JSON.stringify({
      ...{ ServerVersion: '28.0.0', Architecture: 'x86_64' },
      Swarm: { LocalNodeState: 'active' },
    });
    return { exitCode: 0, stdout, stderr: '' };
  };
  const machine = { name: 'web-1', ssh: { run } } as unknown as ConnectedMachine;
  const left = async () => void commands.push('left');
  await expect(leaveSwarm(machine, 'node1', { signal, left })).rejects.toThrow('refused');
  expect(commands).toEqual([]);
});

test('a manager that cannot be spared yet is demoted once it can, and is waited for until the others do without it', async () => {
  const node: Node = {
    ID: 'b',
    Spec: { Role: 'manager', Availability: 'active' },
    Description: { Hostname: 'web-2' },
    Status: { State: 'ready' },
    ManagerStatus: { Leader: false, Reachability: 'reachable' },
  };
  let refusals = 1;
  let looks = 2;
  const commands: string[] = [];
  const run = async (argv: Argv) => {
    commands.push(argv.join(' '));
    if (refusals-- > 0) {
      const stderr = 'rpc error: this would result in a loss of quorum';
      throw new CommandError('web-1', argv, { exitCode: 1, stdout: '', stderr });
    }
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  const { ManagerStatus, ...worker } = node;
  const api = fakeEngine({}).api;
  const get: EngineApi['get'] = async (_path, _query, schema) => {
    commands.push('look');
    looks -= 1;
    return schema.parse([looks > 0 ? { ...worker, ManagerStatus } : worker]);
  };
  const manager = { api: { ...api, get }, ssh: { run } } as unknown as ConnectedMachine;
  await demote(manager, node, signal, virtualClock());
  const DEMOTE = 'docker node demote b';
  expect(commands).toEqual([DEMOTE, DEMOTE, 'look', 'look']);
});

/** A host whose engine gives up leaving so many times. */
function slow(times: number) {
  const commands: string[] = [];
  let left = times;
  const run = async (argv: Argv) => {
    commands.push(argv.join(' '));
    if (argv[2] === 'leave' && left-- > 0) {
      const stderr = 'Error response from daemon: context deadline exceeded';
      throw new CommandError('web-1', argv, { exitCode: 1, stdout: '', stderr });
    }
    const Swarm = { LocalNodeState: 'active', NodeID: '' };
    const info = { ServerVersion: '26.1.5', Architecture: 'x86_64', Swarm };
    return { exitCode: 0, stdout: argv[1] === 'info' ? JSON.stringify(info) : '', stderr: '' };
  };
  const machine = { name: 'web-1', ssh: { where: 'web-1', run } } as unknown as ConnectedMachine;
  return { machine, commands };
}

test('an engine that gave up leaving is told again', async () => {
  const { machine, commands } = slow(3);
  await leaveSwarm(machine, 'node1', { signal, clock: virtualClock() });
  expect(commands.filter((command) => command === LEAVE)).toHaveLength(4);
  expect(commands.at(-1)).toBe(LIST);
});

test('one that never ends it is named with its words after two minutes, and what may hold it', async () => {
  const clock = virtualClock();
  await expect(
    leaveSwarm(slow(Number.POSITIVE_INFINITY).machine, 'node1', { signal, clock }),
  ).rejects.toMatchObject({
    message: 'web-1 was told to leave the swarm again and again for 120 s, and has not left.',
    details: expect.stringContaining('context deadline exceeded'),
    hint: expect.stringMatching(/full disk .*on web-1: docker swarm leave --force/),
  });
  expect(clock.now()).toBeGreaterThan(120_000);
});
