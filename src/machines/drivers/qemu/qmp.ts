import { connect } from 'node:net';

/**
 * Tells a QEMU to end at once, by its monitor (QMP). Resolves when QEMU has closed the connection, when nobody listens, or after
 * `limitMs`: whether the process has gone is for the caller to see.
 */
export async function quit(socketPath: string, limitMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(socketPath);
    const timer = setTimeout(() => socket.destroy(), limitMs);
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    // QEMU speaks first; a command before its greeting would be lost.
    socket.once('data', () => {
      socket.write('{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n');
    });
    socket.resume();
  });
}
