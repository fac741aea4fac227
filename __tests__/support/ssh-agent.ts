import { runner } from '../../src/exec/runner.ts';

/** Runs with an `ssh-agent` that holds these private keys, and ends it. */
export async function withSshAgent<T>(
  keys: readonly string[],
  use: (socket: string) => Promise<T>,
): Promise<T> {
  const { stdout } = await runner.run(['ssh-agent', '-s']);
  const socket = /SSH_AUTH_SOCK=([^;]+)/.exec(stdout)?.[1] ?? '';
  const env = { SSH_AUTH_SOCK: socket, SSH_AGENT_PID: /PID=(\d+)/.exec(stdout)?.[1] ?? '' };
  try {
    for (const stdin of keys) await runner.run(['ssh-add', '-q', '-'], { stdin, env });
    return await use(socket);
  } finally {
    await runner.run(['ssh-agent', '-k'], { env });
  }
}
