import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CommandTimeout } from '../../../../src/exec/executor.ts';
import { createMachine } from '../../../../src/machines/docker-machine/create.ts';
import type {
  Answer,
  CallOptions,
  Program,
} from '../../../../src/machines/docker-machine/program.ts';
import { type Storage, storageAt } from '../../../../src/machines/docker-machine/storage.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

const NAME = 'su-4711-shop-1';
const SAVED = 'Waiting for machine to be running, this may take a few minutes...';
const CANCELLED = new Error('cancelled');
let storage: Storage;
beforeEach(() => {
  storage = storageAt(mkdtempSync(join(tmpdir(), 'create-')));
  mkdirSync(storage.records);
});
afterEach(() => rmSync(storage.folder, { recursive: true }));

const record = () => JSON.parse(readFileSync(join(storage.records, `${NAME}.json`), 'utf8'));
const done: Answer = { exitCode: 0, text: '', said: '' };

/** `create` as a test plays it; what it was told is in `asked`. */
function making(
  play: (options: CallOptions, words: readonly string[]) => Promise<Answer>,
  inspected: () => Promise<void> = async () => {},
) {
  const { log, lines } = recordedLog();
  const stop = new AbortController();
  const program: Program = {
    ...{ binary: 'docker-machine', storage: storage.folder },
    attempt: async (words, options = {}) => await play(options, words),
    run: async () => {
      await inspected();
      return JSON.stringify({
        Driver: { SSHUser: 'ubuntu', SSHPort: 22, SSHKeyPath: '/store/key' },
      });
    },
  };
  const plan = {
    ...{ version: '1', isChecked: true, flagsOf: () => ['--x-size=1'] },
    hostKey: { kind: 'user-data', flag: 'x-userdata' } as const,
  };
  const owner = { cluster: 'shop', repository: '4711', run: '1/a b/up' };
  let certified = 0;
  const made = createMachine(
    { program, storage, log, driver: 'x', plan },
    { owner, publishedPorts: [], machines: 1 },
    1,
    stop.signal,
    () => {
      certified += 1;
    },
  );
  return { made, stop, lines, certified: () => certified };
}

const ended = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason));
  });

test('the user data hold the host key, for this user alone, and only while it is made', async () => {
  let data = '';
  let words: readonly string[] = [];
  const { made, certified } = making(async ({ onLine }, given) => {
    words = given;
    data = readFileSync(join(storage.records, `${NAME}.user-data`), 'utf8');
    onLine?.('Running pre-create checks...');
    return done;
  });
  const ready = await made;
  expect(data).toMatch(/^#cloud-config\n/);
  expect(data).toContain('OPENSSH PRIVATE KEY');
  // Who makes the users is docker-machine.
  expect(data).not.toContain('"users"');
  expect(data).toContain(ready.labels['swarm-up.host-key'] ?? '?');
  expect(existsSync(join(storage.records, `${NAME}.user-data`))).toBe(false);
  expect(certified()).toBe(1);
  // A unit of systemd takes a label with a blank for two words.
  expect(words.join(' ')).not.toContain('a b');
  expect(record()).toMatchObject({
    ...{ phase: 'ready', entry: { user: 'ubuntu', port: 22, keyPath: '/store/key' } },
    labels: { 'swarm-up.run': '1/a b/up' },
  });
});

test('a cancelled step lets the driver of docker-machine write what it has made', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let phase = '';
  const { made, stop } = making(async ({ signal, onLine }) => {
    phase = record().phase;
    stop.abort(CANCELLED);
    await promise;
    expect(signal?.aborted).toBe(false);
    onLine?.(SAVED);
    return await ended(signal);
  });
  const settled = made.catch((error: unknown) => error);
  resolve();
  expect(await settled).toBe(CANCELLED);
  expect(phase).toBe('asked');
  expect(record().phase).toBe('saved');
});

test('a step that is cancelled afterwards ends docker-machine at once', async () => {
  const { made, stop } = making(async ({ signal, onLine }) => {
    onLine?.(SAVED);
    stop.abort(CANCELLED);
    return await ended(signal);
  });
  await expect(made).rejects.toBe(CANCELLED);
  expect(record().phase).toBe('saved');
});

test('a driver that fails by itself is told apart from one that was ended', async () => {
  const { made } = making(async () => {
    mkdirSync(join(storage.machines, NAME, 'x'), { recursive: true });
    return { exitCode: 1, text: '', said: 'Error in driver during machine creation: quota' };
  });
  await expect(made).rejects.toMatchObject({
    message: 'docker-machine could not make machine su-4711-shop-1 (driver x).',
    details: 'Error in driver during machine creation: quota',
    hint: expect.stringContaining('The way down removes what was made.'),
  });
  expect(record().phase).toBe('failed');
});

test('one that takes too long is ended, and nobody knows what its driver has done', async () => {
  const { made } = making(async ({ timeoutMs }) => {
    expect(timeoutMs).toBe(1_200_000);
    const output = { stdout: 'Creating machine...', stderr: '' };
    throw new CommandTimeout('the runner', ['docker-machine'], 1_200_000, output);
  });
  await expect(made).rejects.toMatchObject({
    message: 'docker-machine did not make machine su-4711-shop-1 within 20 minutes, and was ended.',
    details: 'Creating machine...',
  });
  expect(record().phase).toBe('asked');
});

test.each(['while it is made', 'while it is looked at'])(
  'another run removes it %s: no record is left of what is gone',
  async (when) => {
    const gone = () => rmSync(join(storage.records, `${NAME}.json`));
    const { made } = making(
      async ({ onLine }) => {
        onLine?.(SAVED);
        while (record().phase !== 'saved') await new Promise(setImmediate);
        if (when === 'while it is made') gone();
        return done;
      },
      async () => {
        if (when === 'while it is looked at') gone();
      },
    );
    await expect(made).rejects.toThrow(`Another run has removed machine ${NAME}.`);
    expect(existsSync(join(storage.records, `${NAME}.json`))).toBe(false);
  },
);

test('a machine whose record alone was lost while it was made gets one anew', async () => {
  const { made } = making(async () => {
    rmSync(join(storage.records, `${NAME}.json`));
    mkdirSync(join(storage.machines, NAME, 'x'), { recursive: true });
    return done;
  });
  await made;
  expect(record().phase).toBe('ready');
});

test('before anything was asked, a cancelled step leaves nothing', async () => {
  const { log } = recordedLog();
  const signal = AbortSignal.abort(CANCELLED);
  const owner = { cluster: 'shop', repository: '4711', run: '' };
  const program = {} as Program;
  const plan = {
    version: '',
    isChecked: true,
    flagsOf: () => [],
    hostKey: { kind: 'first-use' },
  } as const;
  const creating = { program, storage, log, driver: 'x', plan };
  const made = createMachine(
    creating,
    { owner, publishedPorts: [], machines: 1 },
    1,
    signal,
    () => {},
  );
  await expect(made).rejects.toBe(CANCELLED);
  expect(existsSync(join(storage.records, `${NAME}.json`))).toBe(false);
});
