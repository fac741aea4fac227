import { connect } from 'node:net';
import * as z from 'zod';
import { ActionError } from '../../../base/errors.ts';

/**
 * Tells a QEMU to end at once, by its monitor (QMP). Resolves when QEMU has closed the connection,
 * when nobody listens, or after `limitMs`: whether the process has gone is for the caller to see.
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

const message = z.object({
  QMP: z.unknown().optional(),
  id: z.string().optional(),
  return: z.unknown().optional(),
  error: z.object({ desc: z.string() }).optional(),
});

/**
 * Runs a line of QEMU's monitor for people, and gives what it says: nothing, as a rule, where it
 * was done. Throws `ActionError` where QEMU refuses it or does not answer within `limitMs`.
 */
export async function monitor(socketPath: string, line: string, limitMs: number): Promise<string> {
  const ask = { execute: 'human-monitor-command', arguments: { 'command-line': line }, id: 'ask' };
  return await new Promise((resolve, reject) => {
    let rest = '';
    let failure: Error | undefined;
    const socket = connect(socketPath).setEncoding('utf8');
    const timer = setTimeout(
      () => socket.destroy(new Error(`no answer within ${limitMs / 1_000} s`)),
      limitMs,
    );
    const hear = (text: string): void => {
      const { QMP, id, error, return: said } = message.parse(JSON.parse(text));
      if (QMP !== undefined) {
        socket.write(`{"execute":"qmp_capabilities"}\n${JSON.stringify(ask)}\n`);
      } else if (error) {
        socket.destroy(new Error(error.desc));
      } else if (id === ask.id) {
        resolve(String(said));
        socket.destroy();
      }
    };
    socket.on('data', (data: string) => {
      const lines = `${rest}${data}`.split('\n');
      rest = lines.pop() ?? '';
      try {
        for (const one of lines) if (one.trim() !== '') hear(one);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', (error) => {
      failure = error;
    });
    socket.once('close', () => {
      clearTimeout(timer);
      reject(
        new ActionError(`QEMU does not do what it is asked: ${line}`, {
          details: failure?.message ?? 'It has closed its monitor.',
          cause: failure,
        }),
      );
    });
  });
}
