import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { endCreations } from '../../../../src/machines/docker-machine/creations.ts';
import { storageAt } from '../../../../src/machines/docker-machine/storage.ts';
import type { Process, ProcessTable } from '../../../../src/machines/processes.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const NAME = 'su-4711-shop-1';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'creations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that makes a machine; it ends by itself after so long, or by a signal that it takes. */
function scene(about: {
  readonly ms?: number;
  readonly takes?: NodeJS.Signals;
  readonly of?: string;
}) {
  const clock = virtualClock();
  const { log, lines } = recordedLog();
  const sent: string[] = [];
  const { ms = Number.POSITIVE_INFINITY, takes, of = folder } = about;
  const argv = ['docker-machine', '-s', of, 'create', '--driver', 'x', NAME];
  const process: Process = { pid: 4711, started: '1', argv };
  const runs = () => clock.now() < ms && !(takes && sent.includes(takes));
  const table: ProcessTable = {
    list: async () => (runs() ? [process] : []),
    read: async () => (runs() ? process : undefined),
    kill: (_pid, signal) => void sent.push(signal),
  };
  const wait = endCreations({ storage: storageAt(folder), table, clock, log }, NAME, 240_000);
  return { clock, lines, sent, wait };
}

/** What docker-machine has written of the machine. */
function written(address: string): void {
  const machine = join(folder, 'machines', NAME);
  mkdirSync(machine, { recursive: true });
  const text = { DriverName: 'x', Driver: { IPAddress: address }, HostOptions: {} };
  writeFileSync(join(machine, 'config.json'), JSON.stringify(text));
}

test('as long as its driver is at work, it is waited for, and nothing is ended', async () => {
  written('');
  const { wait, clock, sent, lines } = scene({ ms: 90_000 });
  await wait;
  expect(clock.now()).toBeGreaterThanOrEqual(90_000);
  expect(sent).toEqual([]);
  expect(lines).toEqual([
    'su-4711-shop-1 is still being made by a run that has ended; that is waited for',
  ]);
});

test('once what its driver has made is written, it is ended', async () => {
  written('192.0.2.1');
  const { wait, clock, sent } = scene({ takes: 'SIGTERM' });
  await wait;
  expect(sent).toEqual(['SIGTERM']);
  expect(clock.now()).toBeLessThan(1_000);
});

test('one that does not go is killed', async () => {
  written('192.0.2.1');
  const { wait, sent } = scene({ takes: 'SIGKILL' });
  await wait;
  expect(sent.at(-1)).toBe('SIGKILL');
});

test('one that does not end is named, and not ended', async () => {
  const { wait, sent } = scene({});
  await expect(wait).rejects.toMatchObject({
    message: 'Machine su-4711-shop-1 is still being made (process 4711).',
    hint: 'Wait until it has ended, and run this again.',
  });
  expect(sent).toEqual([]);
});

test('one of another storage is none of its business', async () => {
  written('192.0.2.1');
  const { wait, clock, sent } = scene({ of: '/other' });
  await wait;
  expect(clock.now()).toBe(0);
  expect(sent).toEqual([]);
});
