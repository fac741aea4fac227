import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { recordConsole } from '../../../../src/machines/hyperv/console.ts';
import { until } from '../../../support/until.ts';

test('what a machine says at its pipe is in the file, also if the pipe comes later', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hyperv-console-'));
  const file = join(folder, 'console.log');
  const pipe =
    process.platform === 'win32' ? `\\\\.\\pipe\\console-${process.pid}` : join(folder, 'pipe');
  recordConsole(pipe, file);
  const server = createServer((socket) => socket.end('Booting Linux\n'));
  await new Promise<void>((resolve) => server.listen(pipe, resolve));
  try {
    await until('the words are there', () => existsSync(file));
    expect(readFileSync(file, 'utf8')).toBe('Booting Linux\n');
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});
