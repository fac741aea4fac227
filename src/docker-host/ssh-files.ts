import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ActionError } from '../errors.ts';
import { runner } from '../exec/runner.ts';
import type { SshTarget } from '../exec/ssh.ts';
import { unwritable } from '../unwritable.ts';
import { knownHostsText, privateKeysOf, sshConfig } from './ssh-config.ts';

const WINDOWS = process.platform === 'win32';

/**
 * Makes the folder (0700; it must not exist yet) with an OpenSSH config, the known hosts and one file (0600) for each distinct private
 * key, and gives the path of the config: `ssh -F <path> <name>` then reaches every target. `closeDockerHost` removes the folder.
 * Throws `ActionError` where a target can be logged in to by password only, where a value cannot be written in such a config, or where the
 * folder cannot be written.
 */
export async function writeSshConfig(
  folder: string,
  targets: readonly SshTarget[],
): Promise<string> {
  const keys = privateKeysOf(targets).map(({ text }) => text);
  const file = (name: string): string => join(folder, name);
  const keyName = (text: string): string => `key-${keys.indexOf(text) + 1}`;
  const text = sshConfig(targets, {
    config: withSlashes(file('config')),
    knownHosts: withSlashes(file('known_hosts')),
    keyOf: (key) => withSlashes(file(keyName(key.text))),
  });

  try {
    await mkdir(folder, { mode: 0o700 });
    for (const key of keys) await writePrivate(file(keyName(key)), key);
    await writePrivate(file('known_hosts'), knownHostsText(targets));
    await writePrivate(file('config'), text);
  } catch (error) {
    throw error instanceof ActionError ? error : unwritable('RUNNER_TEMP', folder, error);
  }
  return file('config');
}

function withSlashes(path: string): string {
  return WINDOWS ? path.replaceAll('\\', '/') : path;
}

async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(path, '', { mode: 0o600, flag: 'wx' });
  if (WINDOWS) {
    // There the mode says nothing, and ssh refuses a key that others may read.
    const owner = userInfo().username;
    await runner.run(['icacls', path, '/inheritance:r', '/grant:r', `${owner}:F`]);
  }
  await writeFile(path, text);
}
