import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../../../src/base/clock.ts';
import type { Argv } from '../../../../src/exec/argv.ts';
import { runner } from '../../../../src/exec/runner.ts';
import { listAnswer } from '../../../../src/machines/command/answers.ts';
import { callProgram, type Work } from '../../../../src/machines/command/call-program.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { until } from '../../../support/until.ts';

// Programs of the driver command as real processes.

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'programs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function list(argv: Argv, { timeoutMs = 20_000, signal = new AbortController().signal } = {}) {
  const { log, lines } = recordedLog();
  const variables = { ...process.env, INPUT_DRIVER: 'command' };
  const bounds = { signal, deadline: systemClock.now() + 60_000 };
  const work: Work = { runner, clock: systemClock, log, timeoutMs, variables, bounds };
  const request = { action: 'list', cluster: 'shop', repository: '42' } as const;
  return { lines, answer: callProgram(work, { argv, request, answer: listAnswer }) };
}

const sh = (line: string): Argv => ['sh', '-c', line];

test('the request is read, standard error is logged, standard output is not', async () => {
  process.env.INPUT_DRIVER = 'command';
  const { lines, answer } = list(
    sh(
      `cat >"$0"; echo "$SWARM_UP_PROTOCOL \${INPUT_DRIVER:-none}" >&2; echo '{"machines": []}'; grep -o '"cluster":"[a-z]*"' "$0" >&2`.replaceAll(
        '$0',
        join(folder, 'request'),
      ),
    ),
  );
  expect(await answer).toEqual({ machines: [] });
  expect(lines).toEqual(['list: 1 none', 'list: "cluster":"shop"']);
});

test('a program that reads nothing is none that fails', async () => {
  expect(await list(['echo', '{"machines": []}']).answer).toEqual({ machines: [] });
});

test('a program that is not there: by its path, or by its name', async () => {
  await expect(list(['./machines/none']).answer).rejects.toMatchObject({
    message: 'The program of `list` was not found: ./machines/none',
    hint: expect.stringContaining('actions/checkout'),
  });
  await expect(list(['no-such-program']).answer).rejects.toMatchObject({
    message: 'The program of `list` was not found: no-such-program',
    hint: expect.stringContaining('PATH'),
  });
});

test.each(['limit', 'abort'])('after a %s nothing of its process tree runs on', async (end) => {
  const started = join(folder, `started-${end}`);
  const late = join(folder, `late-${end}`);
  const stop = new AbortController();
  const line = `(touch ${started}; while [ ! -e ${late} ]; do sleep 0.05; done; touch ${late}.seen) & wait`;
  const timeoutMs = end === 'limit' ? 500 : 20_000;
  const { answer } = list(sh(line), { timeoutMs, signal: stop.signal });
  const settled = answer.catch((error: unknown) => error);
  await until('it runs', () => existsSync(started));
  const reason = new Error('cancelled');
  if (end === 'abort') stop.abort(reason);
  const error = await settled;
  if (end === 'abort') expect(error).toBe(reason);
  else expect(String(error)).toContain('did not end within 0.5 s, and was ended');
  const { stdout } = await runner.run(['pgrep', '-fc', started], { anyExitCode: true });
  expect(stdout.trim()).toBe('0');
});
