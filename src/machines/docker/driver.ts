import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import { once } from '../../base/once.ts';
import { AbsentEngine } from '../../engine/absent-engine.ts';
import { engineApi } from '../../engine/api.ts';
import { patientExecutor } from '../../engine/patient-executor.ts';
import { CommandError, type Executor } from '../../exec/executor.ts';
import { generateKeyPair } from '../../ssh/keys/generate.ts';
import { fingerprint, parsePublicKey } from '../../ssh/keys/public-key.ts';
import type {
  ClusterSpec,
  DriverContext,
  DriverDefinition,
  Machine,
  MachineDriver,
} from '../driver.ts';
import { LOCAL, portsTaken, taken } from '../local-ports.ts';
import { HOST_KEY_LABEL, INDEX_LABEL } from '../machine-labels.ts';
import { ownerLabels } from '../ownership.ts';
import { listClusters } from './clusters.ts';
import * as docker from './commands.ts';
import { type CreateOptions, createFallback } from './create-fallback.ts';
import { destroyAll, isGone } from './destroy.ts';
import { renewLease } from './expiry-volume.ts';
import { newHostKey, packAuthorizedKey, packIdentity } from './identity.ts';
import { containerExecutor } from './inside.ts';
import { machinesIn } from './inspect.ts';
import { nodeName } from './names.ts';
import { noEngine } from './no-engine.ts';
import { ensureNodeImage } from './node-image.ts';
import { type DockerOptions, dockerOptions, whereReached } from './options.ts';

/** Machines are containers of the runner's Docker Engine. */
export const dockerDriver: DriverDefinition<DockerOptions> = {
  name: 'docker',
  makesMachines: true,
  onRunner: 'container',
  // Nodes are reached at their container addresses, which only the machine of the engine can do.
  platforms: ['linux'],
  options: dockerOptions,
  read: () => ({ create: createDockerDriver }),
};

/**
 * What `docker version` says of the server; of Docker Desktop and a rootless engine, the parts
 * tell.
 */
const serverVersion = z.object({
  Version: z.string().optional(),
  Os: z.string().optional(),
  Platform: z.object({ Name: z.string().default('') }).nullish(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

const KERNEL_MODULES = '/lib/modules';

/** Where every engine speaks to a registry without TLS, if nothing is said. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** As `dockerDriver` makes it. */
export function createDockerDriver(
  options: DockerOptions,
  { runner, actionRoot, log }: DriverContext,
): MachineDriver {
  /** For what is asked of an engine that has answered, or has answered an earlier step. */
  const patient = patientExecutor(runner, { log });
  /** This run's own key: it lives in this process and nowhere else. */
  const key = generateKeyPair('swarm-up');
  // Not read from its text, as keys of others are: that would load ssh2, and the post step connects
  // to no machine.
  const publicKey = parsePublicKey(key.publicKey);
  const credentials = {
    privateKeys: [{ ...publicKey, fingerprint: fingerprint(publicKey), text: key.privateKey }],
  };
  /** Machines that let this run's key in already. */
  const open = new Set<string>();
  /** What only looks like ours is met at each look. */
  const ignored = once(log.warning);
  const bind = options.bind ?? LOCAL;
  let image: string | undefined;
  let engineVersion: string | undefined;
  let privilege: docker.Privilege = 'privileged';

  async function inspect(names: readonly string[]): Promise<Machine[]> {
    // One that is going away meanwhile makes the exit code non-zero; the others are printed all the
    // same.
    const { stdout } = await patient.run(docker.inspectContainers(names), { anyExitCode: true });
    return machinesIn(stdout, options['public-host']);
  }

  async function inspectOne(name: string): Promise<Machine> {
    const machine = (await inspect([name]))[0];
    if (machine) return machine;
    throw new ActionError(`Machine ${name} was gone right after it had been created.`, {
      hint: 'Something else removed the container. See whether two runs use the same `cluster`.',
    });
  }

  async function createContainer(
    spec: ClusterSpec,
    index: number,
    name: string,
    way: CreateOptions,
  ): Promise<void> {
    if (image === undefined) throw new Error('A machine is made only after `makeReady`.');
    const hostKey = newHostKey(name);
    await runner.run(
      docker.createNode({
        name,
        network: spec.owner.cluster,
        image,
        labels: {
          ...ownerLabels(spec.owner),
          [INDEX_LABEL]: String(index),
          [HOST_KEY_LABEL]: hostKey.publicKey,
        },
        privilege: way.privilege,
        kernelModules: existsSync(KERNEL_MODULES) ? KERNEL_MODULES : undefined,
        cpus: options.cpus,
        memory: options.memory,
        bind,
        publish:
          index === 1
            ? spec.publishedPorts.map((port) => ({
                ...port,
                hostPort: way.elsewhere.includes(port) ? 0 : port.port,
              }))
            : [],
      }),
    );
    const archive = await packIdentity({
      hostKey,
      authorizedKey: key.publicKey,
      daemonConfig: daemonConfig(options),
    });
    await runner.run(docker.copyInto(name), { stdin: archive });
    await runner.run(docker.start(name));
  }

  async function readLog(name: string, signal?: AbortSignal): Promise<string> {
    const { stdout, stderr } = await runner.run(docker.logs(name), {
      anyExitCode: true,
      timeoutMs: 10_000,
      ...(signal && { signal }),
    });
    return stdout + stderr;
  }

  return {
    name: 'docker',
    makesMachines: true,
    onRunner: 'container',

    async check(signal) {
      engineVersion = await checkEngine(runner, signal);
      privilege = (await mayGrantEverything()) ? 'privileged' : 'capabilities';
    },

    async makeReady(signal) {
      const { image: wanted, 'image-cache': cache } = options;
      const source = { actionRoot, wanted, cache, engineVersion };
      image = await ensureNodeImage(runner, source, log, signal);
    },

    async list({ cluster }, signal) {
      const { stdout } = await patient.run(
        docker.listContainers(cluster),
        signal ? { signal } : {},
      );
      const ids = stdout.split('\n').filter(Boolean);
      return ids.length === 0 ? [] : inspect(ids);
    },

    async prepare({ owner }, signal) {
      const { stdout } = await runner.run(docker.listNetworks(owner), { signal });
      // Another one with the labels is none of ours, and machines could not be made on it.
      if (stdout.split('\n').includes(owner.cluster)) return;
      signal.throwIfAborted();
      try {
        await runner.run(docker.createNetwork(owner.cluster, ownerLabels(owner)));
      } catch (error) {
        throw nameTaken(error, 'network', owner.cluster);
      }
    },

    async create(spec, index) {
      const name = nodeName(spec.owner.cluster, index);
      let way: CreateOptions = {
        privilege,
        elsewhere: index === 1 ? await taken(spec.publishedPorts, bind) : [],
      };
      for (;;) {
        try {
          await createContainer(spec, index, name, way);
          break;
        } catch (error) {
          const other = createFallback(error, way, index === 1 ? spec.publishedPorts : []);
          if (!other) throw noSuchAddress(error, bind) ?? nameTaken(error, 'container', name);
          await runner.run(docker.removeContainers([name]));
          way = other;
          privilege = other.privilege;
        }
      }
      if (way.elsewhere.length > 0) log.warning(portsTaken(way.elsewhere, bind));
      open.add(name);
      const machine = await inspectOne(name);
      if (machine.state === 'running') return machine;
      throw new ActionError(`Machine ${name} ended right after it had been started.`, {
        details: await readLog(name),
        hint: 'The node image may not fit this engine, or its limits (`driver-options`) are too low.',
      });
    },

    inside: ({ name }) => containerExecutor(runner, name),

    async admit({ name, localHost }, signal) {
      const isOther =
        localHost !== undefined && localHost !== whereReached(bind, options['public-host']);
      if (isOther) log.warning(boundElsewhere(name, localHost, bind));
      if (open.has(name)) return;
      const archive = await packAuthorizedKey(key.publicKey);
      await runner.run(docker.copyInto(name), { stdin: archive, signal });
      open.add(name);
    },

    async target(machine) {
      return {
        name: machine.name,
        host: machine.address,
        port: 22,
        user: 'root',
        credentials,
        hostKeys: { kind: 'pinned', keys: [machine.labels[HOST_KEY_LABEL] ?? ''] },
      };
    },

    commandOn: ({ name }) => ['docker', 'exec', name],

    wayIn: async ({ cluster }) => `docker exec -it ${cluster}-1 sh, docker logs ${cluster}-1`,

    async destroy(machine) {
      await patient.run(docker.removeContainers([machine.name]), { anyExitCode: true });
    },

    async destroyCluster(cluster) {
      using api = engineApi(patient);
      await destroyAll({ runner: patient, api, ignored }, cluster);
    },

    async isGone(cluster) {
      using api = engineApi(patient);
      return await isGone({ api, ignored }, cluster);
    },

    async renew(owner, signal) {
      using api = engineApi(patient);
      await renewLease(patient, api, owner, signal);
    },

    async clusters(signal) {
      await checkEngine(patient, signal);
      using api = engineApi(patient);
      return await listClusters(api, { signal, ignored });
    },

    engine: () => engineApi(patient),

    diagnostics: async ({ name }, signal) =>
      new Map([['dockerd.log', await readLog(name, signal)]]),
  };
}

/** Gives the version of the engine, if it says one. */
async function checkEngine(runner: Executor, signal: AbortSignal): Promise<string | undefined> {
  let text: string;
  try {
    text = (await runner.run(docker.engineVersion(), { signal, timeoutMs: 30_000 })).stdout;
  } catch (error) {
    if (error instanceof AbsentEngine) {
      throw noEngine({ stderr: error.details ?? '', stdout: '' }, userInfo().username);
    }
    if (!(error instanceof CommandError)) throw error;
    throw noEngine(error.result, userInfo().username);
  }
  const found = serverVersion.safeParse(parsedJson(text));
  if (!found.success) {
    throw new ActionError('docker on the runner is not Docker Engine.', {
      details: text.slice(0, 1_000),
      hint: 'Another program has its name (podman-docker, for example). Remove it, and install Docker Engine (https://docs.docker.com/engine/install/), or use `runs-on: ubuntu-latest`.',
    });
  }
  refuseUnreachable(found.data);
  const { Os, Version } = found.data;
  if (Os === 'linux') return Version;
  throw new ActionError(
    `The engine of the runner runs ${Os ?? 'an unknown kind of'} containers; the nodes are Linux containers.`,
    { hint: 'Use `runs-on: ubuntu-latest`.' },
  );
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The addresses of containers lead nowhere if the engine has its network in a virtual machine or a
 * namespace of its own.
 */
function refuseUnreachable({ Platform, Components }: z.infer<typeof serverVersion>): void {
  const isDesktop = Platform?.Name.startsWith('Docker Desktop') ?? false;
  const isRootless = Components?.some(({ Name }) => Name === 'rootlesskit') ?? false;
  if (!isDesktop && !isRootless) return;
  throw new ActionError(
    `The docker driver cannot reach nodes on ${isDesktop ? 'Docker Desktop' : 'a rootless Docker Engine'}.`,
    {
      details: isDesktop
        ? 'Its containers are in a virtual machine, and their addresses lead nowhere outside of it.'
        : 'Its containers are in a network namespace of its own, and their addresses lead nowhere outside of it.',
      hint: 'Let the step use Docker Engine of the system: `docker context use default`, or DOCKER_HOST=unix:///var/run/docker.sock. Or use `runs-on: ubuntu-latest`.',
    },
  );
}

/**
 * Whether the engine can be expected to grant `--privileged`: an engine cannot hand on a capability
 * that the whole machine lacks, and then each container would have to fail once before it is made
 * again without. Bit 24 is CAP_SYS_RESOURCE (linux/capability.h).
 */
async function mayGrantEverything(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const bounding = /^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1];
  return bounding === undefined || (BigInt(`0x${bounding}`) & (1n << 24n)) !== 0n;
}

function daemonConfig(options: DockerOptions): Record<string, unknown> | undefined {
  const config = {
    ...(options['registry-mirrors'] && { 'registry-mirrors': options['registry-mirrors'] }),
    ...(options['insecure-registries'] && {
      // Engines from 29.10 on no longer add them to a list that is given.
      'insecure-registries': [...options['insecure-registries'], ...LOOPBACK],
    }),
  };
  return Object.keys(config).length > 0 ? config : undefined;
}

function noSuchAddress(error: unknown, bind: string): ActionError | undefined {
  if (!(error instanceof CommandError)) return undefined;
  if (!/cannot assign requested address/.test(error.result.stderr)) return undefined;
  return new ActionError(`driver-options: \`bind\`: ${bind} is no address of the runner.`, {
    details: error.result.stderr,
    hint: 'See which it has: ip -brief address. `0.0.0.0` with `public-host` is all of them.',
    cause: error,
  });
}

function boundElsewhere(name: string, host: string, bind: string): string {
  return `The ports of the stack answer at ${host} and not at ${bind}: ${name} was made with another \`bind\`, and Docker cannot change it. Remove the cluster (\`command: down\`); the next \`up\` makes it anew.`;
}

function nameTaken(error: unknown, kind: string, name: string): unknown {
  if (!(error instanceof CommandError)) return error;
  if (!/already (in use|exists)/.test(error.result.stderr)) return error;
  return new ActionError(
    `The ${kind} ${name} exists on the engine of the runner and is not of this cluster.`,
    {
      details: error.result.stderr,
      hint: `Another run may be making the same cluster at this moment (give them a \`concurrency\` group), or it is foreign: give this step another \`cluster\`, or remove it by hand (docker ${kind === 'network' ? 'network ' : ''}rm ${name}).`,
      cause: error,
    },
  );
}
