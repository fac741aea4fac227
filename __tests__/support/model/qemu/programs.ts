import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunResult } from '../../../../src/exec/executor.ts';
import { findFile, findProgram } from '../../../../src/machines/qemu/commands.ts';
import { Refusal, unknown, type World } from '../world.ts';
import { Failure } from './failure.ts';
import type { KernelNetwork } from './kernel-network.ts';
import type { QemuMachines } from './machines.ts';

/** Begin of a disk of the format qcow2, and where it has its size. */
const QCOW2 = 'QFI\u00fb';
const SIZE_AT = 24;

export interface Programs {
  /** Whether the program of this command is one of the model. */
  knows(argv: readonly string[]): boolean;
  run(argv: readonly string[]): Promise<RunResult>;
}

/** `version` is what QEMU says of itself. */
export function qemuPrograms(
  world: World,
  network: KernelNetwork,
  machines: QemuMachines,
  version: string,
): Programs {
  const answer = async ([program = '', ...words]: readonly string[]): Promise<string> => {
    if (program === 'ip') return network.run(words);
    if (program === 'qemu-img') return image(world, words);
    if (program === 'true') return '';
    if (program === 'sh') return find(world, words);
    if (words.join(' ') === '--version') return `${version}\n`;
    await machines.start([program, ...words]);
    return '';
  };
  return {
    knows: (argv) => /^(ip|qemu-img|qemu-system-\w+|true|sh)$/.test(withoutSudo(argv)[0] ?? ''),
    run: async (argv) => {
      try {
        return { exitCode: 0, stdout: await answer(withoutSudo(argv)), stderr: '' };
      } catch (error) {
        const isAnswer = error instanceof Failure || error instanceof Refusal;
        if (!isAnswer) throw error;
        const exitCode = error instanceof Failure ? error.exitCode : 1;
        return { exitCode, stdout: '', stderr: error.message };
      }
    },
  };
}

const withoutSudo = (argv: readonly string[]) =>
  argv[0] === 'sudo' && argv[1] === '-n' ? argv.slice(2) : argv;

function image(world: World, words: readonly string[]): string {
  const [command] = words;
  if (command === 'info' && words[1] === '--output=json') return describe(words[2] ?? '');
  const [, ...rest] =
    /^create -q -f qcow2 -b (\S+) -F (?:raw|qcow2) (\S+) (\d+)$/.exec(words.join(' ')) ?? [];
  const [base, path = '', bytes] = rest;
  if (base === undefined) throw unknown(world, `qemu-img ${words.join(' ')}`, 'qemu/programs.ts');
  const missing = 'No such file or directory';
  if (!existsSync(dirname(path))) {
    throw new Failure(`qemu-img: ${path}: Could not create '${path}': ${missing}`);
  }
  if (!existsSync(base)) {
    throw new Failure(
      `qemu-img: ${path}: Could not open '${base}': ${missing}\nCould not open backing image.`,
    );
  }
  writeFileSync(path, diskOf(Number(bytes)));
  return '';
}

/** A disk of the format qcow2 with nothing on it. */
export function diskOf(bytes: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(QCOW2, 'latin1');
  header.writeBigUInt64BE(BigInt(bytes), SIZE_AT);
  return header;
}

function describe(path: string): string {
  if (!existsSync(path)) {
    const words = `Could not open '${path}': No such file or directory`;
    throw new Failure(`qemu-img: Could not open '${path}': ${words}`);
  }
  const begin = readFileSync(path).subarray(0, 512);
  const isQcow2 = begin.toString('latin1', 0, QCOW2.length) === QCOW2;
  const size = isQcow2 ? Number(begin.readBigUInt64BE(SIZE_AT)) : statSync(path).size;
  const format = isQcow2 ? 'qcow2' : 'raw';
  return JSON.stringify({ 'virtual-size': size, filename: path, format, 'actual-size': 0 });
}

function find(world: World, [, script, , ...names]: readonly string[]): string {
  const [first = ''] = names;
  if (script === findProgram('')[2]) return `/usr/bin/${first}\n`;
  if (script === findFile([])[2]) return `${names.find(existsSync) ?? first}\n`;
  throw unknown(world, `sh -c ${script}`, 'qemu/programs.ts');
}
