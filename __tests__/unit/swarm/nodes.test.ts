import { expect, test } from '@jest/globals';
import { type Argv, CommandError } from '../../../src/exec/executor.ts';
import type { ConnectedMachine } from '../../../src/machines/ready.ts';
import { changeNode } from '../../../src/swarm/nodes.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const COMMAND: Argv = ['docker', 'node', 'update', '--availability', 'drain', 'n1'];
const { signal } = new AbortController();

/** A manager that refuses what is said so often, with these words. */
function refusing(times: number, stderr: string) {
  const told: string[] = [];
  const run = async (argv: Argv) => {
    told.push(argv.join(' '));
    if (told.length <= times)
      throw new CommandError('web-1', argv, { exitCode: 1, stdout: '', stderr });
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  return { told, manager: { run } as unknown as ConnectedMachine['ssh'] };
}

test('a node that others change at the same moment is changed all the same', async () => {
  const { told, manager } = refusing(3, 'rpc error: update out of sequence');
  await changeNode(manager, COMMAND, signal, virtualClock());
  expect(told).toHaveLength(4);
});

test.each([
  [20, Number.POSITIVE_INFINITY, 'rpc error: update out of sequence'],
  [1, 1, 'node n1 not found'],
])('it is told %i times at most where the answer is, %d times, %s', async (most, times, words) => {
  const { told, manager } = refusing(times, words);
  await expect(changeNode(manager, COMMAND, signal, virtualClock())).rejects.toThrow('web-1');
  expect(told).toHaveLength(most);
});
