import { mkdtemp, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { unwritable } from '../base/unwritable.ts';
import { isSocketPath } from './tunnel-commands.ts';

/** Where the tunnel begins on the runner. */
export interface LocalEnd {
  /** For `ssh -L`. */
  readonly forward: string;
  readonly dockerHost: string;
  /** Where the socket lies outside of the folder; to be removed with it. */
  readonly socketFolder: string | undefined;
  /** Whether ssh listens there. */
  isOpen(): Promise<boolean>;
}

/** What `mkdtemp` adds six characters to. */
export const SOCKET_FOLDER = '/tmp/swarm-up-';

/** Whether the path is one of those that `localEnd` gives to a folder of its own. */
export function isSocketFolder(path: string): boolean {
  return (
    path.startsWith(SOCKET_FOLDER) && /^[A-Za-z0-9]{6}$/.test(path.slice(SOCKET_FOLDER.length))
  );
}

/**
 * A socket that only this user can reach; on Windows, whose clients know no such sockets, a free
 * port at 127.0.0.1.
 */
export async function localEnd(folder: string): Promise<LocalEnd> {
  return process.platform === 'win32' ? await freePort() : await privateSocket(folder);
}

/**
 * In the folder, or, where its path is too long or too odd for `ssh -L`, in a short one of its own.
 */
async function privateSocket(folder: string): Promise<LocalEnd> {
  const near = join(folder, 'docker.sock');
  const socketFolder = isSocketPath(near) ? undefined : await madeSocketFolder();
  const path = socketFolder === undefined ? near : join(socketFolder, 'docker.sock');
  return {
    forward: path,
    dockerHost: `unix://${path}`,
    socketFolder,
    // Not by connecting: each connection is one to the engine.
    isOpen: async () => (await stat(path).catch(() => undefined))?.isSocket() ?? false,
  };
}

async function madeSocketFolder(): Promise<string> {
  try {
    return await mkdtemp(SOCKET_FOLDER);
  } catch (error) {
    throw unwritable('The folder of the socket', dirname(SOCKET_FOLDER), error);
  }
}

async function freePort(): Promise<LocalEnd> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  const address = `127.0.0.1:${port}`;
  return {
    forward: address,
    dockerHost: `tcp://${address}`,
    socketFolder: undefined,
    isOpen: () =>
      new Promise((resolve) => {
        const socket = connect({ host: '127.0.0.1', port });
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
        socket.once('connect', () => socket.destroy());
      }),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
  return address.port;
}
