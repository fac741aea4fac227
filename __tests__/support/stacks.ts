import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import * as z from 'zod';
import type { ActionRun } from '../../script/action-runner.ts';
import { HELLO_IMAGE } from '../../script/hello-image.ts';
import { tryToDelete } from '../../src/engine/delete.ts';
import type { Cluster } from './cluster.ts';
import { docker, dockerInside } from './engine.ts';
import { nodeApi } from './node-api.ts';
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

const ids = z.array(
  z.looseObject({ ID: z.string().optional(), Id: z.string().optional() }).transform(
    // Networks and containers are spelled otherwise than services.
    ({ ID = '', Id = ID }) => Id,
  ),
);

/**
 * Removes a stack as `docker stack rm` does; fails where something of it stays, on any node. What a
 * task still uses stays the first time.
 */
export async function removeStack(cluster: Cluster, stack: string): Promise<void> {
  const { signal } = new AbortController();
  const filters = JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] });
  const manager = nodeApi(`${cluster.name}-1`);
  const objects = async () => {
    const paths: string[] = [];
    for (const kind of ['/services', '/networks', '/secrets', '/configs']) {
      const found = await manager.get(kind, { filters }, ids);
      paths.push(...found.map((id) => `${kind}/${id}`));
    }
    return paths;
  };
  let left = (await nodesOf(cluster)).map(nodeApi);
  await until(`nothing of stack ${stack} is left`, async () => {
    const paths = await objects();
    for (const path of paths) await tryToDelete(manager, path, signal);
    const query = { all: 'true', filters };
    const containers = await Promise.all(
      left.map((node) => node.get('/containers/json', query, ids)),
    );
    left = left.filter((_, at) => containers[at]?.length !== 0);
    return paths.length === 0 && left.length === 0;
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
