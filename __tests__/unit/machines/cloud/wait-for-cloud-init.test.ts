import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import type { Argv } from '../../../../src/exec/argv.ts';
import {
  CommandTimeout,
  type Executor,
  type RunOptions,
  type RunResult,
} from '../../../../src/exec/executor.ts';
import { waitForCloudInit } from '../../../../src/machines/cloud/wait-for-cloud-init.ts';

const ENGINE = {
  ServerVersion: '26.1.5',
  Architecture: 'x86_64',
  Swarm: { LocalNodeState: 'inactive' },
};
const DONE = { status: 'done', errors: [], recoverable_errors: {} };
const FAILED = {
  ...DONE,
  status: 'error',
  errors: [
    "('scripts_user', RuntimeError('Runparts: 1 failures (runcmd) in 1 attempted commands'))",
  ],
};
const DEGRADED = {
  ...DONE,
  extended_status: 'degraded done',
  recoverable_errors: { DEPRECATED: ['Key x is deprecated.\n'], WARNING: ['No y.', 'No z.'] },
};

type Answer = Partial<RunResult> | Error;

/** A machine whose `cloud-init status` and `docker info` answer like this. */
function machine(status: Answer, docker: Answer = { stdout: JSON.stringify(ENGINE) }) {
  const seen: { readonly argv: Argv; readonly options: RunOptions }[] = [];
  const answers: Readonly<Record<string, Answer>> = {
    'cloud-init': status,
    docker,
    sudo: { stdout: 'iptables: not permitted\n' },
  };
  const executor: Executor = {
    where: 'shop-1',
    run: async (argv, options = {}) => {
      seen.push({ argv, options });
      const answer = answers[argv[0]] ?? {};
      if (answer instanceof Error) throw answer;
      return { exitCode: 0, stdout: '', stderr: '', ...answer };
    },
    open: () => Promise.reject(new Error('nothing is opened')),
  };
  return { executor, seen };
}

async function wait(
  { executor, seen }: ReturnType<typeof machine>,
  { hasEngine = true, signal = new AbortController().signal } = {},
) {
  const lines: string[] = [];
  const log = { info: (line: string) => lines.push(line), warning: () => {} };
  const failure = await waitForCloudInit(executor, {
    ...{ user: 'swarm-up', image: 'debian-13', hasEngine, timeoutMs: 240_000, signal, log },
  }).catch((error) => error);
  return { failure, lines, seen };
}

const said = (exitCode: number, status: object) => ({ exitCode, stdout: JSON.stringify(status) });

test('a machine is ready when cloud-init is done; it is asked once, under the limit and the signal', async () => {
  const { signal } = new AbortController();
  const { failure, lines, seen } = await wait(machine(said(0, DONE)), { signal });
  expect(failure).toBeUndefined();
  expect(lines).toEqual([]);
  expect(seen).toEqual([
    {
      argv: ['cloud-init', 'status', '--wait', '--format', 'json'],
      options: { anyExitCode: true, repeatable: true, timeoutMs: 240_000, signal },
    },
  ]);
});

test('after a reboot cloud-init is switched off, and the machine is ready', async () => {
  const { failure } = await wait(machine(said(0, { ...DONE, status: 'disabled' })));
  expect(failure).toBeUndefined();
});

test('a failure names the module, has cloud-init’s own words and the end of its log', async () => {
  const { failure, seen } = await wait(machine(said(1, FAILED)));
  expect(failure).toBeInstanceOf(ActionError);
  expect(failure.message).toBe('cloud-init failed on shop-1, in its module scripts_user.');
  expect(failure.details).toBe(`${FAILED.errors[0]}\niptables: not permitted`);
  expect(failure.hint).toContain('debian-13');
  expect(seen.at(-1)?.argv).toEqual([
    ...['sudo', '-n', 'tail', '-n', '20', '/var/log/cloud-init-output.log'],
  ]);
});

test.each([
  ['nothing that can be read', 1, 'Traceback: no such thing'],
  ['a number that it never gives', 3, JSON.stringify(DONE)],
  ['warnings that are no JSON', 2, 'usage: cloud-init'],
])('%s is a failure with what was said', async (_name, exitCode, stdout) => {
  const { failure } = await wait(machine({ exitCode, stdout }));
  expect(failure.message).toBe('cloud-init failed on shop-1.');
  expect(failure.details).toContain(stdout);
});

test('warnings are logged, and are no obstacle where the engine answers', async () => {
  const { failure, lines, seen } = await wait(machine(said(2, DEGRADED)));
  expect(failure).toBeUndefined();
  expect(lines).toEqual([
    'cloud-init on shop-1 ended with warnings: DEPRECATED: Key x is deprecated.; WARNING: No y.; WARNING: No z.',
  ]);
  expect(seen.map(({ argv }) => argv[0])).toEqual(['cloud-init', 'docker']);
});

test('warnings are a failure where the engine does not answer, with the words of both', async () => {
  const none = { exitCode: 127, stderr: 'docker: command not found' };
  const { failure, lines } = await wait(machine(said(2, DEGRADED), none));
  expect(failure.message).toBe(
    'cloud-init on shop-1 ended with warnings, and its engine is not ready: There is no docker on shop-1.',
  );
  expect(failure.details).toContain('WARNING: No z.\ndocker: command not found');
  expect(lines).toEqual([]);
});

test('an image without an engine is not asked for one', async () => {
  const { failure, lines, seen } = await wait(machine(said(2, DEGRADED), new Error('asked')), {
    hasEngine: false,
  });
  expect(failure).toBeUndefined();
  expect(lines).toHaveLength(1);
  expect(seen).toHaveLength(1);
});

test.each([
  { exitCode: 127, stderr: 'bash: line 1: cloud-init: command not found' },
  { exitCode: 1, stderr: 'sh: 1: cloud-init: not found' },
])('an image without cloud-init is named: $stderr', async (answer) => {
  const { failure } = await wait(machine(answer));
  expect(failure.message).toBe('Image debian-13 has no cloud-init, so shop-1 was not set up.');
});

test('cloud-init that takes too long is told with the end of its log', async () => {
  const argv: Argv = ['cloud-init'];
  const late = new CommandTimeout('shop-1', argv, 240_000, { stdout: '', stderr: '' });
  const { failure } = await wait(machine(late));
  expect(failure.message).toBe('cloud-init on shop-1 did not end within 4 min.');
  expect(failure.details).toBe('iptables: not permitted');
});

test('a log that cannot be read does not hide the failure', async () => {
  const { executor } = machine(said(1, FAILED));
  const broken: Executor = {
    ...executor,
    run: async (argv, options) => {
      if (argv[0] === 'sudo') throw new ActionError('the connection is gone');
      return await executor.run(argv, options);
    },
  };
  const { failure } = await wait({ executor: broken, seen: [] });
  expect(failure.message).toContain('in its module scripts_user');
  expect(failure.details).toContain('could not be read: the connection is gone');
});

test('an abort stays an abort, also while the log is read', async () => {
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const { executor } = machine(said(1, FAILED));
  const aborting: Executor = {
    ...executor,
    run: async (argv, options) => {
      if (argv[0] !== 'sudo') return await executor.run(argv, options);
      controller.abort(reason);
      throw reason;
    },
  };
  const { failure } = await wait({ executor: aborting, seen: [] }, { signal: controller.signal });
  expect(failure).toBe(reason);
});
