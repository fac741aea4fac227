import process from 'node:process';
import { runner } from '../src/exec/runner.ts';
import { chooseAcceleration } from '../src/machines/qemu/machine/accelerator.ts';
import { architectureOf } from '../src/machines/qemu/machine/architecture.ts';
import { ensureQemu } from '../src/machines/qemu/machine/runner-check.ts';
import { rootOf } from '../src/machines/qemu/network/root.ts';

// Prints by what the machines of the qemu driver run here: `kvm`, or `tcg` if they are emulated.

const { signal } = new AbortController();
const log = { info: () => {}, warning: () => {} };
const architecture = architectureOf(process.platform, process.arch);
const root = rootOf(runner, process.getuid?.() ?? 0);
const { version } = await ensureQemu(root, architecture, { install: false, signal, log });
const options = { runner, signal, log };
const { accelerator } = await chooseAcceleration('auto', architecture, version, options);
process.stdout.write(`${accelerator}\n`);
