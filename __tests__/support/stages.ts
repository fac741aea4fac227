import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunningAction } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { runner } from '../../src/exec/runner.ts';
import { ensureNodeImage } from '../../src/machines/docker/node-image.ts';
import type { Cluster, Watch } from './cluster.ts';
import { docker, inside } from './engine.ts';
import { until } from './until.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

/**
 * An image of a machine whose sshd answers and whose dockerd never does. Each test process removes
 * its own.
 */
const NO_DOCKERD = `localhost/swarm-up-e2e-no-dockerd:${process.pid}`;

/** A service that does nothing and ends at once; of it there is one task on every node. */
export const IDLE = `services:
  idle:
    image: ${HELLO_IMAGE}
    entrypoint: [busybox, sleep, '3600']
    stop_grace_period: 0s
    deploy: {mode: global}
`;

/** A service that answers at a port, and not at what `verify` asks. */
const WITHOUT_HEALTH = `services:
  web:
    image: ${HELLO_IMAGE}
    stop_grace_period: 0s
    ports: [{target: 8080, published: 18085, mode: host}]
`;

/** A moment on the way up. Each lasts until the run is ended. */
export interface Stage {
  readonly title: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly compose?: string;
  /** Resolves in the middle of the stage. */
  reached(run: RunningAction & Watch, cluster: Cluster): Promise<void>;
}

const SWARM_ONLY = { nodes: '2', 'compose-file': '-' };
const ONE_NODE = { nodes: '1', images: HELLO_IMAGE, 'stack-name': 'idle' };

export const STAGES: readonly Stage[] = [
  {
    title: 'checking',
    inputs: SWARM_ONLY,
    reached: (run) => run.seen(/Checking/),
  },
  {
    title: 'about to make machines',
    inputs: SWARM_ONLY,
    reached: (run) => run.seen(/Starting 2 machines/),
  },
  {
    title: 'making machines, the first container is there',
    inputs: { ...SWARM_ONLY, nodes: '4' },
    reached: (_run, { name }) =>
      until('a container', async () => (await containersOf(name)).length > 0),
  },
  {
    title: 'waiting for sshd',
    inputs: { ...SWARM_ONLY, nodes: '1', 'driver-options': `image: ${HELLO_IMAGE}` },
    reached: (_run, { name }) => until('a machine runs', () => runs(`${name}-1`)),
  },
  {
    title: 'waiting for dockerd',
    inputs: { ...SWARM_ONLY, nodes: '1', 'driver-options': `image: ${NO_DOCKERD}` },
    reached: (_run, { name }) =>
      until('an SSH connection', async () =>
        (await inside(`${name}-1`, 'cat /proc/net/tcp')).split('\n').some(isConnectedSsh),
      ),
  },
  {
    title: 'forming the swarm',
    inputs: { ...SWARM_ONLY, nodes: '3', managers: '3' },
    reached: async (run, { name }) => {
      await run.seen(/Forming the swarm/);
      await until('the first manager', async () =>
        (await inside(`${name}-1`, 'docker info')).includes('Is Manager: true'),
      );
    },
  },
  {
    title: 'loading images',
    inputs: { ...SWARM_ONLY, nodes: '1', images: 'debian:trixie-slim' },
    reached: (run) => run.seen(/Loading debian:trixie-slim/),
  },
  {
    title: 'deploying',
    inputs: ONE_NODE,
    compose: IDLE,
    reached: (run) => run.seen(/Deploying stack idle/),
  },
  {
    title: 'converging',
    inputs: { ...ONE_NODE, 'stable-for': '5m' },
    compose: IDLE,
    reached: async (run, { name }) => {
      await run.seen(/Waiting until idle has converged/);
      await until(
        'a task runs',
        async () => (await inside(`${name}-1`, 'docker ps --quiet')) !== '',
      );
    },
  },
  {
    title: 'verifying',
    inputs: { ...ONE_NODE, verify: '18085/no-such-page' },
    compose: WITHOUT_HEALTH,
    reached: (run) => run.seen(/Asking the published ports/),
  },
];

/** Makes the images that the stages need. */
export async function ensureStageImages(): Promise<void> {
  const { signal } = new AbortController();
  const log = { info: () => {}, warning: () => {} };
  await ensureHelloImage(signal);
  const node = await ensureNodeImage(runner, { actionRoot: REPOSITORY }, log, signal);
  await runner.run(['docker', 'build', '--quiet', '--tag', NO_DOCKERD, '-'], {
    stdin: new TextEncoder().encode(
      `FROM ${node}\nENTRYPOINT ["sh", "-c", "mkdir -p /run/sshd && exec /usr/sbin/sshd -D"]\n`,
    ),
  });
}

export async function removeStageImages(): Promise<void> {
  await docker('image', 'rm', NO_DOCKERD);
}

/** A copy of the action whose node image has other instructions: it is built on first use. */
export function actionWithNodeImage(dockerfile: string): { folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-action-'));
  for (const name of ['action.yml', 'dist']) {
    symlinkSync(join(REPOSITORY, name), join(folder, name));
  }
  mkdirSync(join(folder, 'node-image'));
  writeFileSync(join(folder, 'node-image/Dockerfile'), dockerfile);
  return {
    folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Names of the cluster's containers. */
export async function containersOf(cluster: string): Promise<string[]> {
  const filter = `label=swarm-up.cluster=${cluster}`;
  const names = await docker('ps', '--all', '--filter', filter, '--format', '{{.Names}}');
  return names.split('\n').filter(Boolean).sort();
}

/** Whether a container is there and runs. */
export async function runs(container: string): Promise<boolean> {
  const filter = `name=^/${container}$`;
  return (await docker('ps', '--quiet', '--filter', filter)) !== '';
}

/** A line of /proc/net/tcp: local port 22, established (tcp_states.h: 1). */
function isConnectedSsh(line: string): boolean {
  const [, local = '', , state] = line.trim().split(/\s+/);
  return local.endsWith(':0016') && state === '01';
}
