import { randomBytes } from 'node:crypto';
import { packTar } from 'modern-tar';
import { runner } from '../../src/exec/runner.ts';
import { nodeImageName } from '../../src/machines/docker/node-image.ts';
import type { SshTarget } from '../../src/ssh/connect.ts';
import { generateKeyPair, type KeyPair } from '../../src/ssh/keys/generate.ts';
import { readPrivateKeys } from '../../src/ssh/keys/private-key.ts';
import type { HostKeyPolicy } from '../../src/ssh/target.ts';
import { until } from './until.ts';

/**
 * The image of a node of the `docker` driver: it has Debian's OpenSSH server and a docker client.
 */
export const NODE_IMAGE = await nodeImageName('node-image');

/**
 * Makes the image of a node that can install packages, for machines that need some more, and gives
 * its name. The engine takes it from its cache if it has built the node image.
 */
export async function wholeNodeImage(): Promise<string> {
  const image = 'localhost/swarm-up-whole-node';
  await runner.run(
    ['docker', 'build', '--quiet', '--target', 'whole', '--tag', image, 'node-image'],
    { timeoutMs: 300_000 },
  );
  return image;
}

/** Of this process, so that suites may run side by side. */
const LABEL = `swarm-up.test=sshd-${randomBytes(4).toString('hex')}`;

/**
 * A container that runs a real OpenSSH sshd and nothing else, reached at its address in the default
 * bridge network.
 */
export interface Sshd extends AsyncDisposable {
  readonly name: string;
  readonly hostKey: KeyPair;
  readonly userKey: KeyPair;
  /** How to reach it; what is given replaces what is right. */
  target(wrong?: Partial<SshTarget>): SshTarget;
  /** Runs a shell line in the container, past SSH, and gives what it printed. */
  inside(line: string): Promise<string>;
  log(): Promise<string>;
}

interface SshdOptions {
  /** Another image than that of a node. */
  readonly image?: string;
  /** Lines for sshd's command line, as `-o Key=value`. */
  readonly config?: readonly string[];
  readonly bashrc?: string;
  /** A shell line instead of sshd itself; sshd's own command line is `"$@"`. */
  readonly instead?: string;
  /** `false` for a host that is asked before its sshd listens, or whose sshd never does. */
  readonly listens?: false;
  /** A file system in memory, as `--tmpfs` takes it. */
  readonly tmpfs?: string;
  /** With the engine of the machine inside, for a docker client that needs one. */
  readonly engine?: boolean;
}

/**
 * Starts an sshd and waits until it listens, as OpenSSH's own client asks once only; `await using`
 * removes its container and volume. Its keys are copied in before it starts.
 */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const name = `swarm-up-sshd-${randomBytes(4).toString('hex')}`;
  const hostKey = generateKeyPair('host');
  const userKey = generateKeyPair('user');
  // Of two values for one key sshd takes the first.
  const config = [...(options.config ?? []), 'UseDNS=no', 'PasswordAuthentication=no'];
  const sshd = ['/usr/sbin/sshd', '-D', '-e', ...config.flatMap((line) => ['-o', line])];
  await runner.run([
    'docker',
    ...['create', '--name', name, '--label', LABEL, '--entrypoint', '/bin/sh'],
    ...(options.engine ? ['-v', '/var/run/docker.sock:/var/run/docker.sock'] : []),
    ...(options.tmpfs === undefined ? [] : ['--tmpfs', options.tmpfs]),
    ...[options.image ?? NODE_IMAGE, '-c', options.instead ?? 'exec "$@"', 'sh', ...sshd],
  ]);
  const remove = async (): Promise<void> => {
    await runner.run(['docker', 'rm', '--force', '--volumes', name]);
  };
  try {
    await runner.run(['docker', 'cp', '-', `${name}:/`], {
      stdin: await files(hostKey, userKey, options.bashrc),
    });
    await runner.run(['docker', 'start', name]);
    const format = '{{.NetworkSettings.IPAddress}}';
    const inspected = await runner.run(['docker', 'inspect', '--format', format, name]);
    const target: SshTarget = {
      name: 'node-1',
      host: inspected.stdout.trim(),
      port: 22,
      user: 'root',
      credentials: { privateKeys: readPrivateKeys(userKey.privateKey) },
      hostKeys: pinned(hostKey.publicKey),
    };
    const log = async () => (await runner.run(['docker', 'logs', name])).stderr;
    if (options.listens !== false) {
      const listens = async () => (await log()).includes('Server listening on 0.0.0.0 port 22');
      await until(`the sshd of ${name} listens`, listens, undefined, 20);
    }
    return {
      name,
      hostKey,
      userKey,
      target: (wrong = {}) => ({ ...target, ...wrong }),
      inside: async (line) => (await runner.run(['docker', 'exec', name, 'sh', '-c', line])).stdout,
      log,
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The policy that admits these keys and no others. */
export function pinned(...keys: string[]): HostKeyPolicy {
  return { kind: 'pinned', keys };
}

/** The names of the containers that the tests of this process have left. */
export async function leftovers(): Promise<string> {
  const format = '{{.Names}}';
  const filter = `label=${LABEL}`;
  return (await runner.run(['docker', 'ps', '-a', '--filter', filter, '--format', format])).stdout;
}

function files(hostKey: KeyPair, userKey: KeyPair, bashrc?: string): Promise<Uint8Array> {
  const file = (name: string, mode: number, body: string) => ({
    header: { name, mode, size: Buffer.byteLength(body), uid: 0, gid: 0 },
    body,
  });
  return packTar([
    { header: { name: 'run/sshd/', type: 'directory', mode: 0o755, size: 0, uid: 0, gid: 0 } },
    { header: { name: 'root/.ssh/', type: 'directory', mode: 0o700, size: 0, uid: 0, gid: 0 } },
    file('root/.ssh/authorized_keys', 0o600, `${userKey.publicKey}\n`),
    file('etc/ssh/ssh_host_ed25519_key', 0o600, hostKey.privateKey),
    ...(bashrc === undefined ? [] : [file('root/.bashrc', 0o644, bashrc)]),
  ]);
}
