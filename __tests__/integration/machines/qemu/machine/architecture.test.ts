import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runner } from '../../../../../src/exec/runner.ts';
import { procfs } from '../../../../../src/machines/processes.ts';
import { createDisk, probe, startMachine } from '../../../../../src/machines/qemu/commands.ts';
import {
  ARCHITECTURES,
  architectureOf,
} from '../../../../../src/machines/qemu/machine/architecture.ts';
import { findProcess } from '../../../../../src/machines/qemu/machine/process.ts';
import { ensureQemu } from '../../../../../src/machines/qemu/machine/runner-check.ts';
import { rootOf } from '../../../../../src/machines/qemu/network/root.ts';
import { clusterPlaces, machinePlaces } from '../../../../../src/machines/qemu/paths.ts';
import {
  isHopeless,
  lastWords,
  readConsole,
} from '../../../../../src/machines/virtual-machine/console.ts';
import { until } from '../../../../support/until.ts';
import { emptyImage } from '../../../../support/virtual-machines.ts';

// The QEMU of either kind emulates its guests here, so that what it is told is tried on both.

const { signal } = new AbortController();
const options = { install: false, signal, log: { info: () => {}, warning: () => {} } };
let folder = '';
let image = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qemu-'));
  image = await emptyImage(folder);
}, 20 * 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(ARCHITECTURES.map((one) => [one.name, one] as const))(
  '%s: the guest of the probe ends QEMU with its exit code, and without its program it does not',
  async (name, architecture) => {
    const { version } = await ensureQemu(rootOf(runner, 0), architecture, options);
    const cpuModel = architecture.cpuModel('tcg', version);
    const ends = async (program: Buffer) => {
      const file = join(folder, `${name}.img`);
      writeFileSync(file, program);
      const argv = probe(architecture, 'tcg', cpuModel, file);
      return await runner.run(argv, { anyExitCode: true, timeoutMs: 3_000, signal }).then(
        ({ exitCode }) => exitCode,
        () => 'did not end',
      );
    };
    const program = architecture.probe.program();
    expect(await ends(program)).toBe(architecture.probe.exitCode);
    expect(await ends(Buffer.alloc(program.length))).toBe('did not end');
  },
);

test('arm64: QEMU takes the command line of a machine, and its firmware runs and has found the disk', async () => {
  const architecture = architectureOf('linux', 'arm64');
  const { version, firmware } = await ensureQemu(rootOf(runner, 0), architecture, options);
  const places = machinePlaces(clusterPlaces(folder, 'shop'), 1);
  mkdirSync(places.folder, { recursive: true });
  writeFileSync(places.seed, Buffer.alloc(512));
  await runner.run(createDisk(places.disk, { path: image, format: 'raw' }, 2 ** 20));
  const argv = startMachine({
    ...{ name: 'shop-1', cluster: 'shop', places, architecture, firmware },
    ...{ accelerator: 'tcg', cpuModel: architecture.cpuModel('tcg', version), cpus: 1 },
    ...{ memory: 256 * 2 ** 20, internet: false, forward: [], group: '239.255.7.7:29999' },
    mac: { lan: '52:54:00:00:00:01', wan: '56:54:00:00:00:01' },
  });
  await runner.run(argv);
  try {
    // Nothing boots of an empty disk, so that its shell comes last.
    await until('the firmware has looked at the disk', async () =>
      isHopeless(await readConsole(places)),
    );
    expect(lastWords(await readConsole(places))).toMatch(
      /failed to load Boot\d+ "UEFI Misc Device"/,
    );
  } finally {
    const found = await findProcess(procfs, places);
    if (found) process.kill(found.pid, 'SIGKILL');
    await until('it has ended', async () => (await findProcess(procfs, places)) === undefined);
  }
}, 60_000);
