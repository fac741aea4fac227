import { expect, test } from '@jest/globals';
import { inspect } from '../../../src/engine/inspect.ts';
import type { Executor, RunResult } from '../../../src/exec/executor.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const GONE =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n';
const signal = new AbortController().signal;

/** A machine that gives one answer after the other, and the last one again and again. */
function machine(...answers: readonly Partial<RunResult>[]) {
  const clock = virtualClock();
  let asked = 0;
  const executor: Executor = {
    where: 'web-1',
    open: () => Promise.reject(new Error('not asked')),
    run: async () => {
      asked += 1;
      const answer = answers[Math.min(asked, answers.length) - 1];
      return { exitCode: 1, stdout: '[]\n', stderr: '', ...answer };
    },
  };
  const run = () => inspect(executor, ['docker', 'volume', 'inspect', 'data'], { signal, clock });
  return { run, asked: () => asked, clock };
}

test.each([
  'Error: No such image: shop/web:1',
  'Error response from daemon: get data: no such volume',
  'permission denied while trying to connect to the Docker daemon socket',
])('an answer that says what is not there is taken as it is: %s', async (stderr) => {
  const { run, asked } = machine({ stderr });
  expect((await run()).stderr).toBe(stderr);
  expect(asked()).toBe(1);
});

test.each([GONE, 'error during connect: Get "http://docker/v1.41/images/x/json": EOF'])(
  'an engine that restarts is asked again: %s',
  async (stderr) => {
    const there = { exitCode: 0, stdout: '[{}]\n' };
    const { run, asked } = machine({ stderr }, { stderr }, there);
    expect((await run()).stdout).toBe('[{}]\n');
    expect(asked()).toBe(3);
  },
);

test('an engine that stays away is told, and not taken for one that has nothing', async () => {
  const { run, clock } = machine({ stderr: GONE });
  await expect(run()).rejects.toMatchObject({
    message: 'Docker Engine on web-1 does not answer.',
    details: GONE.trim(),
    hint: expect.stringContaining('journalctl -u docker'),
  });
  expect(clock.now()).toBeGreaterThan(60_000);
});
