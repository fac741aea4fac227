import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { systemClock } from '../../src/base/clock.ts';
import { ActionError } from '../../src/base/errors.ts';
import type { RenderedStack } from '../../src/compose/render/render.ts';
import { deployStack } from '../../src/deploy/deploy.ts';
import { engineApi } from '../../src/engine/api.ts';
import type { Argv } from '../../src/exec/argv.ts';
import type { Executor } from '../../src/exec/executor.ts';
import { runner } from '../../src/exec/runner.ts';
import { createNode, type Privilege } from '../../src/machines/docker/commands.ts';
import { createFallback } from '../../src/machines/docker/create-fallback.ts';
import { NODE_IMAGE } from './sshd.ts';
import { until } from './until.ts';

/**
 * A swarm of one real node that is drained: services, networks, configs and secrets are checked and
 * kept as in any swarm, and no task is ever started, so that images need not exist and nothing has
 * to end.
 */
export interface DrainedSwarm extends AsyncDisposable {
  /** This machine, whose docker client talks to the swarm. */
  readonly client: Executor;
  /** The node itself, with its own docker client. */
  readonly node: Executor;
  /** Every service and network of the swarm. */
  objects(): Promise<SwarmObjects>;
  /** A new swarm on the same engine, with nothing in it. */
  anew(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: the tests look into it freely
type Inspected = any;

export interface SwarmObjects {
  readonly services: readonly Inspected[];
  readonly networks: readonly Inspected[];
}

const inspected = z.array(z.unknown());

/** Starts the node and forms its swarm; `await using` removes both. */
export async function startDrainedSwarm(): Promise<DrainedSwarm> {
  const name = `swarm-up-drained-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const client = behind(`env DOCKER_HOST=unix://${folder}/docker.sock DOCKER_CONTEXT=`);
  const docker = async (...args: string[]) => (await client.run(['docker', ...args])).stdout;
  const inspectAll = async (kind: string, ...filter: string[]): Promise<Inspected[]> => {
    const ids = (await docker(kind, 'ls', '--quiet', ...filter)).split('\n').filter(Boolean);
    return ids.length === 0
      ? []
      : inspected.parse(JSON.parse(await docker(kind, 'inspect', ...ids)));
  };
  const init = async (): Promise<void> => {
    await docker('swarm', 'init', '--advertise-addr=127.0.0.1', '--availability=drain');
  };
  const remove = async (): Promise<void> => {
    await runner.run(['docker', 'rm', '--force', '--volumes', name]);
    await rm(folder, { recursive: true });
  };
  try {
    await start(name, folder);
    await until('the engine of the node answers', async () => {
      const { exitCode } = await client.run(['docker', 'version'], { anyExitCode: true });
      return exitCode === 0;
    });
    await init();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    client,
    node: behind(`docker exec --interactive ${name}`),
    objects: async () => ({
      services: await inspectAll('service'),
      networks: [
        ...(await inspectAll('network', '--filter', 'scope=swarm')),
        await hostNetwork(client),
      ],
    }),
    anew: async () => {
      await docker('swarm', 'leave', '--force');
      await init();
    },
    [Symbol.asyncDispose]: remove,
  };
}

/**
 * Docker's own network has one id on each engine and another in the swarm, which the docker client
 * does not show.
 */
async function hostNetwork(client: Executor): Promise<Inspected> {
  using api = engineApi(client);
  return await api.get('/networks/host', { scope: 'swarm' }, z.looseObject({ Name: z.string() }));
}

/** Runs what it is given behind another command. */
function behind(command: string): Executor {
  const argv = (own: Argv) => [...command.split(' '), ...own] as unknown as Argv;
  return {
    where: command,
    run: async (own, options) => await runner.run(argv(own), options),
    open: async (own) => await runner.open(argv(own)),
  };
}

/**
 * A node's container, but for its entrypoint: only the engine is needed, at a socket that this user
 * may open, too.
 */
async function start(name: string, folder: string): Promise<void> {
  const attempt = async (privilege: Privilege): Promise<void> => {
    const [program, verb = '', ...rest] = createNode({
      name,
      network: 'bridge',
      image: NODE_IMAGE,
      labels: { 'swarm-up.test': name },
      privilege,
      kernelModules: undefined,
      cpus: undefined,
      memory: undefined,
      publish: [],
    });
    const engine = [
      `--host=unix://${folder}/docker.sock`,
      '--host=unix:///var/run/docker.sock',
      `--group=${process.getgid?.() ?? 0}`,
    ];
    const own = ['--entrypoint=dockerd', `--volume=${folder}:${folder}`];
    await runner.run([program, verb, ...own, ...rest, ...engine]);
    await runner.run(['docker', 'start', name]);
  };
  try {
    await attempt('privileged');
  } catch (error) {
    const way = createFallback(error, { privilege: 'privileged', elsewhere: [] }, []);
    if (!way) throw error;
    await runner.run(['docker', 'rm', '--force', '--volumes', name]);
    await attempt(way.privilege);
  }
}

const FLAGS = { prune: false, resolveImage: 'never', clientMajor: 26 } as const;

/** Deploys as the action does. */
export async function deployRendered(manager: Executor, stack: RenderedStack): Promise<void> {
  const options = {
    clock: systemClock,
    signal: new AbortController().signal,
    onLine: () => {},
  };
  await deployStack(manager, stack, FLAGS, [], options);
}

/** Deploys the files as a person does. */
export async function deployPlainly(
  manager: Executor,
  stack: string,
  files: readonly string[],
): Promise<void> {
  await overcomingRaces(() =>
    manager.run([
      ...(['docker', 'stack', 'deploy', '--detach=true', '--resolve-image=never'] as const),
      ...[...files.flatMap((file) => ['-c', file]), stack],
    ]),
  );
}

/**
 * A network that was just made may not be known yet to the one who asks for the service
 * (moby/moby#29293); deployed again it is.
 */
async function overcomingRaces(deploy: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await deploy();
      return;
    } catch (error) {
      const words = error instanceof ActionError ? (error.details ?? '') : '';
      if (attempt === 3 || !/network \S+ not found/.test(words)) throw error;
    }
  }
}
