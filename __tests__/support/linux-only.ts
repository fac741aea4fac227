const OF_CONTRACT = 'npm packages of their own, which script/bootstrap installs';

/**
 * The tests that do not run on Windows and macOS: a file, or a folder with all that is in it, each
 * with the reason. `script/test-portable.ts` runs all others there.
 */
export const LINUX_ONLY: Readonly<Record<string, string>> = {
  '__tests__/unit/machines/docker/driver.test.ts': 'paths of a driver that is for Linux alone',
  '__tests__/unit/machines/qemu': 'command lines and paths of a driver that is for Linux alone',
  '__tests__/unit/up/working-directory.test.ts': 'links, which Windows lets not every user make',

  '__tests__/integration/action/runner': 'signals, which Windows does not send to a process',
  '__tests__/integration/compose': 'docker and Compose, which hosted macOS runners do not have',
  '__tests__/integration/conformance': 'a model of the runner, with the drivers for Linux',
  '__tests__/integration/docker-host': 'a real sshd, ssh and sockets of the file system',
  '__tests__/integration/engine': 'a real sshd and engine',
  '__tests__/integration/exec':
    'sh, ps and process groups; end-process.test.ts has those of Windows',
  '__tests__/integration/machines/cloud': 'a host in a container',
  '__tests__/integration/machines/qemu': 'a driver that is for Linux alone',
  '__tests__/integration/machines/digitalocean/contract.test.ts': OF_CONTRACT,
  '__tests__/integration/machines/hetzner/contract.test.ts': OF_CONTRACT,
  '__tests__/integration/preflight': 'a real sshd',
  '__tests__/integration/registry/runner-logins.test.ts':
    'credential helpers that are scripts of sh',
  '__tests__/integration/script': 'scripts of sh and bash, of the tests themselves',
  '__tests__/integration/ssh': 'a real sshd; over-ssh.test.ts has an SSH server in its process',
  '__tests__/integration/swarm': 'a real sshd',
  '__tests__/integration/verify/verify-tls.test.ts': 'the program openssl, for a certificate',

  '__tests__/e2e': 'real engines and machines',
};

/** What of a folder above runs there all the same. */
export const PORTABLE: readonly string[] = ['__tests__/e2e/over-ssh.test.ts'];

/** Why a test file does not run on Windows and macOS; undefined if it does. `file` with `/`. */
export function reasonForLinux(file: string): string | undefined {
  if (PORTABLE.includes(file)) return undefined;
  const found = Object.entries(LINUX_ONLY).find(
    ([path]) => file === path || file.startsWith(`${path}/`),
  );
  return found?.[1];
}
