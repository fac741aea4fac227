import { describe, expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import { composeMissing } from '../../../src/compose/errors/not-installed.ts';
import { composeRunner } from '../../../src/compose/run-compose.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import { CommandError, type RunOptions, type RunResult } from '../../../src/exec/executor.ts';
import { notStarted } from '../../../src/exec/not-started.ts';

const NO_PLUGIN = "docker: 'compose' is not a docker command.\nSee 'docker --help'";
const CONFIG = ['-f', 'a', 'config'] as const;

/** What the programs of a runner answer, by their names; one that is left out is not there. */
type Programs = Readonly<Record<string, (args: readonly string[]) => Partial<RunResult>>>;

const plugin: Programs = { docker: () => ({ stdout: 'of the plugin' }) };
const noPlugin: Programs = { docker: () => ({ exitCode: 1, stderr: NO_PLUGIN }) };
const standalone = (version: string): Programs => ({
  'docker-compose': ([first]) => ({ stdout: first === 'version' ? version : 'of the program' }),
});

function on(programs: Programs) {
  const asked: string[] = [];
  const run = async (argv: Argv, { anyExitCode }: RunOptions): Promise<RunResult> => {
    asked.push(argv.join(' '));
    const [program, ...args] = argv;
    const answer = programs[program];
    const cause = Object.assign(new Error(`spawn ${program} ENOENT`), { code: 'ENOENT' });
    if (!answer) throw notStarted({ program, cwd: undefined, cause });
    const result = { exitCode: 0, stdout: '', stderr: '', ...answer(args) };
    if (result.exitCode === 0 || anyExitCode) return result;
    throw new CommandError('the runner', argv, result);
  };
  return { asked, compose: composeRunner(run) };
}

const outcome = async (programs: Programs) => {
  const { compose } = on(programs);
  const found = await compose(CONFIG).catch((error: unknown) => error);
  return found instanceof Error ? found : (found as RunResult).stdout;
};

describe('Compose is', () => {
  test('the plugin where docker has it, with nothing asked before', async () => {
    const { asked, compose } = on({ ...plugin, ...standalone('2.26.1\n') });
    expect((await compose(CONFIG)).stdout).toBe('of the plugin');
    expect(asked).toEqual(['docker compose -f a config']);
  });

  test.each([
    ['docker has no plugin', noPlugin],
    ['there is no docker', {}],
  ])('the program where %s, and it stays that', async (_where, programs) => {
    const { asked, compose } = on({ ...programs, ...standalone('2.26.1-4\n') });
    for (const anyExitCode of [true, false]) {
      expect((await compose(CONFIG, { anyExitCode })).stdout).toBe('of the program');
    }
    expect(asked).toEqual([
      'docker compose -f a config',
      'docker-compose version --short',
      'docker-compose -f a config',
      'docker-compose -f a config',
    ]);
  });

  test.each(['5.0.0\n', 'v2.40.0\n', 'dev\n'])('the program of version %j', async (version) => {
    expect(await outcome(standalone(version))).toBe('of the program');
  });
});

test('a Compose of before the plugin is told by its age, and reads nothing', async () => {
  const error = await outcome({ ...noPlugin, ...standalone('1.29.2\n') });
  expect((error as ActionError).message).toBe(
    'Compose on the runner is too old: it is 1.29.2, and 2.20 or later is needed.',
  );
  expect((error as ActionError).hint).toMatch(/^docker has no plugin `compose`, and the program/);
});

test.each([
  ['docker has no plugin', noPlugin, "docker: 'compose' is not a docker command."],
  ['nothing is there', {}, 'Program not found on the runner: docker'],
])('where %s, and no program either, that is said with what to install', async (_w, on, words) => {
  const error = await outcome(on);
  expect(error).toBeInstanceOf(ActionError);
  expect((error as ActionError).message).toContain('neither is the program `docker-compose`');
  expect((error as ActionError).details).toBe(words);
});

test('what is to be installed is what the system has', () => {
  const hints = (['linux', 'darwin', 'win32'] as const).map((os) => composeMissing('', os).hint);
  expect(hints).toEqual([
    expect.stringContaining('docker-compose-plugin'),
    expect.stringContaining('brew install docker-compose'),
    expect.stringContaining('docker-compose.exe'),
  ]);
});

test('a file that Compose refuses is no reason to look for another Compose', async () => {
  const programs = { docker: () => ({ exitCode: 15, stderr: 'services must be a mapping' }) };
  const { asked, compose } = on({ ...programs, ...standalone('2.26.1') });
  await expect(compose(CONFIG)).rejects.toThrow('failed on the runner with exit code 15');
  expect((await compose(CONFIG, { anyExitCode: true })).exitCode).toBe(15);
  expect(asked).toEqual(['docker compose -f a config', 'docker compose -f a config']);
});
