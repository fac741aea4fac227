import { expect, test } from '@jest/globals';
import { type EngineSource, installEngine } from '../../../src/engine/install.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor, RunResult } from '../../../src/exec/executor.ts';

/** A host whose installation ends like this. */
function host(uid: string, result: Partial<RunResult>) {
  const seen: Argv[] = [];
  const executor: Executor = {
    where: 'web-1',
    run: async (argv) => {
      seen.push(argv);
      const answer = { exitCode: 0, stdout: '', stderr: '' };
      return argv[0] === 'id' ? { ...answer, stdout: `${uid}\n` } : { ...answer, ...result };
    },
    open: () => Promise.reject(new Error('nothing is opened')),
  };
  return { executor, seen };
}

async function install(uid: string, result: Partial<RunResult>, source?: EngineSource) {
  const { executor, seen } = host(uid, result);
  const lines: string[] = [];
  const log = { info: (line: string) => lines.push(line), warning: () => {} };
  const signal = new AbortController().signal;
  const options = { source, log, signal };
  const failure = await installEngine(executor, 'deploy', options).catch((error) => error);
  return { argv: seen.at(-1), lines, failure };
}

test.each([
  ['root', '0', ['sh', '-c']],
  ['another user', '1000', ['sudo', '-n', 'sh', '-c']],
])('%s installs, and the log says what was done', async (_name, uid, start) => {
  const stdout =
    'began\ndid installed docker.io\nnot for the log\ndid started the service docker\n';
  const { argv, lines, failure } = await install(uid, { stdout });
  expect(failure).toBeUndefined();
  expect(argv?.slice(0, -1)).toEqual(start);
  expect(lines.slice(1)).toEqual([
    'web-1  installed docker.io',
    'web-1  started the service docker',
  ]);
});

test.each([
  ['root', '0', ['sh', '-c']],
  ['another user', '1000', ['sudo', '-n', 'sh', '-c']],
])('%s hands on where the engine has to come from', async (_name, uid, start) => {
  const { argv } = await install(uid, {}, 'docker');
  expect(argv?.slice(0, -3)).toEqual(start);
  expect(argv?.slice(-2)).toEqual(['sh', 'docker']);
});

test('a failure says that nothing else was tried where one source was asked for', async () => {
  const failed = { exitCode: 1, stdout: 'began\n' };
  expect((await install('0', failed, 'distribution')).failure.hint).toMatch(
    /Nothing but `distribution` was tried, as `driver-options` say\.$/,
  );
  expect((await install('0', failed)).failure.hint).not.toContain('Nothing but');
});

test('who may not is told what to do', async () => {
  const { failure } = await install('1000', {
    exitCode: 1,
    stderr: 'sudo: a password is required',
  });
  expect(failure).toMatchObject({
    message: 'deploy may not install Docker Engine on web-1: sudo asks deploy for a password.',
    hint: expect.stringContaining('Log in as root'),
  });
});

test('a failure has the last words of the package manager, and what was done before it', async () => {
  const { failure, lines } = await install('0', {
    exitCode: 100,
    stdout: 'began\ndid added the repository x\n',
    stderr: `${'noise\n'.repeat(100)}E: sudo: not found in any repository\n`,
  });
  expect(lines.at(-1)).toBe('web-1  added the repository x');
  expect(failure).toMatchObject({
    message: 'Docker Engine could not be installed on web-1.',
    details: expect.stringMatching(/^(noise\n){19}E: sudo: not found/),
  });
});
