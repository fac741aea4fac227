import { expect, test } from '@jest/globals';
import type { ConnectedMachine } from '../../../src/machines/ready.ts';
import { removeGateway, untilAttached } from '../../../src/swarm/gateway.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const { signal } = new AbortController();

/** A host that says so, in turn, the last for good: on standard error, where that is not empty it has failed, or on standard output. */
function host(on: 'stderr' | 'stdout', ...answers: readonly string[]) {
  let asked = 0;
  const run = async () => {
    const said = answers[Math.min(asked, answers.length - 1)] ?? '';
    asked += 1;
    return { exitCode: on === 'stderr' && said ? 1 : 0, stdout: '', stderr: '', [on]: said };
  };
  const machine = { name: 'web-1', ssh: { run } } as unknown as ConnectedMachine;
  return { machine, asked: () => asked };
}

test.each([
  ['is free', [''], 1],
  ['has gone already', ['Error: No such network: docker_gwbridge'], 1],
  ['containers of somebody are attached to', ['network docker_gwbridge has active endpoints'], 1],
  ['is refused twice', ['no space', 'no space', ''], 3],
])('a bridge that %s is no failure', async (_, answers, times) => {
  const { machine, asked } = host('stderr', ...answers);
  await removeGateway(machine, signal);
  expect(asked()).toBe(times);
});

test('one that is refused each time is named, with what the engine said', async () => {
  const { machine, asked } = host('stderr', 'no space left');
  await expect(removeGateway(machine, signal)).rejects.toMatchObject({
    message: 'web-1 has left the swarm, and the bridge that joining made is left.',
    details: 'no space left',
  });
  expect(asked()).toBe(3);
});

test('a node is waited for until it is attached to the routing mesh', async () => {
  const { machine, asked } = host('stdout', '', 'web.1\n', 'web.1\ngateway_ingress-sbox\n');
  await untilAttached(machine, signal, virtualClock());
  expect(asked()).toBe(3);
});

test('one of a swarm without the mesh is not waited for in vain for long', async () => {
  const { machine, asked } = host('stdout', '');
  await untilAttached(machine, signal, virtualClock());
  expect(asked()).toBeGreaterThan(10);
});
