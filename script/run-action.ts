/**
 * Runs this repository's action on this machine as a job of one step:
 *
 *   node script/run-action.ts --input nodes=3 --input compose-file=compose.yaml -- curl --fail http://127.0.0.1:8080
 *
 * The command after `--` stands for the steps that follow; it finds the outputs as `OUTPUT_<NAME>`
 * in its environment. Without one, post follows at once. Ctrl-C cancels as GitHub does; post runs
 * in any case.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createJob } from './job.ts';
import { renderLine } from './workflow-commands.ts';

const { values, positionals, tokens } = parseArgs({
  options: {
    input: { type: 'string', multiple: true, default: [] },
    env: { type: 'string', multiple: true, default: [] },
    workspace: { type: 'string', default: '.' },
    action: { type: 'string' },
    debug: { type: 'boolean', default: process.env.RUNNER_DEBUG === '1' },
  },
  allowPositionals: true,
  tokens: true,
});

process.exitCode = await run();

async function run(): Promise<number> {
  if (positionals.length > 0 && !tokens.some(({ kind }) => kind === 'option-terminator')) {
    console.error(`error: ${positionals[0]}: the command to run between main and post follows --`);
    return 2;
  }
  const directory = mkdtempSync(join(tmpdir(), 'run-action-'));
  const job = createJob({
    workspace: resolve(values.workspace),
    directory,
    ...(values.action ? { action: resolve(values.action) } : {}),
    env: { GITHUB_RUN_ID: String(Date.now()), ...pairs(values.env) },
    onLine: (entry) => {
      if (entry.kind === 'debug' && !values.debug) return;
      console.log(renderLine(entry, process.stdout.isTTY));
    },
  });
  process.on('SIGINT', () => {
    console.log(job.status === 'cancelled' ? 'Post is running.' : 'Cancelling.');
    job.cancel();
  });
  try {
    const { conclusion, outputs, summary } = await job.step(pairs(values.input));
    for (const [name, value] of Object.entries(outputs)) console.log(`output ${name}=${value}`);
    if (summary) console.log(`\nSummary\n${summary}`);
    if (conclusion === 'success' && positionals.length > 0) {
      const code = await command(positionals, { ...job.environment(), ...asVariables(outputs) });
      if (code !== 0) job.fail();
    }
  } finally {
    console.log('\nPost');
    await job.finish();
    rmSync(directory, { recursive: true, force: true });
  }
  return job.status === 'success' ? 0 : job.status === 'cancelled' ? 130 : 1;
}

/** Runs the command at the terminal, where Ctrl-C reaches it too; resolves with its exit code. */
function command(argv: readonly string[], env: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, { stdio: 'inherit', env: { ...process.env, ...env } });
  child.once('error', reject);
  child.once('exit', (code) => resolve(code ?? 1));
  return promise;
}

function pairs(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw new Error(`${pair}: not of the form name=value`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

function asVariables(outputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      `OUTPUT_${name.toUpperCase().replaceAll('-', '_')}`,
      value,
    ]),
  );
}
