import { describe, expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import { buildImages, composeBuild, isBuilt, withBuilds } from '../../../src/compose/build.ts';
import { CommandError, CommandTimeout } from '../../../src/exec/executor.ts';
import { composeProject, rendered } from '../../support/compose-project.ts';

const signal = new AbortController().signal;
const ARGV = ['docker', 'compose', 'build'] as const;
const build = (context: string) => ({ build: { context } });

describe('what a project builds', () => {
  const given = composeProject({
    services: {
      web: { ...build('web'), pull_policy: 'build' },
      api: { ...build('api'), image: 'shop/api:ci', pull_policy: 'always' },
      jobs: { ...build('api'), image: 'shop/api:ci' },
      cron: { image: 'shop/api:ci' },
      db: { image: 'postgres:17' },
    },
  });
  const { project, builds } = withBuilds(given, 'shop-pr-7');

  test('is named by the services, one image once', () => {
    expect(builds).toEqual([
      { image: 'shop-pr-7-web', services: ['web'] },
      { image: 'shop/api:ci', services: ['api', 'jobs'] },
    ]);
  });

  test('is an image like any other afterwards', async () => {
    const { file, stack } = await rendered(project);
    expect(file.services).toMatchObject({
      web: { image: 'shop-pr-7-web' },
      api: { image: 'shop/api:ci' },
      jobs: { image: 'shop/api:ci' },
      cron: { image: 'shop/api:ci' },
      db: { image: 'postgres:17' },
    });
    expect(stack.findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('service api: `pull_policy` is left out'),
    ]);
  });

  test('is known by every way to write its name', () => {
    expect(['shop-pr-7-web:latest', 'docker.io/library/shop-pr-7-web'].map(has)).toEqual([
      true,
      true,
    ]);
    expect(['shop/api', 'postgres:17'].map(has)).toEqual([false, false]);
    function has(name: string): boolean {
      return isBuilt(name, builds);
    }
  });
});

test('Compose is told the services, and each name, a `$` twice since it reads variables there', () => {
  const { args, stdin } = composeBuild([{ image: 'shop$web', services: ['web', 'api'] }]);
  expect(args).toEqual(['build', 'web', 'api']);
  expect(JSON.parse(stdin)).toEqual({
    services: { web: { image: 'shop$$web' }, api: { image: 'shop$$web' } },
  });
});

describe('a build that fails', () => {
  const lines = Array.from({ length: 100 }, (_, at) => `#${at} step`);
  const failing = (error: Error, shown: string[] = []) =>
    buildImages(
      async (_, { onLine }) => {
        for (const line of lines) onLine(line);
        throw error;
      },
      [{ image: 'shop-web', services: ['web'] }],
      { signal, onLine: (line) => shown.push(line) },
    );
  const result = { exitCode: 17, stdout: lines.join('\n'), stderr: '' };

  test('shows its last lines, after the log had all', async () => {
    const shown: string[] = [];
    const error = await failing(new CommandError('the runner', ARGV, result), shown).catch(
      (one: unknown) => one,
    );
    expect(error).toBeInstanceOf(ActionError);
    expect(error).toMatchObject({
      message: 'The build of web failed on the runner.',
      details: lines.slice(70).join('\n'),
      hint: 'Nothing has been deployed. `docker compose build web` shows the same on your machine.',
      status: 'image',
    });
    expect(shown).toEqual(lines);
  });

  test('says that it took too long', async () => {
    const timeout = new CommandTimeout('the runner', ARGV, 3_600_000, result);
    await expect(failing(timeout)).rejects.toThrow(
      'The build of web did not end within an hour on the runner.',
    );
  });

  test('by a cancellation is none', async () => {
    await expect(failing(new Error('cancelled'))).rejects.toThrow(/^cancelled$/);
  });
});
