import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import type { Argv } from '../../../src/exec/argv.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import type { ModelClock } from './clock.ts';
import { type Engine, newEngine } from './engine.ts';
import { executorOf } from './machine.ts';
import { readShellLine } from './split-words.ts';
import { createWorld } from './world.ts';

/** A host of the model that a real SSH client reaches, in this process, on whatever system. */
export interface SshHost extends AsyncDisposable {
  readonly engine: Engine;
  /** For the inputs of the driver `ssh`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What was asked that the model does not know. */
  unknown(): readonly string[];
}

/** The time of this process: whoever asks over SSH waits by it. */
export const realClock: ModelClock = {
  now: () => performance.now(),
  date: () => new Date(),
  touch: () => {},
  sleep: () => Promise.reject(new Error('Nothing of the model waits by real time.')),
};

/** Of who logs in, its public key; of the hosts, the private one. */
interface SshKeys {
  readonly user: string;
  readonly host: string;
}

/** An SSH server, which does not listen yet, for a machine of the model. */
export function sshServerOf(engine: Engine, keys: SshKeys, connections: Set<Connection>) {
  return new ssh2.Server({ hostKeys: [keys.host] }, (connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.once('close', () => connections.delete(connection));
    connection.on('authentication', (context) => judge(context, keys.user));
    connection.on('session', (accept) => {
      const session = accept();
      // Nothing here takes longer than a moment, so a signal always comes too late.
      session.on('signal', (take) => take?.());
      session.on('exec', (take, _refuse, { command }) => void answer(engine, take(), command));
    });
  });
}

/** Starts a host at a free port of 127.0.0.1. It lets in the key of its inputs, and no other. */
export async function startSshHost(): Promise<SshHost> {
  const world = createWorld(undefined, realClock);
  const engine = newEngine(world, 'host-1', '10.77.0.2');
  const [user, host] = [generateKeyPair('user'), generateKeyPair('host')];
  const connections = new Set<Connection>();
  const keys = { user: user.publicKey, host: host.privateKey };
  const server = sshServerOf(engine, keys, connections);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    engine,
    inputs: {
      driver: 'ssh',
      hosts: `127.0.0.1:${port}`,
      'ssh-private-key': user.privateKey,
      'ssh-known-hosts': `[127.0.0.1]:${port} ${host.publicKey}`,
    },
    unknown: () => world.unknown,
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections) connection.end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function judge(context: AuthContext, allowed: string): void {
  const key = ssh2.utils.parseKey(allowed);
  if (context.method !== 'publickey' || key instanceof Error) {
    context.reject(['publickey']);
    return;
  }
  const isKey = context.key.data.equals(key.getPublicSSH());
  const { blob, signature } = context;
  // Without a signature the client only asks whether the key would do.
  const isProven = !signature || (blob && key.verify(blob, signature, context.hashAlgo) === true);
  if (isKey && isProven) context.accept();
  else context.reject(['publickey']);
}

async function answer(engine: Engine, channel: ServerChannel, line: string): Promise<void> {
  const executor = executorOf(engine, engine.name);
  channel.on('error', () => {});
  try {
    const { mark, argv } = readShellLine(line);
    channel.write(`${mark}\n`);
    const [program = '', ...args] = argv;
    const command: Argv = [program, ...args];
    if (argv.join(' ') === 'docker system dial-stdio') {
      return converse(channel, await executor.open(command));
    }
    let isTold = false;
    const result = await executor.run(command, {
      stdin: channel,
      anyExitCode: true,
      onLine: (text) => {
        isTold = true;
        channel.write(`${text}\n`);
      },
    });
    channel.resume();
    if (!isTold) channel.write(result.stdout);
    channel.stderr.write(result.stderr);
    leave(channel, result.exitCode);
  } catch (error) {
    channel.stderr.write(String(error));
    leave(channel, 255);
  }
}

/** Until either side has said all that it had to say. */
function converse(channel: ServerChannel, stream: Duplex): void {
  channel.pipe(stream);
  stream.on('data', (chunk) => channel.write(chunk));
  stream.once('end', () => leave(channel, 0));
  channel.once('close', () => stream.destroy());
}

function leave(channel: ServerChannel, code: number): void {
  channel.exit(code);
  channel.end();
}
