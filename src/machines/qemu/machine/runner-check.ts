import { access, constants, mkdir, readFile, statfs } from 'node:fs/promises';
import { ActionError } from '../../../base/errors.ts';
import type { DriverLog } from '../../../base/log.ts';
import type { Executor } from '../../../exec/executor.ts';
import { refuseShortage } from '../../virtual-machine/room.ts';
import { MOST_MACHINES } from '../../virtual-machine/subnet.ts';
import { findFile, findProgram, installCommands, installLine, qemuVersion } from '../commands.ts';
import type { Root } from '../network/root.ts';
import { type ClusterPlaces, isTooDeep } from '../paths.ts';
import { type Architecture, isAtLeast } from './architecture.ts';

/** What Ubuntu 22.04 has. */
const LEAST = [6, 2] as const;
const INSTALL_TIMEOUT_MS = 5 * 60_000;
const TUN = '/dev/net/tun';

/**
 * Throws `ActionError` where a cluster has more machines than there are addresses, or its sockets
 * would have too long a path.
 */
export function refuseSize(machines: number, cluster: ClusterPlaces): void {
  if (machines > MOST_MACHINES) {
    throw new ActionError(`A cluster of virtual machines has at most ${MOST_MACHINES} of them.`, {
      hint: 'Give fewer `nodes`.',
    });
  }
  if (!isTooDeep(cluster)) return;
  throw new ActionError(
    `The path ${cluster.folder} is too long for the sockets of virtual machines.`,
    {
      hint: 'Give the cluster a shorter name, or let XDG_STATE_HOME of the job name a folder nearer to the root.',
    },
  );
}

/** The QEMU of the runner. */
export interface Qemu {
  /** Major and minor. */
  readonly version: readonly [number, number];
  /** File of the firmware that boots a disk; undefined where QEMU brings one. */
  readonly firmware: string | undefined;
}

/**
 * The QEMU that is there for guests of this kind, which is installed first where it is missing and
 * `install` says so. Throws `ActionError` where there is none, no firmware for it, or an old one.
 */
export async function ensureQemu(
  { runner, run }: Root,
  architecture: Architecture,
  {
    install,
    signal,
    log,
  }: { readonly install: boolean; readonly signal: AbortSignal; readonly log: DriverLog },
): Promise<Qemu> {
  let found = await look(runner, architecture, signal);
  if (install && found.missing.length > 0) {
    log.info('QEMU is installed on the runner now (driver-options: install)');
    for (const argv of installCommands(architecture)) {
      await run(argv, { signal, timeoutMs: INSTALL_TIMEOUT_MS });
    }
    found = await look(runner, architecture, signal);
  }
  const { missing, firmware } = found;
  if (missing.length > 0) {
    throw new ActionError(
      `There is no QEMU on the runner, or a part of it: ${missing.join(', ')}.`,
      {
        hint: `Install it in an earlier step, or let this one do it (driver-options: "install: true"):\n  ${installLine(architecture)}`,
      },
    );
  }
  const { stdout } = await runner.run(qemuVersion(architecture), { signal });
  const version = parseVersion(stdout);
  if (!isAtLeast(version, LEAST)) {
    throw new ActionError(
      `QEMU on the runner is ${version.join('.')}; ${LEAST.join('.')} or newer is needed.`,
      { hint: 'Use a newer release of the distribution: Debian 12, Ubuntu 22.04.' },
    );
  }
  return { version, firmware };
}

/** Reads what `--version` of a QEMU says. Throws `ActionError` where it is anything else. */
export function parseVersion(text: string): readonly [number, number] {
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(text) ?? [];
  if (major !== undefined) return [Number(major), Number(minor)];
  throw new ActionError('QEMU on the runner does not say which version it is.', { details: text });
}

/** What there is of a QEMU that boots disks, and what is not. */
async function look(
  runner: Executor,
  { qemu, firmware: files }: Architecture,
  signal: AbortSignal,
): Promise<{ readonly missing: readonly string[]; readonly firmware: string | undefined }> {
  const missing: string[] = [];
  for (const program of [qemu, 'qemu-img']) {
    const { exitCode } = await runner.run(findProgram(program), { anyExitCode: true, signal });
    if (exitCode !== 0) missing.push(program);
  }
  if (files.length === 0) return { missing, firmware: undefined };
  const { stdout } = await runner.run(findFile(files), { anyExitCode: true, signal });
  const firmware = stdout.trim() || undefined;
  if (firmware === undefined) missing.push(`UEFI firmware (${files[0]})`);
  return { missing, firmware };
}

/** Throws `ActionError` where this user cannot have a network interface of his own. */
export async function checkTun(): Promise<void> {
  try {
    await access(TUN, constants.R_OK | constants.W_OK);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ActionError(
      isMissing
        ? `The runner has no ${TUN}, which the machines get their network by.`
        : `This user may not open ${TUN}, which the machines get their network by.`,
      {
        hint: isMissing
          ? 'Load it: sudo modprobe tun. A container has to be given it: --device /dev/net/tun'
          : `Allow it, as most distributions do: sudo chmod 0666 ${TUN}`,
        cause: error,
      },
    );
  }
}

/**
 * Throws `ActionError` where the runner has too little memory or disk for so many new machines.
 * `memory` in bytes.
 */
export async function checkRoom(machines: number, memory: number, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = await statfs(folder);
  refuseShortage(machines, memory, {
    memory: availableMemory(await readFile('/proc/meminfo', 'utf8')),
    disk: bavail * bsize,
    folder,
  });
}

/** Bytes that can be had without swapping, of what /proc/meminfo says. */
export function availableMemory(text: string): number {
  const kibibytes = /^MemAvailable:\s*(\d+) kB/m.exec(text)?.[1];
  return kibibytes === undefined ? Number.POSITIVE_INFINITY : Number(kibibytes) * 1_024;
}
