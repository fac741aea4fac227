import { createServer, type Server, type Socket } from 'node:net';
import { Failure } from './failure.ts';

const GREETING = {
  QMP: { version: { qemu: { micro: 22, minor: 2, major: 7 } }, capabilities: ['oob'] },
};

/** What a QEMU is asked by its monitor. */
export interface Asked {
  /** The monitor is told of each call. */
  touch(): void;
  quit(): void;
  /** Gives what is said to a line of the monitor for people. */
  line(text: string): string;
  unknown(what: string): void;
}

export interface Monitor {
  close(): void;
}

/** Listens as QEMU's monitor (QMP) does. Throws `Failure` where it cannot. */
export async function openMonitor(path: string, program: string, asked: Asked): Promise<Monitor> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    const say = (what: unknown) => void socket.write(`${JSON.stringify(what)}\r\n`);
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (data: string) => {
      asked.touch();
      const lines = `${rest}${data}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { execute, arguments: words, id } = JSON.parse(line);
        const answered = (what: unknown) => say({ return: what, ...(id && { id }) });
        if (execute === 'qmp_capabilities') answered({});
        else if (execute === 'human-monitor-command') answered(asked.line(words['command-line']));
        else if (execute === 'quit') {
          answered({});
          say({ event: 'SHUTDOWN', data: { guest: false, reason: 'host-qmp-quit' } });
          socket.end();
          asked.quit();
        } else asked.unknown(line);
      }
    });
    say(GREETING);
  }).unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) =>
      reject(new Failure(`${program}: -qmp unix:${path},server=on,wait=off: ${message}`)),
    );
    server.listen(path, resolve);
  });
  return {
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
