import { expect, test } from '@jest/globals';
import { ActionError } from '../../../src/errors.ts';
import type { Executor, RunResult } from '../../../src/exec/executor.ts';
import { quote } from '../../../src/exec/quote.ts';
import { taskLogs } from '../../../src/stack/commands.ts';
import { readTaskLogs } from '../../../src/stack/logs.ts';

function answering(run: () => Promise<RunResult>): Executor {
  return { where: 'node-1', run, open: () => Promise.reject(new Error('not here')) };
}

const { signal } = new AbortController();

test('the command line', () => {
  expect(quote(taskLogs('abc', 30))).toBe('docker service logs --raw --tail 30 abc');
});

test.each([
  ['both streams', { stdout: 'out\n', stderr: 'err\n' }, 'out\nerr'],
  ['one of them', { stdout: '', stderr: 'err\n' }, 'err'],
  ['nothing', { stdout: '', stderr: '' }, ''],
])('%s', async (_name, streams, text) => {
  const executor = answering(async () => ({ exitCode: 0, ...streams }));
  expect(await readTaskLogs(executor, 'abc', 30, signal)).toBe(text);
});

test.each([
  [
    new ActionError('Command failed', { details: 'no such task or service: abc' }),
    'no such task or service: abc',
  ],
  [
    new ActionError('No end of docker service logs within 5 s'),
    'No end of docker service logs within 5 s',
  ],
  [new Error('gone'), 'Error: gone'],
])('a failure is a sentence: %s', async (error, why) => {
  const executor = answering(() => Promise.reject(error));
  expect(await readTaskLogs(executor, 'abc', 30, signal)).toBe(
    `The logs of task abc could not be read: ${why}`,
  );
});
