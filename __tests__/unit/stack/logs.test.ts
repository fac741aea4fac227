import { expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import {
  CommandError,
  CommandTimeout,
  type Executor,
  type RunResult,
} from '../../../src/exec/executor.ts';
import { quote } from '../../../src/exec/quote.ts';
import { taskLogs } from '../../../src/stack/log-commands.ts';
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

const COMMAND = taskLogs('abc', 30);
const timedOut = (stdout: string, stderr: string) =>
  new CommandTimeout('node-1', COMMAND, 5_000, { stdout, stderr });
const failed = (stdout: string, stderr: string) =>
  new CommandError('node-1', COMMAND, { exitCode: 1, stdout, stderr });

test.each([
  [
    'lines before the limit stay lines',
    timedOut('listening\n', 'boom\n'),
    'listening\nboom\n(docker service logs did not end within 5.0 s. That is what it had given by then.)',
  ],
  [
    'errors alone are lines, too',
    timedOut('', 'boom\n'),
    'boom\n(docker service logs did not end within 5.0 s. That is what it had given by then.)',
  ],
  [
    'nothing before the limit',
    timedOut(' \n', ''),
    'The logs of task abc could not be read: docker service logs did not end within 5.0 s.',
  ],
  [
    'lines before a failure',
    failed('listening\n', 'error from daemon in stream: node is not available\n'),
    'listening\nerror from daemon in stream: node is not available\n(docker service logs failed with exit code 1. The log may not be whole.)',
  ],
  [
    'the reason of a failure alone',
    failed('', 'no such task or service: abc\n'),
    'The logs of task abc could not be read: no such task or service: abc',
  ],
])('%s', async (_name, error, text) => {
  const executor = answering(() => Promise.reject(error));
  expect(await readTaskLogs(executor, 'abc', 30, signal)).toBe(text);
});
