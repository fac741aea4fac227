import { ActionError } from '../../base/errors.ts';
import { listed } from '../../base/listed.ts';
import { CommandError, CommandTimeout } from '../../exec/executor.ts';
import type { WantedMachines } from '../driver.ts';
import { createHelp, VERSION } from './commands.ts';
import { chooseFlags, flagWords, mostMachines, refuseWithoutKey } from './flags.ts';
import { flagsIn } from './help.ts';
import { type HostKeyWay, hostKeyWay } from './host-key.ts';
import type { DockerMachineOptions } from './options.ts';
import { type Program, unreadable } from './program.ts';

/** What a step says beside its options. */
export interface Given {
  readonly hasKnownHosts: boolean;
  /** The input. */
  readonly teardown: string;
  /** Whether it runs on a runner of GitHub's, which is thrown away with the job. */
  readonly isHosted: boolean;
}

/** What machines are made with. */
export interface Plan {
  readonly version: string;
  /** Whether the program's help tells which flags there are. */
  readonly isChecked: boolean;
  readonly hostKey: HostKeyWay;
  /** Words for the machine of this index, 1 for the first. */
  flagsOf(index: number): readonly string[];
}

const ARCHIVED =
  'docker/machine is archived. docs/drivers/docker-machine.md says which forks live.';

/**
 * Asks docker-machine whether it is there, knows the driver and takes the flags. Changes nothing.
 * Throws `ActionError` if no machine could be made with these options, or none be removed later.
 */
export async function preflight(
  program: Program,
  options: DockerMachineOptions,
  given: Given,
  { machines, ttlMs }: Pick<WantedMachines, 'machines' | 'ttlMs'>,
  signal: AbortSignal,
): Promise<Plan> {
  refuseHosted(options, given, ttlMs);
  const version = await readVersion(program, signal);
  const known = await readFlags(program, options.driver ?? '', signal);
  const flags = chooseFlags(options, known);
  refuseWithoutKey(options, flags);
  const most = mostMachines(options, flags);
  if (most !== undefined && most < machines) throw tooFewHosts(most, machines);
  return {
    version,
    isChecked: known.length > 0,
    hostKey: hostKeyWay(options, known, given.hasKnownHosts),
    flagsOf: (index) => flagWords(flags, index),
  };
}

/** Throws `ActionError` if machines would outlive what is known of them. */
function refuseHosted(
  { 'storage-path': storage }: DockerMachineOptions,
  { isHosted, teardown }: Given,
  ttlMs: number | undefined,
): void {
  const stays = ['never', 'on-success'].includes(teardown) ? `teardown: ${teardown}` : undefined;
  const promise = ttlMs === undefined ? stays : 'ttl';
  if (!isHosted || storage !== undefined || promise === undefined) return;
  throw new ActionError(
    `\`${promise}\`: machines of docker-machine cannot outlive a job on a runner of GitHub's.`,
    {
      details:
        'What docker-machine knows of them lies on the runner, which is gone after the job. Nobody could find or remove them then.',
      hint: 'Use your own runner. Or give a `storage-path` that is kept, and is the same absolute path in each job. Or use a driver that needs no files: `hetzner`, `digitalocean`, `amazonec2`.',
    },
  );
}

async function readVersion(program: Program, signal: AbortSignal): Promise<string> {
  const text = await program.run(VERSION, { signal }).catch((error: unknown) => {
    const isOurs = error instanceof ActionError && !signal.aborted;
    if (!isOurs) throw error;
    throw new ActionError(`docker-machine does not run on the runner: ${error.message}`, {
      details: error.details,
      hint: `Install it, or give its path as \`binary\` in \`driver-options\`. ${ARCHIVED}`,
      cause: error,
    });
  });
  const version = /version v?(\S+?),?(?:\s|$)/.exec(text)?.[1];
  if (version === undefined) throw unreadable(program, VERSION, text);
  return version;
}

async function readFlags(program: Program, driver: string, signal: AbortSignal) {
  const words = createHelp(driver);
  try {
    return flagsIn(await program.run(words, { signal }));
  } catch (error) {
    if (!(error instanceof CommandError) || error instanceof CommandTimeout) throw error;
    throw new ActionError(`docker-machine has no driver ${driver} on the runner.`, {
      details: error.details,
      hint: `Write its name as docker-machine has it. A plugin is a program \`docker-machine-driver-${driver}\` in the PATH of the runner.`,
      cause: error,
    });
  }
}

function tooFewHosts(most: number, machines: number): ActionError {
  return new ActionError(
    `${machines} machines are wanted, and \`generic-ip-address\` names ${most} ${most === 1 ? 'host' : 'hosts'}.`,
    {
      hint: 'Give `generic-ip-address` in `flags` as a list with an address for each machine, or fewer `nodes`. For hosts that exist, `driver: ssh` is made: it rewrites nothing on them.',
    },
  );
}

/** What is made, in a line for people. What flags of the engine hold is nobody's business. */
export function planLine(
  { driver = '' }: DockerMachineOptions,
  { version, flagsOf }: Plan,
  machines: number,
): string {
  const shown = flagsOf(1).filter((word) => !word.startsWith('--engine-'));
  const flags = listed(shown, 12);
  return `${machines} × docker-machine ${version}, driver ${driver}${flags === '' ? '' : ` (${flags})`}`;
}
