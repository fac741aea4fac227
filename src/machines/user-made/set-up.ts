import type { Argv } from '../../exec/argv.ts';
import type { Executor } from '../../exec/executor.ts';
import { type Readiness, waitForCloudInit } from '../cloud/wait-for-cloud-init.ts';

/** Says `none` on a machine without cloud-init. */
export const HAS_CLOUD_INIT: Argv = ['sh', '-c', 'command -v cloud-init || echo none'];

/**
 * Waits until a machine has set itself up, if it has cloud-init: a program may set its machines up
 * in another way. Throws as `waitForCloudInit` does.
 */
export async function setUp(ssh: Executor, readiness: Omit<Readiness, 'hasEngine'>): Promise<void> {
  const { signal, timeoutMs } = readiness;
  const { stdout } = await ssh.run(HAS_CLOUD_INIT, { repeatable: true, signal, timeoutMs });
  if (stdout.trim() === 'none') return;
  await waitForCloudInit(ssh, { ...readiness, hasEngine: false });
}
