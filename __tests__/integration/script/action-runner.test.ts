import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ActionOptions, startAction } from '../../../script/action-runner.ts';
import { createJob } from '../../../script/job.ts';
import type { LogEntry } from '../../../script/workflow-commands.ts';

const action = join(import.meta.dirname, '../../fixtures/action');
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'action-runner-test-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function start(act: string, options: Partial<ActionOptions> = {}) {
  return startAction({
    stage: 'main',
    inputs: { do: act },
    workspace: directory,
    directory,
    action,
    ...options,
  });
}

/** Gives the text of the first line that matches, when it is printed. */
function awaitLine(pattern: RegExp) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const onLine = ({ text }: LogEntry) => {
    if (pattern.test(text)) resolve(text);
  };
  return { line: promise, onLine };
}

/**
 * The process that `stubborn` starts holds the pipe of the action: the result is there before the
 * limit of 5 s only if that process has ended too.
 */
const UNTIL_THE_PIPE_IS_GIVEN_UP_MS = 5_000;

describe('a stage', () => {
  test('gives all that the action wrote, masked, and leaves no file of the runner', async () => {
    const run = await start('report').result;
    expect(run).toMatchObject({
      exitCode: 0,
      signal: undefined,
      conclusion: 'success',
      outputs: { url: 'http://127.0.0.1', nodes: '[\n]' },
      state: { cluster: 'demo' },
      env: { DOCKER_HOST: 'ssh://x' },
      path: ['/opt/bin'],
      summary: '# Summary\n',
      groups: ['Report'],
      masks: ['hunter2'],
      annotations: [
        {
          level: 'warning',
          message: 'port 80\nis taken',
          file: 'compose.yaml',
          line: 3,
          title: 'Ports',
        },
      ],
    });
    expect(run.lines.filter((line) => line !== 'on stderr')).toEqual([
      '▶ Report',
      '  compose-file compose.yaml, the secret is ***',
      'Warning: port 80',
      'is taken',
      'no line end',
    ]);
    expect(run.lines).toContain('on stderr');
    expect(readdirSync(join(directory, '_temp/_runner_file_commands'))).toEqual([]);
  });

  test('fails with the exit code of the action, and keeps the state', async () => {
    expect(await start('fail').result).toMatchObject({
      exitCode: 3,
      conclusion: 'failure',
      state: { cluster: 'half' },
      lines: ['Error: broken'],
    });
  });

  test('fails where the runner cannot read what the action wrote', async () => {
    expect(await start('malformed').result).toMatchObject({
      exitCode: 0,
      conclusion: 'failure',
      outputs: {},
      annotations: [{ level: 'error', message: expect.stringContaining("'not a pair'") }],
    });
  });

  test('has the variables of a runner, and nothing of the process around it', async () => {
    const { outputs } = await start('environment', { env: { GITHUB_RUN_ID: '77' } }).result;
    const environment = JSON.parse(outputs.all ?? '');
    expect(environment).toMatchObject({
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_RUN_ID: '77',
      GITHUB_WORKSPACE: directory,
      RUNNER_TEMP: join(directory, '_temp'),
      'INPUT_JOB-STATUS': 'success',
    });
    expect(environment).not.toHaveProperty('JEST_WORKER_ID');
    expect(environment).not.toHaveProperty('NODE_ENV');
  });

  test('warns of an input that the action does not have', async () => {
    const { annotations } = await start('report', { inputs: { node: '3' } }).result;
    expect(annotations[0]?.message).toContain("Unexpected input(s) 'node', valid inputs are ['do'");
  });
});

describe('cancelling', () => {
  test('sends SIGINT first, and an action that leaves on it is not sent more', async () => {
    const ready = awaitLine(/ready/);
    const running = start('polite', ready);
    await ready.line;
    running.cancel();
    expect(await running.result).toMatchObject({
      exitCode: 130,
      signal: undefined,
      conclusion: 'cancelled',
      lines: ['ready', 'SIGINT'],
    });
  });

  test('goes on to SIGTERM and SIGKILL, which ends what the action has started too', async () => {
    const spawned = awaitLine(/child/);
    const running = start('stubborn', {
      ...spawned,
      grace: { interruptMs: 200, terminateMs: 200 },
    });
    await spawned.line;
    running.cancel();
    const run = await running.result;
    expect(run).toMatchObject({ exitCode: 137, signal: 'SIGKILL', conclusion: 'cancelled' });
    expect(run.lines.slice(1)).toEqual(['SIGINT', 'SIGTERM']);
    expect(run.durationMs).toBeLessThan(UNTIL_THE_PIPE_IS_GIVEN_UP_MS);
  });

  test('kill ends everything at once', async () => {
    const spawned = awaitLine(/child/);
    const running = start('stubborn', spawned);
    await spawned.line;
    running.kill();
    const run = await running.result;
    expect(run).toMatchObject({ signal: 'SIGKILL', conclusion: 'failure' });
    expect(run.durationMs).toBeLessThan(UNTIL_THE_PIPE_IS_GIVEN_UP_MS);
  });
});

describe('a job', () => {
  const job = (lines: string[] = []) =>
    createJob({ workspace: directory, directory, action, onLine: ({ text }) => lines.push(text) });

  test('hands environment, path and state to post, last step first', async () => {
    const lines: string[] = [];
    const steps = job(lines);
    await steps.step({ do: 'report' });
    await steps.step({ do: 'fail' });
    lines.length = 0;
    await steps.finish();
    expect(lines).toEqual([
      'cluster half, job failure',
      'DOCKER_HOST ssh://x, PATH /opt/bin',
      'cluster demo, job failure',
      'DOCKER_HOST ssh://x, PATH /opt/bin',
    ]);
    expect(steps.status).toBe('failure');
  });

  test('runs post after a cancellation, starts no further step, and says cancelled', async () => {
    const lines: string[] = [];
    const steps = createJob({
      workspace: directory,
      directory,
      action,
      onLine: ({ text }) => {
        lines.push(text);
        if (text === 'ready') steps.cancel();
      },
    });
    expect((await steps.step({ do: 'polite' })).conclusion).toBe('cancelled');
    await expect(steps.step({ do: 'report' })).rejects.toThrow('cancelled');
    await steps.finish();
    expect(lines).toContain('cluster undefined, job cancelled');
    expect(lines.filter((line) => line.startsWith('cluster'))).toHaveLength(1);
  });
});
