import { expect, test } from '@jest/globals';
import { CommandError, CommandTimeout, type Executor } from '../../../src/exec/executor.ts';
import { serviceLogs } from '../../../src/stack/log-commands.ts';
import { readServiceLog } from '../../../src/stack/service-logs.ts';

const RANGE = { tail: 10, sinceMs: 600_000 };
const COMMAND = serviceLogs('shop_talk', RANGE);

/** What docker 26.1.5 printed of a service with two tasks, each stream for itself. */
const STDOUT = `2026-11-30T10:57:25.283304455Z shop_talk.2.mqjegonnqsdi@node-b    | out 2
2026-11-30T10:57:25.283374786Z shop_talk.2.mqjegonnqsdi@node-b    | 
2026-11-30T10:57:25.125295792Z shop_talk.1.wo9dbfhc5xzi@node-a    | out 1
`;
const STDERR = `2026-11-30T10:57:25.283465992Z shop_talk.2.mqjegonnqsdi@node-b    | err | x@y
2026-11-30T10:57:25.125356321Z shop_talk.1.wo9dbfhc5xzi@node-a    | ::error::x
`;

async function read(run: Executor['run'], signal = new AbortController().signal) {
  const executor = { where: 'node-a', run, open: () => Promise.reject(new Error('not here')) };
  const { lines, trouble } = await readServiceLog(executor, 'shop_talk', RANGE, signal);
  return {
    lines: lines.map(({ task, node, text }) => `${task} ${node} ${text}`),
    trouble,
    ids: [...new Set(lines.map(({ id }) => id))],
  };
}

test('the command line', () => {
  expect(COMMAND.join(' ')).toBe(
    'docker service logs --timestamps --tail=10 --since=600s shop_talk',
  );
});

test('both streams of all tasks are one log in the order of its times', async () => {
  expect(await read(async () => ({ exitCode: 0, stdout: STDOUT, stderr: STDERR }))).toEqual({
    lines: [
      'shop_talk.1 node-a out 1',
      'shop_talk.1 node-a ::error::x',
      'shop_talk.2 node-b out 2',
      'shop_talk.2 node-b ',
      'shop_talk.2 node-b err | x@y',
    ],
    ids: ['wo9dbfhc5xzi', 'mqjegonnqsdi'],
    trouble: undefined,
  });
});

test('lines that came before a failure stay, with the words of the client', async () => {
  const stderr = `${STDERR}error from daemon in stream: Error grabbing logs: node c is not available\n`;
  const result = { exitCode: 1, stdout: STDOUT, stderr };
  const found = await read(() => Promise.reject(new CommandError('node-a', COMMAND, result)));
  expect(found.lines).toHaveLength(5);
  expect(found.trouble).toBe(
    'docker service logs failed: error from daemon in stream: Error grabbing logs: node c is not available',
  );
});

test('a node that never answers costs the limit, and no line', async () => {
  const output = { stdout: STDOUT, stderr: '' };
  const slow = new CommandTimeout('node-a', COMMAND, 30_000, output);
  const found = await read(() => Promise.reject(slow));
  expect(found.lines).toHaveLength(3);
  expect(found.trouble).toBe('docker service logs did not end within 30.0 s.');
});

test('a cancelled step is told nothing, and a lost connection is no empty log', async () => {
  const over = AbortSignal.abort(new Error('cancelled'));
  const failure = new CommandError('a', COMMAND, { exitCode: 1, stdout: '', stderr: '' });
  await expect(read(() => Promise.reject(failure), over)).rejects.toThrow('cancelled');
  await expect(read(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
});
