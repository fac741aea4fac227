import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ActionError } from '../../../../../src/base/errors.ts';
import type { Argv } from '../../../../../src/exec/argv.ts';
import type { RunResult } from '../../../../../src/exec/executor.ts';
import { prepareImage } from '../../../../../src/machines/qemu/image/prepare.ts';
import {
  findPrepared,
  preparedPlaces,
  removeSuperseded,
} from '../../../../../src/machines/qemu/image/prepared-store.ts';
import { locked } from '../../../../../src/machines/qemu/image/process-lock.ts';
import { clusterPlaces, machinePlaces, WORKBENCH } from '../../../../../src/machines/qemu/paths.ts';
import { virtualClock } from '../../../../support/virtual-clock.ts';

const DAY = 24 * 3_600_000;
const LOCK = resolve(import.meta.dirname, '../../../../../src/machines/qemu/image/process-lock.ts');

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prepare-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const ENGINE = JSON.stringify({
  ServerVersion: '26.1.5',
  Architecture: 'x86_64',
  Swarm: { LocalNodeState: 'inactive' },
});

/**
 * A run that prepares: its machine answers what `guest` says, and its disk is made an image of by a
 * program that copies.
 */
function run(cluster: string, guest: (line: string) => Partial<RunResult>, engine?: 'docker') {
  const cache = join(home, 'cache');
  const places = machinePlaces(clusterPlaces(join(home, 'state'), cluster), WORKBENCH);
  const prepared = preparedPlaces(cache, { checksum: 'sha256:1', engine, disk: undefined });
  const said: string[] = [];
  const ran: string[] = [];
  let isRunning = false;
  /** How often it is still seen to run once it was told to power off. */
  let lingers = Number.POSITIVE_INFINITY;
  const refuse = () => Promise.reject(new Error('nothing is opened'));
  const whole = (result: Partial<RunResult>) => ({
    exitCode: 0,
    stdout: '',
    stderr: '',
    ...result,
  });
  const stop = new AbortController();
  const work = () =>
    prepareImage(
      {
        places,
        user: 'swarm-up',
        boot: async () => {
          mkdirSync(places.folder, { recursive: true });
          writeFileSync(places.disk, `disk of ${cluster}`);
          isRunning = true;
          return {
            where: `${cluster}-prepare`,
            open: refuse,
            close: async () => {},
            run: async (argv: Argv) => {
              const line = argv.join(' ');
              ran.push(line);
              if (line.endsWith('poweroff') && !guest(line).stderr) lingers = 3;
              return whole(guest(line));
            },
          };
        },
        isRunning: async () => {
          lingers -= 1;
          isRunning &&= lingers > 0;
          return isRunning;
        },
        remove: async () => {
          isRunning = false;
          rmSync(places.folder, { recursive: true, force: true });
        },
      },
      prepared,
      {
        runner: {
          where: 'the runner',
          open: refuse,
          run: async (argv) => {
            ran.push(argv.slice(0, 2).join(' '));
            expect(isRunning).toBe(false);
            writeFileSync(
              argv.at(-1) ?? '',
              `image of the ${readFileSync(argv.at(-2) ?? '', 'utf8')}`,
            );
            return whole({});
          },
        },
        source: engine,
        readyMs: 1_000,
        signal: stop.signal,
        clock: virtualClock(),
        log: { info: (line) => said.push(line), warning: () => {} },
      },
    );
  return { work, places, prepared, said, ran, stop, cache };
}

/** An image without an engine, which has one once it was installed. */
function bare() {
  let isInstalled = false;
  return (line: string): Partial<RunResult> => {
    if (line.startsWith('docker info')) {
      return isInstalled ? { stdout: ENGINE } : { exitCode: 127, stderr: 'docker: not found' };
    }
    if (line.includes('echo began')) isInstalled = true;
    return {};
  };
}

test('the engine is installed, the machine is cleaned and powered off, and then its disk is made the image', async () => {
  const { work, places, prepared, ran, cache } = run('a', bare(), 'docker');
  expect(await findPrepared(prepared)).toBeUndefined();
  expect(await work()).toBe('prepared');
  const steps = [
    'cloud-init status --wait',
    'echo began',
    'cloud-init clean',
    'poweroff',
    'convert',
  ];
  const at = steps.map((step) => ran.findIndex((line) => line.includes(step)));
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(at).not.toContain(-1);
  expect(ran[at[1] ?? 0]).toMatch(/ sh docker$/);
  expect(readFileSync(prepared.image, 'utf8')).toBe('image of the disk of a');
  expect(existsSync(places.folder)).toBe(false);
  expect(readdirSync(cache)).toHaveLength(1);
  expect(await findPrepared(prepared)).toBe('prepared');
});

test('of two runs at once one prepares, and the other waits and takes what it has made', async () => {
  const [a, b] = [run('a', bare()), run('b', bare())];
  expect(await Promise.all([a.work(), b.work()])).toEqual(['prepared', 'prepared']);
  const [first, second] = a.ran.length > 0 ? [a, b] : [b, a];
  expect(first.ran).not.toEqual([]);
  expect(second.ran).toEqual([]);
  expect(second.said).toEqual(['Another run prepares this image; its end is waited for']);
});

test('an image that has an engine is left as it is, and that is remembered', async () => {
  const { work, prepared, said, ran, places } = run('a', () => ({ stdout: ENGINE }));
  expect(await work()).toBe('needless');
  expect(said.at(-1)).toContain('nothing to prepare');
  expect(ran.join('\n')).not.toMatch(/clean|poweroff|convert/);
  expect(existsSync(places.folder)).toBe(false);
  expect(await findPrepared(prepared)).toBe('needless');
});

test('one that fails says why, leaves nothing, and lets the next one try', async () => {
  const { work, prepared, places, cache } = run('a', (line) =>
    line.includes('echo began')
      ? { exitCode: 1, stdout: 'began\n', stderr: 'E: no mirror' }
      : { exitCode: 127 },
  );
  await expect(work()).rejects.toMatchObject({
    message:
      'The machine image could not be prepared: Docker Engine could not be installed on a-prepare.',
    details: 'E: no mirror',
    hint: expect.stringMatching(/Put right what.*Without `prepare` in `driver-options`/),
  });
  expect([existsSync(places.folder), existsSync(cache)]).toEqual([false, false]);
  expect(await findPrepared(prepared)).toBeUndefined();
  expect(await run('b', bare()).work()).toBe('prepared');
});

test('a machine that does not power off is no image', async () => {
  const guest = bare();
  const { work, places, cache } = run('a', (line) =>
    line.endsWith('poweroff') ? { stderr: 'refused' } : guest(line),
  );
  await expect(work()).rejects.toThrow(
    'The machine image could not be prepared: its machine did not power off within 180 s.',
  );
  expect([existsSync(places.folder), existsSync(cache)]).toEqual([false, false]);
});

test('one that is cancelled ends with the reason, and leaves nothing', async () => {
  const { work, stop, places } = run('a', () => {
    stop.abort(new ActionError('cancelled'));
    stop.signal.throwIfAborted();
    return {};
  });
  await expect(work()).rejects.toMatchObject({ message: 'cancelled' });
  expect(existsSync(places.folder)).toBe(false);
});

test('a lock ends with the process that holds it, also where that is killed', async () => {
  const name = join(home, 'image');
  const holder = spawn(
    process.execPath,
    [
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      '--eval',
      `import(process.argv[1]).then(({ locked }) => locked(process.argv[2], () => { console.log('held'); return new Promise(() => {}); },
        { signal: new AbortController().signal, limitMs: 1_000, onWait() {} }))`,
      LOCK,
      name,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(holder.stdout, 'data');
  const order: string[] = [];
  const options = { signal: new AbortController().signal, limitMs: 60_000 };
  await locked(name, async () => void order.push('work'), {
    ...options,
    onWait: () => {
      order.push('waits');
      holder.kill('SIGKILL');
    },
  });
  expect(order).toEqual(['waits', 'work']);
});

test('a lock is not waited for longer than its limit, nor after an abort', async () => {
  const name = join(home, 'image');
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const stop = new AbortController();
  const options = { signal: stop.signal, limitMs: 60_000, onWait: () => {} };
  const first = locked(name, () => held, options);
  await expect(locked(name, async () => {}, { ...options, limitMs: 1 })).rejects.toThrow(
    'another run was at it',
  );
  await expect(
    locked(name, async () => {}, { ...options, onWait: () => stop.abort(new Error('cancelled')) }),
  ).rejects.toThrow('cancelled');
  release();
  await first;
});

test('what was prepared of the same image otherwise is removed once nobody has begun with it for a day', async () => {
  const cache = join(home, 'cache');
  mkdirSync(cache);
  const places = preparedPlaces(cache, {
    checksum: 'sha256:1',
    engine: undefined,
    disk: undefined,
  });
  const other = preparedPlaces(cache, { checksum: 'sha256:1', engine: 'docker', disk: undefined });
  const foreign = preparedPlaces(cache, {
    checksum: 'sha256:2',
    engine: 'docker',
    disk: undefined,
  });
  const now = Date.now();
  for (const { image } of [places, other, foreign]) {
    writeFileSync(image, '');
    utimesSync(image, 0, now / 1_000 - 2 * 86_400);
  }
  // It is begun with now.
  expect(await findPrepared(other)).toBe('prepared');
  await removeSuperseded(places, now);
  expect(readdirSync(cache)).toHaveLength(3);
  await removeSuperseded(places, now + 2 * DAY);
  expect([places, other, foreign].map(({ image }) => existsSync(image))).toEqual([
    true,
    false,
    true,
  ]);
});
