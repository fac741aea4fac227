import type { ReportProblem } from '../machines/driver.ts';
import type { Inputs } from './inputs.ts';

/**
 * A build runs in a container, but BuildKit gives it the network of the runner, and contexts, `ssh`
 * and `secrets` of it any file.
 */
const BUILD_OF_STRANGERS =
  'not under `policy: restricted`. A build runs the code of whoever wrote the files, on the runner and with its network and files. Build in a workflow without secrets and hand the image over as a file (`images`). Or write `policy: none` if only people whom you trust write these files.';

/** Tells of inputs that are right by themselves and cannot go together. */
export function refuseContradictions(
  inputs: Inputs,
  read: (name: string) => string,
  problem: ReportProblem,
): void {
  const { build, composeFiles, policy, wait, verify, onFailure } = inputs;
  const refuse = (name: string, why: string) => problem(name, read(name).trim(), why);
  if (build && policy) refuse('build', BUILD_OF_STRANGERS);
  if (build && !composeFiles) {
    refuse('build', 'there is no compose file (`compose-file: "-"`) that says what to build.');
  }
  const unwaited = 'with `wait: false` nobody waits for that. Take one of the two out.';
  if (wait === false && verify && verify.length > 0) {
    refuse('verify', `asked once the stack has converged; ${unwaited}`);
  }
  if (wait === false && onFailure === 'rollback') {
    refuse(
      'on-failure',
      `decided once the stack has failed; ${unwaited} Swarm itself rolls a service back where the file says so (\`update_config.failure_action: rollback\`).`,
    );
  }
}
