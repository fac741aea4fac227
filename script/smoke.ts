/**
 * Tries a driver of a cloud with a real token, which costs some cents:
 *
 *   HCLOUD_TOKEN=… script/smoke hetzner
 *   DIGITALOCEAN_ACCESS_TOKEN=… script/smoke digitalocean
 *
 * `--endpoint` names another place of the API.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/clock.ts';
import { ensureHelloImage } from './hello-image.ts';
import { createJob } from './job.ts';
import { CLOUD_NAMES, type Cloud, cloudOf } from './smoke-cloud/clouds.ts';
import { tryCloud } from './smoke-cloud/try-cloud.ts';
import { renderLine } from './workflow-commands.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const say = (line: string) => console.log(`==> ${line}`);

process.exitCode = await run();

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { endpoint: { type: 'string' } },
    allowPositionals: true,
  });
  const [driver = ''] = positionals;
  const cloud = cloudOf(driver);
  if (!cloud) return failed(`${driver || 'no driver'}: give one of: ${CLOUD_NAMES.join(', ')}`, 2);
  const token = process.env[cloud.token] ?? '';
  if (token === '') return failed(`the variable ${cloud.token} is not set: give a token`, 2);
  const { endpoint = cloud.endpoint } = values;
  return await tryWith({ driver, cloud, token, endpoint });
}

async function tryWith(given: {
  readonly driver: string;
  readonly cloud: Cloud;
  readonly token: string;
  readonly endpoint: string;
}): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'smoke-'));
  const costs: string[] = [];
  const otherJob = () =>
    createJob({
      ...{ workspace: REPOSITORY, directory, env: repositoryOfRun() },
      onLine: (entry) => {
        if (entry.kind === 'debug') return;
        const line = renderLine(entry, process.stdout.isTTY);
        if (/ an hour\b/.test(line)) costs.push(line.trim());
        console.log(`    ${line}`);
      },
    });
  const job = otherJob();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) return;
      say('Cancelling; what was made is removed');
      stopping.abort(new Error(`Ended by ${signal}.`));
      job.cancel();
    });
  }
  try {
    await ensureHelloImage(stopping.signal);
    const { PORT_MODE: portMode = 'ingress' } = process.env;
    await tryCloud({ ...given, portMode, job, otherJob, clock: systemClock, say });
    say(`What it costs: ${costs.at(-1) ?? 'the log does not say'}`);
    return 0;
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), 1);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** On GitHub, the repository of the workflow, so that its own sweeps find what a lost run leaves. */
function repositoryOfRun(): Record<string, string> {
  const { GITHUB_REPOSITORY_ID: id, GITHUB_REPOSITORY: name } = process.env;
  return id && name ? { GITHUB_REPOSITORY_ID: id, GITHUB_REPOSITORY: name } : {};
}

function failed(message: string, code: number): number {
  console.error(`error: ${message}`);
  return code;
}
