import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionError } from '../../../src/base/errors.ts';
import type { AnnotationPlace } from '../../../src/base/log.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor, RunOptions, RunResult } from '../../../src/exec/executor.ts';
import { runner } from '../../../src/exec/runner.ts';
import { chosenDriver } from '../../../src/machines/chosen-driver.ts';
import type { DriverDefinition, MachineDriver } from '../../../src/machines/driver.ts';
import type { Owner } from '../../../src/machines/ownership.ts';
import { terraformDriver } from '../../../src/machines/terraform/driver.ts';
import { dryRunGuard } from '../../../src/up/dry-run-guard.ts';
import { type Backend, fakeTerraform, memoryBackend } from './fake-terraform.ts';
import { MODULE } from './steps.ts';

export const OWNER: Owner = { cluster: 'shop', repository: '42', run: '1/a/up' };
export const NAME = 'su-42-shop';

/** What a promise was rejected with. */
export const failure = async (promise: Promise<unknown>): Promise<ActionError> => {
  const end = await promise.then(
    () => undefined,
    (error: ActionError) => error,
  );
  if (end) return end;
  throw new Error('It should have failed.');
};

interface About {
  /** Runs this program, and not the stand-in of this process. */
  readonly binary?: string;
  readonly backend?: Backend;
  readonly options?: object;
  readonly teardown?: string;
  /** In place of what a command says, by a word of it. */
  readonly said?: Readonly<Record<string, Partial<RunResult>>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** One runner, one module, and a driver for each step. */
export function terraformTrial(about: About = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'terraform-trial-'));
  const module = join(folder, 'module');
  cpSync(MODULE, module, { recursive: true });
  const backend = about.backend ?? memoryBackend();
  const machines = new Set<string>();
  const lines: string[] = [];
  const places: AnnotationPlace[] = [];
  const asked: { readonly words: readonly string[]; readonly options: RunOptions }[] = [];
  const fake = fakeTerraform(backend, {
    create: ({ name }) => void machines.add(name),
    destroy: ({ name }) => void machines.delete(name),
  });
  const run = async ([program, ...words]: Argv, options: RunOptions = {}): Promise<RunResult> => {
    asked.push({ words, options });
    const due = Object.entries(about.said ?? {}).find(([word]) => words.includes(word));
    if (due) return { exitCode: 1, stdout: '', stderr: '', ...due[1] };
    if (about.binary !== undefined) return await runner.run([program, ...words], options);
    return await fake(words, options.env ?? {});
  };
  const executor: Executor = { ...runner, run };
  const log = {
    info: (line: string) => void lines.push(line),
    warning: (line: string) => void lines.push(`warning: ${line}`),
    error: (line: string, place: AnnotationPlace) => {
      lines.push(`error: ${line}`);
      places.push(place);
    },
  };
  const variables = { RUNNER_TEMP: join(folder, 'temp'), INPUT_TOKEN: 'secret', ...about.env };
  const driver = ({ isDryRun = false, teardown = about.teardown ?? 'auto' } = {}) => {
    const read = terraformDriver.read({
      read: (name) => (name === 'teardown' ? teardown : ''),
      ...{ variables, purpose: 'make' },
      problem: () => {},
      warn: () => {},
    });
    const options = { module, binary: about.binary, ...about.options };
    const definition = terraformDriver as DriverDefinition<unknown>;
    const parsed = terraformDriver.options.parse(options);
    const guard = isDryRun ? dryRunGuard : undefined;
    const context = { runner: executor, actionRoot: '', log, guard };
    const chosen = chosenDriver(definition, { create: read.create as never }, parsed);
    return chosen.create(context) as MachineDriver;
  };
  const signal = new AbortController().signal;
  return {
    ...{ folder, module, backend, machines, lines, places, asked, driver, signal },
    spec: (count: number, owner: Owner = OWNER) => ({
      ...{ owner, machines: count },
      publishedPorts: [{ port: 80, protocol: 'tcp' as const }],
    }),
    wanted: (count: number) => ({ cluster: OWNER, machines: count, ttlMs: undefined }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
