import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Argv } from '../../../../src/exec/argv.ts';
import type { Executor, RunOptions } from '../../../../src/exec/executor.ts';
import {
  askFacts,
  createNetwork,
  startMachine,
} from '../../../../src/machines/hyperv/questions.ts';
import { hypervScript, isQuestion } from '../../../../src/machines/hyperv/script.ts';

const ID = '11111111-1111-4111-8111-111111111111';

function answering(result: { exitCode?: number; stdout?: string; stderr?: string }) {
  const calls: { argv: Argv; options: RunOptions }[] = [];
  const runner: Executor = {
    where: 'the runner',
    run: async (argv, options = {}) => {
      calls.push({ argv, options });
      return { exitCode: 0, stdout: '', stderr: '', ...result };
    },
    open: () => Promise.reject(new Error('nothing is opened')),
  };
  return { calls, script: hypervScript(runner, 'action') };
}

test('nothing that anybody has given is a word of the command: it is ASCII on standard input', async () => {
  const { calls, script } = answering({ stdout: '{}\r\n' });
  const notes = '$(Stop-Computer) "größer" \u{1f600}';
  await script.ask(createNetwork('su-1-x', notes, '10.1.2'));
  const [call] = calls;
  expect(call?.argv).toEqual([
    ...['powershell', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass'],
    ...['-File', join('action', 'dist', 'hyperv.ps1'), 'create-network'],
  ]);
  expect(call?.options.stdin).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(String(call?.options.stdin)).notes).toBe(notes);
});

test('the answer is the last line', async () => {
  const { script } = answering({ stdout: 'a module says hello\r\n{}\r\n' });
  await expect(script.ask(startMachine(ID, 'shop-1'))).resolves.toEqual({});
});

test('what Windows says of a failure is told, with its id', async () => {
  const error = {
    id: 'OutOfMemory,Start-VM',
    category: 'ResourceUnavailable',
    message: 'Kein RAM',
  };
  const { script } = answering({ exitCode: 1, stdout: JSON.stringify({ error }) });
  await expect(script.ask(startMachine(ID, 'shop-1'))).rejects.toMatchObject({
    message: 'Hyper-V could not start the machine shop-1 on the runner.',
    details: 'Kein RAM\n(ResourceUnavailable: OutOfMemory,Start-VM)',
    ...{ hint: expect.stringContaining('memory'), id: error.id },
  });
});

test('a missing right is named', async () => {
  const error = { id: 'SwarmUp.NoRights', category: 'PermissionDenied', message: 'No.' };
  const { script } = answering({ exitCode: 1, stdout: JSON.stringify({ error }) });
  await expect(script.ask(askFacts())).rejects.toMatchObject({
    hint: expect.stringContaining('administrator'),
  });
});

test.each([
  ['a script that does not run', { exitCode: 1, stderr: 'cannot be loaded' }, 'cannot be loaded'],
  ['a script that is ended', { exitCode: 143 }, 'Exit code 143'],
])('%s: its own words are told', async (_, result, words) => {
  const { script } = answering(result);
  await expect(script.ask(askFacts())).rejects.toMatchObject({
    message: 'The script of the hyperv driver failed on the runner: check',
    details: expect.stringContaining(words),
  });
});

test.each(['', 'null', '{"module":"yes"}', 'nonsense'])('%j is no answer', async (stdout) => {
  const { script } = answering({ stdout });
  await expect(script.ask(askFacts())).rejects.toMatchObject({
    message: 'The script of the hyperv driver gave another answer: check',
    details: expect.stringContaining('It printed:'),
  });
});

const FLAGS = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File'] as const;

test.each<[boolean, Argv]>([
  [true, ['powershell', ...FLAGS, 'D:\\a\\dist\\hyperv.ps1', 'look']],
  [true, ['powershell', ...FLAGS, '/a/dist/hyperv.ps1', 'check']],
  [false, ['powershell', ...FLAGS, '/a/dist/hyperv.ps1', 'remove-machine']],
  [false, ['powershell', ...FLAGS, '/a/dist/other.ps1', 'look']],
  [false, ['powershell', ...FLAGS, '/a/dist/hyperv.ps1', 'look', 'more']],
  [false, ['powershell', ...FLAGS, '/a/dist/hyperv.ps1']],
  [false, ['powershell', '-Command', 'look']],
  [false, ['pwsh', ...FLAGS, '/a/dist/hyperv.ps1', 'look']],
])('a dry run: %s for %j', (isIt, argv) => {
  expect(isQuestion(argv)).toBe(isIt);
});
