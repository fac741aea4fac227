import { ActionError } from '../../../base/errors.ts';
import type { Argv } from '../../../exec/argv.ts';
import type { Executor, RunOptions, RunResult } from '../../../exec/executor.ts';
import { asRoot } from '../commands.ts';

/** Runs commands on the runner that only root may run. */
export interface Root {
  /** For those that anybody may run. */
  readonly runner: Executor;
  /** The user that QEMU runs as. */
  readonly uid: number;
  run(argv: Argv, options?: RunOptions): Promise<RunResult>;
}

export function rootOf(runner: Executor, uid: number): Root {
  return {
    runner,
    uid,
    run: (argv, options) => runner.run(uid === 0 ? argv : asRoot(argv), options),
  };
}

/** Throws `ActionError` where this user cannot become root without a password. */
export async function checkRoot({ run }: Root, signal?: AbortSignal): Promise<void> {
  const options = { anyExitCode: true, signal };
  const { exitCode, stdout, stderr } = await run(['true'], options).catch((error: unknown) => {
    if (!(error instanceof ActionError)) throw error;
    return { exitCode: 127, stdout: '', stderr: error.message };
  });
  if (exitCode === 0) return;
  throw new ActionError('The qemu driver needs root, or sudo without a password, on the runner.', {
    details: stderr || stdout,
    hint: 'It makes a network for the machines; QEMU itself runs as the user of the runner. Hosted Linux runners have it. On one of yours:\n  echo "$USER ALL=(root) NOPASSWD: $(command -v ip), /usr/bin/true" | sudo tee /etc/sudoers.d/swarm-up\nOr do without it: `network: user` in `driver-options`.',
  });
}
