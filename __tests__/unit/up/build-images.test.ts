import { expect, test } from '@jest/globals';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { buildIfAsked } from '../../../src/up/build-images.ts';
import type { Checked } from '../../../src/up/check/check.ts';
import type { CheckedStack } from '../../../src/up/check/checked-stack.ts';

/** A step that builds one image, on an engine that has none afterwards. */
function building() {
  const asked: string[] = [];
  const runner: Executor = {
    where: 'the runner',
    open: () => Promise.reject(new Error('not asked')),
    run: async (argv: Argv) => {
      asked.push(argv.join(' '));
      return { exitCode: 0, stdout: '[]', stderr: '' };
    },
  };
  const log = { group: (_: string, work: () => unknown) => work(), info: () => {} };
  const timeline = { start: () => ({ end: () => ({ durationMs: 1 }) }) };
  const context = {
    ...{ inputs: { profiles: ['debug'], images: [] }, runner, reporter: { log, timeline } },
    signal: new AbortController().signal,
  } as unknown as Parameters<typeof buildIfAsked>[0];
  const compose = {
    builds: [{ image: 'shop-web', services: ['web'] }],
    stack: { name: 'shop' },
    files: {
      paths: ['/work/compose.yaml'],
      run: async (args: readonly string[], { stdin = '' }: { stdin?: string } = {}) => {
        asked.push(`${args.join(' ')} < ${stdin}`);
        return { exitCode: 0, stdout: '', stderr: '' };
      },
    },
  } as unknown as CheckedStack;
  const checked = { compose, existing: [], images: [] } satisfies Checked;
  return { asked, result: () => buildIfAsked(context, checked) };
}

test('Compose builds the files with the profiles and the name of the stack, and an image that the engine has not got is told', async () => {
  const { asked, result } = building();
  await expect(result()).rejects.toMatchObject({
    message: 'shop-web: built, but the Docker Engine of the runner does not have it.',
    hint: expect.stringContaining('BUILDX_BUILDER: default'),
    status: 'image',
  });
  expect(asked).toEqual([
    '-f /work/compose.yaml -f - --profile debug --project-name shop build web < {"services":{"web":{"image":"shop-web"}}}',
    'docker image inspect shop-web',
  ]);
});

test('where nothing is to be built nothing is run', async () => {
  const nothing = { compose: undefined, existing: [], images: [] };
  expect(await buildIfAsked({} as Parameters<typeof buildIfAsked>[0], nothing)).toBe(nothing);
});
