import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Argv } from '../exec/argv.ts';
import type { Executor } from '../exec/executor.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { Driver } from '../machines/driver.ts';
import { withoutValues } from './redact.ts';

/**
 * How long everything together may take, in ms: the failure itself must be reported before a job is
 * cut.
 */
const WHOLE_TIMEOUT_MS = 20_000;
const LOG_LINES = '500';

const onManager: Readonly<Record<string, string>> = {
  'node-ls.txt': 'docker node ls',
  'nodes.json': 'docker node inspect $(docker node ls -q)',
  'services.txt': 'docker service ls',
  'services.json': 'docker service inspect $(docker service ls -q)',
  'tasks.txt': 'docker service ps --no-trunc $(docker service ls -q)',
  'tasks.json': 'docker inspect $(docker service ps -q --no-trunc $(docker service ls -q))',
  'networks.txt': 'docker network ls --no-trunc',
};

const onEvery: Readonly<Record<string, Argv>> = {
  'docker-info.txt': ['docker', 'info'],
  'containers.txt': ['docker', 'ps', '--all', '--no-trunc'],
  'images.txt': ['docker', 'images', '--digests', '--no-trunc'],
  'addresses.txt': ['sh', '-c', 'ip address; ip route'],
};

/**
 * Collects what a person needs to understand a failure into `folder` (removed by nobody: it is for
 * an artifact). Whatever cannot be had is said in the file that should hold it; this never throws.
 * What an earlier step collected about the same cluster goes. Resolves to what the system said
 * where a file could not be written.
 */
export async function collectDiagnostics(options: {
  readonly folder: string;
  readonly driver: Driver;
  readonly machines: readonly ConnectedMachine[];
  /** The stack file as it was sent, without the secrets that travel beside it. */
  readonly stackFile: string | undefined;
  readonly services: readonly string[];
  /** What the healthchecks of services gave that failed, by the service. */
  readonly healthchecks: ReadonlyMap<string, string>;
  /** Takes out of each file what is secret. */
  readonly redact: (text: string) => string;
}): Promise<unknown> {
  const { folder, driver, machines, redact } = options;
  const signal = AbortSignal.timeout(WHOLE_TIMEOUT_MS);
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  const write = async (name: string, text: () => Promise<string>) => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, redact(await text().catch((error) => `not to be had: ${error}\n`)), {
      mode: 0o600,
    });
  };
  const tasks: Promise<void>[] = [];
  if (options.stackFile !== undefined) {
    tasks.push(write('stack.yml', async () => withoutValues(options.stackFile ?? '')));
  }
  for (const [service, text] of options.healthchecks) {
    tasks.push(write(join('healthchecks', `${service}.txt`), async () => `${text}\n`));
  }
  for (const machine of machines) {
    for (const [file, argv] of Object.entries(onEvery)) {
      tasks.push(write(join(machine.name, file), () => output(machine.ssh, argv, signal)));
    }
    const more = driver.diagnostics?.(machine, signal) ?? Promise.resolve(new Map());
    tasks.push(
      more.then(
        async (files) => {
          for (const [file, text] of files) await write(join(machine.name, file), async () => text);
        },
        () => undefined,
      ),
    );
  }
  const manager = machines.find(({ index }) => index === 1);
  if (manager) {
    for (const [file, script] of Object.entries(onManager)) {
      tasks.push(write(file, () => output(manager.ssh, ['sh', '-c', script], signal)));
    }
    for (const service of options.services) {
      const argv: Argv = [
        'docker',
        'service',
        'logs',
        '--timestamps',
        '--tail',
        LOG_LINES,
        service,
      ];
      tasks.push(write(join('logs', `${service}.txt`), () => output(manager.ssh, argv, signal)));
    }
  }
  const settled = await Promise.allSettled(tasks);
  return settled.find((one) => one.status === 'rejected')?.reason;
}

async function output(executor: Executor, argv: Argv, signal: AbortSignal): Promise<string> {
  const { stdout, stderr } = await executor.run(argv, {
    anyExitCode: true,
    repeatable: true,
    signal,
    timeoutMs: WHOLE_TIMEOUT_MS,
  });
  return stdout + stderr;
}
