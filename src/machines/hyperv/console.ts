import { appendFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A pipe is there once its machine was started. */
const ATTEMPTS = 20;
const PAUSE_MS = 500;

/**
 * Writes what a machine says at a pipe to a file, as long as this process lives, and does not keep
 * the process alive. It is for messages: what fails is not told.
 */
export function recordConsole(pipe: string, file: string): void {
  void record(pipe, file);
}

async function record(pipe: string, file: string): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (await copied(pipe, file)) return;
    await wait(PAUSE_MS, undefined, { ref: false });
  }
}

/** Resolves with whether there was a pipe, once that has ended. */
async function copied(pipe: string, file: string): Promise<boolean> {
  return await new Promise((resolve) => {
    let isOpen = false;
    let writing: Promise<void> = Promise.resolve();
    const socket = connect(pipe, () => {
      isOpen = true;
    }).unref();
    socket.on('data', (data: Buffer) => {
      writing = writing.then(() => appendFile(file, data, { mode: 0o600 })).catch(() => {});
    });
    socket.once('error', () => {});
    socket.once('close', () => void writing.then(() => resolve(isOpen)));
  });
}
