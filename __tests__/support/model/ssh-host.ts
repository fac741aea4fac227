import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, {
  type AuthContext,
  type Connection,
  type PublicKeyAuthContext,
  type ServerChannel,
} from 'ssh2';
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

/** Starts a host at a free port of 127.0.0.1. It lets in the key of its inputs, and no other. */
export async function startSshHost(): Promise<SshHost> {
  const world = createWorld(realClock);
  const engine = newEngine(world, 'host-1', '10.77.0.2');
  const [user, host] = [generateKeyPair('user'), generateKeyPair('host')];
  const login = { hostKey: host.privateKey, user: undefined, keys: [user.publicKey] };
  const { port, [Symbol.asyncDispose]: end } = await serveSsh(engine, login);
  return {
    engine,
    inputs: {
      driver: 'ssh',
      hosts: `127.0.0.1:${port}`,
      'ssh-private-key': user.privateKey,
      'ssh-known-hosts': `[127.0.0.1]:${port} ${host.publicKey}`,
    },
    unknown: () => world.unknown,
    [Symbol.asyncDispose]: end,
  };
}

/** Whom a host lets in, and by what it is known. */
export interface SshLogin {
  /** The private one. */
  readonly hostKey: string;
  /** Undefined for whoever asks. */
  readonly user: string | undefined;
  /** Public ones, as lines. */
  readonly keys: readonly string[];
}

/** The SSH server of a host. */
export interface SshServer extends AsyncDisposable {
  /** At 127.0.0.1. */
  readonly port: number;
  /** How many were let in so far. */
  readonly logins: number;
}

/**
 * An SSH server for a machine of the model, which does not listen yet. Of connections that are open
 * it keeps a list.
 */
export function sshServerOf(
  engine: Engine,
  login: SshLogin,
  connections: Set<Connection>,
  onLogin = () => {},
): ssh2.Server {
  return new ssh2.Server({ hostKeys: [login.hostKey] }, (connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.once('close', () => connections.delete(connection));
    connection.once('ready', onLogin);
    connection.on('authentication', (context) => judge(context, login));
    connection.on('session', (accept) => {
      const session = accept();
      // Nothing here takes longer than a moment, so a signal always comes too late.
      session.on('signal', (take) => take?.());
      session.on('exec', (take, _refuse, { command }) => void answer(engine, take(), command));
    });
  });
}

/** Serves the engine of a model by SSH at a free port of 127.0.0.1. */
export async function serveSsh(engine: Engine, login: SshLogin): Promise<SshServer> {
  const connections = new Set<Connection>();
  let logins = 0;
  const server = sshServerOf(engine, login, connections, () => {
    logins += 1;
  });
  const { clock } = engine.world;
  const listener = createServer((socket) => {
    server.injectSocket(socket);
    // What is on its way keeps the time of the model from passing.
    socket.on('data', () => clock.touch());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    get logins() {
      return logins;
    },
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections) connection.end();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function judge(context: AuthContext, { user, keys }: SshLogin): void {
  const isUser = user === undefined || context.username === user;
  const isLetIn =
    isUser && context.method === 'publickey' && keys.some((key) => isOf(key, context));
  if (isLetIn) context.accept();
  else context.reject(['publickey']);
}

function isOf(allowed: string, { key: given, blob, signature, hashAlgo }: PublicKeyAuthContext) {
  const key = ssh2.utils.parseKey(allowed);
  if (key instanceof Error || !given.data.equals(key.getPublicSSH())) return false;
  // Without a signature the client only asks whether the key would do.
  return !signature || (blob !== undefined && key.verify(blob, signature, hashAlgo) === true);
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
