import { expect, test } from '@jest/globals';
import { patientExecutor } from '../../../src/engine/patient-executor.ts';
import { CommandError, type Executor, type RunOptions } from '../../../src/exec/executor.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const GONE =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
const CUT = 'error during connect: Post "http://docker/v1.45/nodes/x/update": EOF';

/**
 * A machine whose client fails with one text after the other, then succeeds; a number is how often
 * the last one comes.
 */
function machine(...failures: readonly string[]) {
  const clock = virtualClock();
  const { log, lines } = recordedLog();
  let asked = 0;
  const inner: Executor = {
    where: 'web-1',
    open: () => Promise.reject(new Error('not opened')),
    run: async (argv, options) => {
      const stderr = failures[asked];
      asked += 1;
      if (stderr === undefined) return { exitCode: 0, stdout: 'done', stderr: '' };
      const result = { exitCode: 1, stdout: '', stderr };
      if (options?.anyExitCode) return result;
      throw new CommandError('web-1', argv, result);
    },
  };
  const executor = patientExecutor(inner, { log, clock });
  const run = (options: RunOptions = {}) => executor.run(['docker', 'node', 'rm', 'x'], options);
  return { run, lines, clock, asked: () => asked };
}

test.each([{}, { anyExitCode: true }, { repeatable: true }])(
  'a command that no engine has heard of is begun again: %j',
  async (options) => {
    const { run, lines, asked } = machine(GONE, GONE);
    expect((await run(options)).stdout).toBe('done');
    expect(asked()).toBe(3);
    expect(lines).toEqual([
      `Docker Engine on web-1 does not answer (${GONE}); it is asked again, for 2 min at most`,
      'warning: Docker Engine on web-1 did not answer, and does again 2.0 s later.',
    ]);
  },
);

test('one that an engine may have heard of is begun again only where that is right', async () => {
  const once = machine(CUT);
  await expect(once.run()).rejects.toThrow(CommandError);
  expect(once.asked()).toBe(1);
  const again = machine(CUT);
  expect((await again.run({ repeatable: true })).stdout).toBe('done');
});

test.each([
  'Error response from daemon: node x not found',
  'permission denied while trying to connect to the Docker daemon socket',
])('an answer is taken as it is: %s', async (stderr) => {
  const { run, asked, lines } = machine(stderr);
  expect((await run({ anyExitCode: true, repeatable: true })).stderr).toBe(stderr);
  expect(asked()).toBe(1);
  expect(lines).toEqual([]);
});

test('an engine that stays away is named after two minutes, also to who asks for any exit code', async () => {
  const { run, clock } = machine(...Array.from({ length: 500 }, () => GONE));
  await expect(run({ anyExitCode: true })).rejects.toMatchObject({
    message: 'Docker Engine on web-1 does not answer.',
    details: GONE,
    hint: expect.stringContaining('journalctl -u docker'),
  });
  expect(clock.now()).toBeGreaterThanOrEqual(120_000);
  expect(clock.now()).toBeLessThan(125_000);
});
