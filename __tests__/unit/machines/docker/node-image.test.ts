import { expect, test } from '@jest/globals';
import { CommandError, type Executor } from '../../../../src/exec/executor.ts';
import { ensureNodeImage, nodeImageName } from '../../../../src/machines/docker/node-image.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

const NAME = await nodeImageName('node-image');
/** As BuildKit 0.29.1 ends on Docker Engine 28.5.2 with containerd's image store. */
const TAKEN = `ERROR: failed to build: failed to solve: image "docker.io/library/${NAME}": already exists`;

/**
 * Asks for the node image on an engine that refuses to build it, and where it is there afterwards,
 * or is not.
 */
async function ensure(isThereThen: boolean, said: string) {
  const asked: string[] = [];
  const runner: Executor = {
    where: 'the runner',
    open: () => Promise.reject(new Error('not asked')),
    run: async (argv) => {
      asked.push(argv.slice(1, 3).join(' '));
      const isFirst = asked.length === 1;
      const result = { exitCode: 1, stdout: '', stderr: said };
      if (argv[1] !== 'image') throw new CommandError('the runner', argv, result);
      return isFirst || !isThereThen ? result : { ...result, exitCode: 0 };
    },
  };
  const { log } = recordedLog();
  const { signal } = new AbortController();
  return await ensureNodeImage(runner, 'node-image', undefined, log, signal).catch(
    (error: unknown) => error,
  );
}

test('a node image that another job has built meanwhile is taken', async () => {
  expect(await ensure(true, TAKEN)).toBe(NAME);
});

test('a node image that nobody could build is told with the engine’s own words', async () => {
  expect(await ensure(false, 'E: Unable to locate package docker.io')).toMatchObject({
    message: 'The node image cannot be built on the engine of the runner.',
    details: expect.stringContaining('Unable to locate package'),
  });
});
