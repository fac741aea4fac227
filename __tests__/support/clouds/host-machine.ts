import { randomBytes } from 'node:crypto';
import { packTar } from 'modern-tar';
import { runner } from '../../../src/exec/runner.ts';
import { createNodeLike } from '../create-node-like.ts';
import { docker } from '../engine.ts';
import { wholeNodeImage } from '../sshd.ts';
import { type CloudInit, cloudInit } from './cloud-init.ts';

const IMAGE = 'localhost/swarm-up-cloud-host';
const BUILD_MS = 300_000;
/** Of this process, so that suites may run side by side. */
const LABEL = `swarm-up.test=cloud-${randomBytes(4).toString('hex')}`;

/** A server of a cloud, as a stand-in for the cloud gives one. */
export interface HostMachine extends AsyncDisposable {
  /** The container, for whoever looks at it past SSH. */
  readonly container: string;
  /** Its public address. */
  readonly address: string;
  /** Its address in the private network; undefined where it is in none. */
  readonly privateAddress: string | undefined;
  /** Resolves with its public address: unlike a cloud, the engine may have given the old one away. */
  restart(): Promise<string>;
  /** Gone already is success. */
  remove(): Promise<void>;
}

/**
 * Starts a container that is set up by these user data, as a cloud would a server. It may still be
 * booting when this resolves, as a server may. `network` is a network of the engine that is its
 * private one. Rejects, and leaves nothing, where something in the user data is not understood.
 */
export async function startHostMachine({
  name,
  userData,
  network,
  signal,
}: {
  /** What the cloud calls it. */
  readonly name: string;
  readonly userData: string;
  readonly network?: string;
  readonly signal: AbortSignal;
}): Promise<HostMachine> {
  const init = cloudInit(userData);
  await buildImage(signal);
  const container = `cloud-${randomBytes(3).toString('hex')}-${name}`;
  const remove = async () => {
    await runner.run(['docker', 'rm', '--force', '--volumes', container]);
  };
  try {
    await create(container, init, network);
    signal.throwIfAborted();
    await docker('start', container);
    return {
      ...{ container, remove },
      async restart() {
        await docker('restart', '--time', '1', container);
        return await addressIn(container, 'bridge');
      },
      address: await addressIn(container, 'bridge'),
      privateAddress: network === undefined ? undefined : await addressIn(container, network),
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The names of the machines that this process has started and not removed. */
export async function hostMachines(): Promise<string> {
  return await docker('ps', '--all', '--filter', `label=${LABEL}`, '--format', '{{.Names}}');
}

async function create(
  container: string,
  { hostname, files, boot }: CloudInit,
  network: string | undefined,
): Promise<void> {
  const identity = [`--name=${container}`, `--label=${LABEL}`, `--hostname=${hostname}`];
  const flags = [...identity, `--add-host=${hostname}:127.0.1.1`, '--entrypoint=/bin/sh'];
  await createNodeLike(flags, [IMAGE, '-c', boot, 'boot', '/usr/local/sbin/entrypoint']);
  const stdin = await packTar(
    files.map(({ name, text, mode }) => ({
      header: { name, mode, size: Buffer.byteLength(text), uid: 0, gid: 0 },
      body: text,
    })),
  );
  await runner.run(['docker', 'cp', '-', `${container}:/`], { stdin });
  if (network !== undefined) await docker('network', 'connect', network, container);
}

async function addressIn(container: string, network: string): Promise<string> {
  const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  return await docker('inspect', '--format', format, container);
}

/** A node's image, and sudo. After the first time the engine takes it from its cache. */
async function buildImage(signal: AbortSignal): Promise<void> {
  const install = 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends';
  await runner.run(['docker', 'build', '--quiet', '--tag', IMAGE, '-'], {
    stdin: `FROM ${await wholeNodeImage()}\nRUN apt-get update -qq && ${install} sudo >/dev/null\n`,
    ...{ env: { DOCKER_BUILDKIT: '0' }, timeoutMs: BUILD_MS, signal },
  });
}
