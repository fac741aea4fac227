/**
 * Tries the programs of `driver: command`, as the driver calls them, and says what is wrong:
 *
 *   script/check-command my-options.yaml
 *
 * The file holds the `driver-options`. It makes up to two machines at a time, and removes them.
 * `--no-room '[./cloud, --huge]'` is a `create` that finds no room; `--interrupt 5s` says after how
 * long one `create` is ended; `--no-login` leaves the login out.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { systemClock } from '../src/base/clock.ts';
import { parseDuration } from '../src/base/duration.ts';
import { describeError } from '../src/base/errors.ts';
import { runner } from '../src/exec/runner.ts';
import { commandDriver } from '../src/machines/command/driver.ts';
import { type CommandOptions, commandOptions } from '../src/machines/command/options.ts';
import type { Machine, MachineDriver } from '../src/machines/driver.ts';
import { connectSsh } from '../src/ssh/connect.ts';
import { generateKeyPair } from '../src/ssh/keys/generate.ts';
import { checkPrograms, type Outcome } from './command-check/check-programs.ts';

const LOGIN_MS = 300_000;

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      directory: { type: 'string', default: '.' },
      'no-room': { type: 'string' },
      interrupt: { type: 'string', default: '5s' },
      'no-login': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  process.chdir(values.directory);
  const [file] = positionals;
  if (file === undefined) throw new Error('Give the file with the `driver-options`.');
  const options = readOptions(resolve(file));
  const noRoom = values['no-room'] === undefined ? undefined : parse(values['no-room']);
  const outcomes = checkPrograms({
    ...{ options, driverOf, interruptMs: parseDuration(values.interrupt) ?? 5_000 },
    noRoom: noRoom && commandOptions.shape.create.parse(noRoom),
    work: {
      ...{ runner, clock: systemClock, log, timeoutMs: options.timeout, variables: process.env },
      bounds: { signal: new AbortController().signal, deadline: Number.POSITIVE_INFINITY },
    },
    login: values['no-login'] ? undefined : login,
    cluster: `check-${randomBytes(3).toString('hex')}`,
  });
  let failed = 0;
  for await (const outcome of outcomes) {
    console.log(textOf(outcome));
    if (outcome.state === 'failed') failed += 1;
  }
  console.log(failed === 0 ? 'All checks passed.' : `${failed} failed.`);
  return failed === 0 ? 0 : 1;
}

function readOptions(file: string): CommandOptions {
  const read = commandOptions.safeParse(parse(readFileSync(file, 'utf8')));
  if (read.success) return read.data;
  const problems = read.error.issues.map(
    ({ path, message }) => `\`${path.join('.')}\`: ${message}`,
  );
  throw new Error(`${file}: ${problems.join('; ')}`);
}

const log = { info: (line: string) => console.log(`    ${line}`), warning: console.log };
const { privateKey } = generateKeyPair('');

function driverOf(options: CommandOptions): MachineDriver {
  const given = commandDriver.read({
    read: (name) => (name === 'ssh-private-key' ? privateKey : ''),
    ...{ variables: process.env, problem: () => {}, warn: console.log, purpose: 'make' },
  });
  const driver = given.create(options, { runner, actionRoot: '', log });
  if (driver.makesMachines) return driver;
  throw new Error('The driver command makes machines.');
}

async function login(driver: MachineDriver, machine: Machine): Promise<void> {
  const signal = AbortSignal.timeout(LOGIN_MS);
  const target = await driver.target(machine, signal);
  await using ssh = await connectSsh(target, { signal, timeoutMs: LOGIN_MS });
  await driver.setUp?.(machine, ssh, { signal, timeoutMs: LOGIN_MS });
}

const MARKS = { passed: '✓', failed: '✗', skipped: '–' };

function textOf({ title, state, ms, said }: Outcome): string {
  const time = state === 'passed' ? ` (${(ms / 1_000).toFixed(1)} s)` : '';
  const rest = said === undefined ? '' : `\n${said.replace(/^/gm, '    ')}`;
  return `${MARKS[state]} ${title}${time}${rest}`;
}

process.exitCode = await run().catch((error: unknown) => {
  console.error(`error: ${describeError(error)}`);
  return 2;
});
