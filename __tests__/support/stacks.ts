import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { HELLO_IMAGE } from '../../script/hello-image.ts';
import type { Cluster } from './cluster.ts';
import { docker, dockerInside, inside } from './engine.ts';
import { until } from './until.ts';

/** The keys of a service that runs for good and ends at once when it is told to. */
export const SLEEPS = `image: ${HELLO_IMAGE}
    entrypoint: [busybox, sleep, '3600']
    stop_grace_period: 0s`;

/** For `deploy`: the engine is content sooner than after its five seconds. */
export const QUICKLY = 'update_config: {monitor: 1s, delay: 0s, parallelism: 0}';

/** Names of the cluster's nodes, in order. */
export async function nodesOf({ name }: Cluster): Promise<string[]> {
  const filter = `label=swarm-up.cluster=${name}`;
  const names = await docker('ps', '--all', '--filter', filter, '--format', '{{.Names}}');
  return names.split('\n').filter(Boolean).sort();
}

/** Removes a stack with Docker's own means; fails where something of it stays, on any node. */
export async function removeStack(cluster: Cluster, stack: string): Promise<void> {
  const nodes = await nodesOf(cluster);
  const mine = `--filter label=com.docker.stack.namespace=${stack}`;
  const manager = `${cluster.name}-1`;
  const all = ['service', 'network', 'secret', 'config'].map(
    (kind) => `docker ${kind} ls -q ${mine}`,
  );
  // What has nothing of it has nothing to be waited for either.
  let left = (await inside(manager, all.join('; '))) !== '' ? ['manager', ...nodes] : nodes;
  await until(`nothing of stack ${stack} is left`, async () => {
    const said = await Promise.all(
      left.map((place) =>
        place === 'manager'
          ? // More than once: a network that a task still uses stays the first time.
            inside(manager, `docker stack rm ${stack} >/dev/null 2>&1; ${all.join('; ')}`)
          : inside(place, `docker ps -aq ${mine}`),
      ),
    );
    left = left.filter((_, at) => said[at] !== '');
    return left.length === 0;
  });
}

/**
 * Runs a shell line in a running container of a service, on whichever node it is; fails where the
 * line does.
 */
export async function inTask(cluster: Cluster, service: string, line: string): Promise<string> {
  const filter = `label=com.docker.swarm.service.name=${service}`;
  for (const node of await nodesOf(cluster)) {
    const ids = await dockerInside(node, 'ps', '-q', '--filter', filter);
    const id = ids.split('\n')[0];
    if (id) return dockerInside(node, 'exec', id, 'sh', '-c', line);
  }
  throw new Error(`No container of ${service} runs.`);
}

/** Ids of the tasks of a service that shall run, and on which node each is. */
export async function tasksOf(cluster: Cluster, service: string): Promise<string[]> {
  const format = '{{.ID}} {{.Node}}';
  const filter = 'desired-state=running';
  const tasks = await cluster.docker(
    'service',
    'ps',
    '-q',
    '--no-trunc',
    '--filter',
    filter,
    '--format',
    format,
    service,
  );
  return tasks.split('\n').filter(Boolean).sort();
}

/** The run ended as it should: its log is shown where it did not. */
export function expectConclusion(run: ActionRun, conclusion: ActionRun['conclusion']): void {
  const log = run.lines.join('\n');
  expect(run.conclusion === conclusion ? conclusion : log).toBe(conclusion);
}

/** Every file below a folder with its text. */
export function filesBelow(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

/** Every service of the swarm as `docker service ls` shows it: name, mode, replicas. */
export async function servicesOf(cluster: Cluster): Promise<string[]> {
  const services = await cluster.docker(
    'service',
    'ls',
    '--format',
    '{{.Name}} {{.Mode}} {{.Replicas}}',
  );
  return services.split('\n').filter(Boolean).sort();
}
