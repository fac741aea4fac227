import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runner } from '../../../src/exec/runner.ts';
import { until } from '../../support/until.ts';

// How the example runs Terraform, with a script in its place.

const TOOL = resolve(import.meta.dirname, '../../../examples/command/terraform-tool.mjs');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terraform-tool-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Calls the tool in a process of its own, with this script as Terraform. */
function call(lines: string, signal?: AbortSignal) {
  const binary = join(folder, 'terraform');
  writeFileSync(binary, `#!/bin/sh\n${lines}\n`);
  chmodSync(binary, 0o755);
  const code = `const { tool } = await import(${JSON.stringify(TOOL)});
    const variables = { swarm_up_user_data: 'secret' };
    try { console.log(await tool('module', ${JSON.stringify(binary)})(['apply'], 'su-1-shop-1', variables)); }
    catch (error) { console.log(error.message); }`;
  const argv = [process.execPath, '--input-type=module', '--eval', code] as const;
  const env = { TMPDIR: folder, FOLDER: folder };
  return runner.run(argv, { env, signal, anyExitCode: true });
}

const temporary = () => readdirSync(folder).filter((name) => name.startsWith('swarm-up-'));

test('words, workspace, and variables in a file that nobody else may read', async () => {
  const said = await call(
    'file=$(echo "$3" | cut -d= -f2); echo "$1 $2 $TF_WORKSPACE"; stat -c %a "$file"; cat "$file"',
  );
  expect(said.stdout.trim().split('\n')).toEqual([
    '-chdir=module apply su-1-shop-1',
    '600',
    '{"swarm_up_user_data":"secret"}',
  ]);
  expect(temporary()).toEqual([]);
});

test('what is wrong is told with file and line, each once', async () => {
  const range = { filename: 'main.tf', start: { line: 7 } };
  const error = { severity: 'error', summary: 'Unsupported argument', detail: 'Not here.', range };
  const line = JSON.stringify({ '@level': 'error', diagnostic: error });
  const said = await call(`cat <<'END'\n${line}\n${line}\nEND\nexit 1`);
  expect(said.stdout.trim().split('\n').slice(1)).toEqual([
    'main.tf:7: Unsupported argument. Not here.',
  ]);
});

test('if the program is ended, Terraform is asked to stop once, and goes on until it has', async () => {
  const stop = new AbortController();
  const started = join(folder, 'started');
  const ended = join(folder, 'ended');
  // It takes its time to stop, and counts how often it was asked.
  const ending = call(
    `trap 'echo int >>"$FOLDER/signals"' INT; trap 'echo term >>"$FOLDER/signals"' TERM
    touch "$FOLDER/started"; until [ -e "$FOLDER/signals" ]; do sleep 0.05; done
    until [ -e "$FOLDER/go" ]; do sleep 0.05; done; echo done; touch "$FOLDER/ended"`,
    stop.signal,
  ).catch((error: unknown) => error);
  await until('it runs', () => existsSync(started));
  stop.abort(new Error('cancelled'));
  await ending;
  // The group of the program, and its pipes, are gone.
  expect(existsSync(ended)).toBe(false);
  writeFileSync(join(folder, 'go'), '');
  await until('it has ended by itself', () => existsSync(ended));
  expect(readFileSync(join(folder, 'signals'), 'utf8')).toBe('int\n');
  expect(temporary()).toEqual([]);
});
