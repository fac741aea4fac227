/**
 * Tries a driver of a cloud with real credentials, which costs some cents:
 *
 *   HCLOUD_TOKEN=… script/smoke hetzner
 *   DIGITALOCEAN_ACCESS_TOKEN=… script/smoke digitalocean
 *   AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… AWS_REGION=… script/smoke amazonec2
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
import type { Cloud, CloudAccess } from './smoke-cloud/cloud.ts';
import { CLOUD_NAMES, cloudOf } from './smoke-cloud/clouds.ts';
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
  const missing = cloud.variables.find((name) => !process.env[name]);
  if (missing !== undefined)
    return failed(`the variable ${missing} is not set: give ${cloud.variables.join(', ')}`, 2);
  return await tryWith({ driver, cloud, env: variablesOf(cloud), endpoint: values.endpoint });
}

function variablesOf({ variables, optional }: Cloud): Record<string, string> {
  return Object.fromEntries(
    [...variables, ...optional].flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );
}

async function tryWith(
  given: CloudAccess & { readonly driver: string; readonly cloud: Cloud },
): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'smoke-'));
  const costs: string[] = [];
  const repository = repositoryOfRun();
  const otherJob = () =>
    createJob({
      ...{ workspace: REPOSITORY, directory, env: repository },
      onLine: (entry) => {
        if (entry.kind === 'debug') return;
        const line = renderLine(entry, process.stdout.isTTY);
        if (/ an hour\b|The price is not known/.test(line)) costs.push(line.trim());
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
    const about = { repository: repository.GITHUB_REPOSITORY_ID, portMode };
    await tryCloud({ ...given, ...about, job, otherJob, clock: systemClock, say });
    say(`What it costs: ${costs.at(-1) ?? 'the log does not say'}`);
    return 0;
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), 1);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** On GitHub, the repository of the workflow, so that its own sweeps find what a lost run leaves. */
function repositoryOfRun() {
  const { GITHUB_REPOSITORY_ID: id, GITHUB_REPOSITORY: name } = process.env;
  const [ofId, ofName] = id && name ? [id, name] : ['1', 'octocat/hello'];
  return { GITHUB_REPOSITORY_ID: ofId, GITHUB_REPOSITORY: ofName };
}

function failed(message: string, code: number): number {
  console.error(`error: ${message}`);
  return code;
}
