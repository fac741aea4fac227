import { expect, test } from '@jest/globals';
import type { ConnectedMachine } from '../../../../src/machines/connect.ts';
import { endContainers } from '../../../../src/swarm/leave/end-containers.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const { signal } = new AbortController();

/** Lets the containers of a host end, which two do after so many looks. */
async function ended(looks: number, timeoutMs = 60_000) {
  const commands: string[] = [];
  const warnings: string[] = [];
  const clock = virtualClock();
  let left = looks;
  const run = async (argv: readonly string[]) => {
    if (argv[1] !== 'ps') commands.push(argv.join(' '));
    const stdout = argv[1] === 'ps' && left-- > 0 ? 'b53d996ea76f\n0dd1ba11\n' : '';
    return { exitCode: 0, stdout, stderr: '' };
  };
  const machine = { name: 'web-1', ssh: { run } } as unknown as ConnectedMachine;
  const warn = (message: string) => warnings.push(message);
  await endContainers(machine, 'node1', { timeoutMs, signal, warn, clock });
  return { commands, warnings, ms: clock.now() };
}

test('containers that end in time are left to it', async () => {
  expect(await ended(0)).toEqual({ commands: [], warnings: [], ms: 0 });
  expect(await ended(5)).toEqual({ commands: [], warnings: [], ms: 1_000 });
});

test.each([
  ['after a minute', 60_000],
  ['at once where they had their time', 0],
])('those that do not are killed %s, and named', async (_name, timeoutMs) => {
  expect(await ended(Number.POSITIVE_INFINITY, timeoutMs)).toEqual({
    commands: ['docker rm --force --volumes b53d996ea76f 0dd1ba11'],
    warnings: [
      'web-1: 2 containers of tasks did not end within 60 s, and are killed: b53d996ea76f, 0dd1ba11',
    ],
    ms: timeoutMs,
  });
});
