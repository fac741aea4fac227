import { expect, test } from '@jest/globals';
import { renderStack } from '../../../src/compose/render/render.ts';
import { deployStack } from '../../../src/deploy/deploy.ts';
import { CommandError, type Executor } from '../../../src/exec/executor.ts';
import { projectOf } from '../../support/compose-project.ts';

const FLAGS = { prune: true, resolveImage: 'never', clientMajor: 28 } as const;

/**
 * Deploys to a manager where docker says one of these after the other, and then nothing: it has
 * worked.
 */
async function deploy(said: readonly string[]) {
  const stack = await renderStack(projectOf({}), { stackName: 'stk' });
  const waits: number[] = [];
  const lines: string[] = [];
  const ran: string[] = [];
  let runs = 0;
  const manager: Executor = {
    where: 'one',
    open: () => Promise.reject(new Error('not asked')),
    run: async (argv) => {
      ran.push(argv[2] ?? '');
      const stderr = said[runs++];
      if (stderr === undefined) return { exitCode: 0, stdout: '', stderr: '' };
      throw new CommandError('one', argv, { exitCode: 1, stdout: '', stderr });
    },
  };
  const error: unknown = await deployStack(manager, stack, FLAGS, [], {
    clock: { now: () => 0, sleep: async (ms) => void waits.push(ms) },
    signal: new AbortController().signal,
    onLine: (line) => lines.push(line),
  }).then(
    () => undefined,
    (thrown) => thrown,
  );
  return { runs, waits, lines, error, ran };
}

const SEQUENCE =
  'failed to update service stk_web: Error response from daemon: rpc error: code = Unknown desc = update out of sequence';
const NETWORK = 'failed to create service stk_web: Error: No such network: stk_default';
const NOT_FOUND = 'Error response from daemon: network stk_default not found';

test('races are met again, and told of, until there is none', async () => {
  const { runs, waits, lines, error } = await deploy([SEQUENCE, NETWORK, NOT_FOUND]);
  expect({ error, runs, waits }).toEqual({ error: undefined, runs: 4, waits: [1000, 2000, 3000] });
  expect(lines).toEqual([
    'docker stack deploy met a race (update out of sequence); attempt 2 of 5 in 1.0 s',
    'docker stack deploy met a race (No such network); attempt 3 of 5 in 2.0 s',
    'docker stack deploy met a race (network stk_default not found); attempt 4 of 5 in 3.0 s',
  ]);
});

test('a race without end fails in the words of docker', async () => {
  const { runs, error } = await deploy(Array<string>(9).fill(SEQUENCE));
  expect(runs).toBe(5);
  expect(error).toMatchObject({
    message: 'docker stack deploy failed on one for stack stk, 5 times.',
    details: SEQUENCE,
  });
});

test('a docker that does not see the files in /tmp gets them in the home of the user, once', async () => {
  const unseen = 'open stack.yml: no such file or directory';
  const { runs, waits, lines, error, ran } = await deploy([unseen, SEQUENCE]);
  expect({ error, runs, waits }).toEqual({ error: undefined, runs: 3, waits: [1000] });
  expect(ran.map((script) => /folder="\$\{(\w+):/.exec(script)?.[1])).toEqual([
    'TMPDIR',
    'HOME',
    'HOME',
  ]);
  expect(lines[0]).toContain('docker on one does not see files in /tmp');
  expect((await deploy([unseen, unseen])).error).toMatchObject({ details: unseen });
});

test('what is no race is not tried again', async () => {
  const { runs, waits, error } = await deploy(['invalid reference format']);
  expect({ runs, waits }).toEqual({ runs: 1, waits: [] });
  expect(error).toMatchObject({ message: 'docker stack deploy failed on one for stack stk.' });
});

test.each([
  ['tar: stack.yml: Wrote only 4608 of 10240 bytes', 'There is no room in /tmp of one'],
  ['mkdir: cannot create directory: No space left on device', 'There is no room in /tmp of one'],
  ['invalid reference format', 'The stack file as it was sent stands in'],
])('after %j the hint is what helps', async (said, hint) => {
  const { error } = await deploy([said]);
  expect(error).toMatchObject({ details: said, hint: expect.stringContaining(hint) });
});
