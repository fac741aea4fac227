import { join } from 'node:path';
import { type Clock, until } from '../../../base/clock.ts';
import { ActionError } from '../../../base/errors.ts';
import type { DriverLog } from '../../../base/log.ts';
import { formatSize } from '../../../base/size.ts';
import { enterEngine } from '../../../engine/enter.ts';
import { type EngineSource, installEngine } from '../../../engine/install.ts';
import type { Executor } from '../../../exec/executor.ts';
import type { SshExecutor } from '../../../ssh/executor.ts';
import { convertImage } from '../commands.ts';
import type { MachinePlaces } from '../paths.ts';
import { CLEAN_SCRIPT } from './clean-script.ts';
import {
  findPrepared,
  keepPrepared,
  noteNeedless,
  type PreparedPlaces,
  removeSuperseded,
} from './prepared-store.ts';
import { locked } from './process-lock.ts';

/**
 * How long another run may prepare the same image, in ms: a boot and an installation without KVM.
 */
const OTHER_RUN_MS = 40 * 60_000;
/**
 * How long cloud-init may go on after sshd has answered, in ms. It holds the locks of the package
 * manager, and writes what is removed.
 */
const SETTLE_MS = 10 * 60_000;
const CLEAN_MS = 5 * 60_000;
/** From the command until QEMU has ended, in ms. */
const POWER_OFF_MS = 3 * 60_000;
const CONVERT_MS = 20 * 60_000;
const POLL_MS = 250;

/**
 * Room for the engine on a disk that may be all but full, in bytes. What is not used of it takes no
 * room in the image.
 */
const ROOM = 2 * 2 ** 30;

/**
 * Bytes of the disk that the image is prepared on: the machines make theirs larger, and cannot make
 * it smaller.
 */
export function preparationDisk(base: number, wanted: number): number {
  return Math.min(base + ROOM, wanted);
}

/**
 * The one machine that is booted of the base image. It is a part of the cluster, so that whatever
 * removes that finds it.
 */
export interface Workbench {
  readonly places: MachinePlaces;
  /** The user that logs in. */
  readonly user: string;
  /** Makes it, and logs in. */
  boot(): Promise<Executor & Pick<SshExecutor, 'close'>>;
  isRunning(): Promise<boolean>;
  /** Gone already is success. */
  remove(): Promise<void>;
}

interface PreparationContext {
  readonly runner: Executor;
  readonly source: EngineSource | undefined;
  /** How long its dockerd may take to answer, in ms. */
  readonly readyMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: DriverLog;
}

/**
 * Prepares an image, or waits for the run that does, and says what came of it. Of two runs one
 * prepares. Nothing is left of it where it fails: throws `ActionError` that says why, or the
 * signal's reason.
 */
export async function prepareImage(
  bench: Workbench,
  places: PreparedPlaces,
  context: PreparationContext,
): Promise<'prepared' | 'needless'> {
  const { signal, log } = context;
  try {
    return await locked(
      places.image,
      async () => (await findPrepared(places)) ?? (await prepare(bench, places, context)),
      {
        signal,
        limitMs: OTHER_RUN_MS,
        onWait: () => log.info('Another run prepares this image; its end is waited for'),
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ActionError)) throw error;
    throw new ActionError(`The machine image could not be prepared: ${error.message}`, {
      details: error.details,
      hint: `${error.hint ?? ''} Without \`prepare\` in \`driver-options\` each machine installs the engine itself.`.trim(),
      cause: error,
    });
  }
}

async function prepare(
  bench: Workbench,
  places: PreparedPlaces,
  context: PreparationContext,
): Promise<'prepared' | 'needless'> {
  const { runner, signal, clock, log } = context;
  const began = clock.now();
  log.info('The image is prepared, once for all runs: a machine boots, and gets the engine');
  try {
    // A run that was killed may have left one.
    await bench.remove();
    if (!(await setUp(bench, context))) {
      await noteNeedless(places);
      log.info(
        'The image has an engine already, so there is nothing to prepare: the machines begin with it as it is, in later runs too',
      );
      return 'needless';
    }
    const made = join(bench.places.folder, 'prepared.qcow2');
    await runner.run(convertImage(bench.places.disk, made), { signal, timeoutMs: CONVERT_MS });
    const bytes = await keepPrepared(made, places);
    await removeSuperseded(places, Date.now());
    const seconds = Math.round((clock.now() - began) / 1_000);
    log.info(`The image is prepared: ${formatSize(bytes)}, after ${seconds} s (${places.image})`);
    return 'prepared';
  } finally {
    await bench.remove();
  }
}

/**
 * Installs the engine and powers the machine off; false where there was one, and the machine still
 * runs.
 */
async function setUp(bench: Workbench, context: PreparationContext): Promise<boolean> {
  const { source, readyMs, signal, log } = context;
  const ssh = await bench.boot();
  try {
    let isInstalled = false;
    await enterEngine(ssh, bench.user, {
      signal,
      timeoutMs: readyMs,
      install: async (executor: Executor) => {
        // Its exit code tells of modules that failed, which may be harmless; a machine that is of
        // no use fails below.
        const wait = ['cloud-init', 'status', '--wait'] as const;
        await ssh.run(wait, { anyExitCode: true, timeoutMs: SETTLE_MS, signal });
        await installEngine(executor, bench.user, { source, log, signal });
        isInstalled = true;
      },
    });
    if (!isInstalled) return false;
    const clean = ['sudo', '-n', 'sh', '-c', CLEAN_SCRIPT, 'sh', bench.user] as const;
    await ssh.run(clean, { timeoutMs: CLEAN_MS, signal });
    // It may end before it has said that it does.
    await ssh.run(['sudo', '-n', 'poweroff'], { signal }).catch(() => signal.throwIfAborted());
  } finally {
    await ssh.close();
  }
  await poweredOff(bench, context);
  return true;
}

/**
 * What a guest has written is whole on its disk, for whoever reads it then, once QEMU has ended.
 */
async function poweredOff(
  bench: Workbench,
  { signal, clock }: Pick<PreparationContext, 'signal' | 'clock'>,
): Promise<void> {
  const wait = { clock, signal, limitMs: POWER_OFF_MS, everyMs: POLL_MS };
  const runs = await until(
    () => bench.isRunning(),
    (isStill) => !isStill,
    wait,
  );
  if (runs) {
    throw new ActionError(`its machine did not power off within ${POWER_OFF_MS / 1_000} s.`);
  }
}
