import { expect, test } from '@jest/globals';
import type { Argv } from '../../../../src/exec/argv.ts';
import type { ConnectedMachine } from '../../../../src/machines/connect.ts';
import { removeGateway, untilAttached } from '../../../../src/swarm/leave/gwbridge.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const { signal } = new AbortController();
const ACTIVE = 'Error response from daemon: network docker_gwbridge has active endpoints';
const OWN = 'ingress-sbox gateway_ingress-sbox';

/**
 * What a host says in turn, the last for good, when the bridge is removed (on standard error, if
 * that has failed) and its ends are listed.
 */
function host(said: {
  readonly removal?: readonly string[];
  readonly ends?: readonly string[];
  readonly containers?: string;
}) {
  const asked = { rm: 0, inspect: 0, ps: 0 };
  const nth = (all: readonly string[] = [''], at: number) =>
    all[Math.min(at, all.length - 1)] ?? '';
  const run = async (argv: Argv) => {
    const verb = argv.includes('rm') ? 'rm' : argv.includes('inspect') ? 'inspect' : 'ps';
    const at = asked[verb];
    asked[verb] += 1;
    const stderr = verb === 'rm' ? nth(said.removal, at) : '';
    const stdout = verb === 'inspect' ? nth(said.ends, at) : verb === 'ps' ? said.containers : '';
    return { exitCode: stderr ? 1 : 0, stdout: stdout ?? '', stderr };
  };
  const machine = { name: 'web-1', ssh: { run } } as unknown as ConnectedMachine;
  const warnings: string[] = [];
  const log = { info: () => {}, warning: (line: string) => void warnings.push(line) };
  return { machine, asked, warnings, options: { signal, log, clock: virtualClock() } };
}

test.each([
  ['is free', [''], 1],
  ['has gone already', ['Error: No such network: docker_gwbridge'], 1],
  ['is refused twice', ['no space', 'no space', ''], 3],
  ['the engine holds for a moment', [ACTIVE, ACTIVE, ''], 3],
])('a bridge that %s is no failure', async (_, removal, times) => {
  const { machine, asked, options } = host({ removal, ends: [OWN] });
  expect(await removeGateway(machine, true, options)).toBe(true);
  expect(asked.rm).toBe(times);
});

test('a bridge to which containers of somebody are attached stays, and the warning names them', async () => {
  const ends = [`${OWN}\nabc123 gateway_abc123\n`];
  const containers = 'def456 other\nabc123 theirs\n';
  const { machine, asked, warnings, options } = host({ removal: [ACTIVE], ends, containers });
  expect(await removeGateway(machine, true, options)).toBe(false);
  expect(asked.rm).toBe(1);
  expect(warnings).toEqual([expect.stringContaining('are attached to it: theirs.')]);
});

test.each([
  ['the mesh', OWN, 'gateway_ingress-sbox'],
  ['a container that has gone', 'abc123 gateway_abc123', 'gateway_abc123'],
  ['an end that nobody knows', 'ep-77 left over', 'left over'],
])(
  'a bridge that only the engine holds, for %s, is a failure that says so',
  async (_, end, name) => {
    const { machine, options } = host({
      removal: [ACTIVE],
      ends: [end],
      containers: 'def456 other',
    });
    await expect(removeGateway(machine, true, options)).rejects.toMatchObject({
      message: 'web-1 has left the swarm, and docker_gwbridge, which joining made, is still there.',
      details: `${ACTIVE}\nattached, and of no container: ${name}`,
      hint: expect.stringContaining(
        'systemctl restart docker && docker network rm docker_gwbridge',
      ),
    });
  },
);

test('one that is refused for another reason is named, with what the engine said', async () => {
  const { machine, asked, options } = host({ removal: ['no space left'] });
  await expect(removeGateway(machine, true, options)).rejects.toMatchObject({
    details: 'no space left',
    hint: expect.stringContaining('docker network rm docker_gwbridge'),
  });
  expect(asked.rm).toBeGreaterThan(10);
});

test('one that the engine makes anew, of a host that left before it was attached, goes as well', async () => {
  const none = 'Error: No such network: docker_gwbridge';
  const { machine, asked, options } = host({ removal: ['', none, '', none] });
  expect(await removeGateway(machine, false, options)).toBe(true);
  expect(asked.rm).toBeGreaterThan(10);
});

test('a bridge that the engine makes anew and keeps is a failure', async () => {
  const { machine, options } = host({ removal: ['', ACTIVE], ends: [OWN] });
  await expect(removeGateway(machine, false, options)).rejects.toMatchObject({
    message: expect.stringContaining('is still there'),
  });
});

test('a node is waited for until it is attached to the routing mesh', async () => {
  const { machine, asked, warnings, options } = host({
    ends: ['', 'abc web.1\n', `abc web.1\n${OWN}\n`],
  });
  expect(await untilAttached(machine, options)).toBe(true);
  expect(asked.inspect).toBe(3);
  expect(warnings).toEqual([]);
});

test('one that is not attached in time is told of, and not waited for any longer', async () => {
  const { machine, asked, warnings, options } = host({});
  expect(await untilAttached(machine, options)).toBe(false);
  expect(asked.inspect).toBeGreaterThan(10);
  expect(warnings).toEqual([
    expect.stringContaining('not attached to the routing mesh after 30 s'),
  ]);
});
