import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ActionError, describeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { unwritable } from '../base/unwritable.ts';
import { runner } from '../exec/runner.ts';
import type { SshTarget } from '../ssh/connect.ts';
import type { PrivateKey } from '../ssh/keys/private-key.ts';
import { startAgent } from './agent.ts';
import { knownHostsText, privateKeysOf, sshConfig } from './ssh-config.ts';

const WINDOWS = process.platform === 'win32';

/** For keys that were given under a passphrase. */
interface AgentUse {
  readonly signal: AbortSignal;
  /** Told what the reader should know of where the keys are. */
  readonly log: Pick<Log, 'info' | 'warning'>;
}

const SILENT: AgentUse = {
  signal: new AbortController().signal,
  log: { info: () => {}, warning: () => {} },
};

/**
 * Makes the folder (0700; it must not exist yet) with an OpenSSH config, the known hosts and one
 * file (0600) for each distinct private key, and gives the path of the config: `ssh -F <path>
 * <name>` then reaches every target. A key that was given under a passphrase is in no file: an
 * agent holds it; only where there can be none it is written, with a warning. `closeDockerHost`
 * ends the agent and removes the folder. Throws `ActionError` where a target can be logged in to by
 * password only, where a value cannot be written in such a config, or where the folder cannot be
 * written.
 */
export async function writeSshConfig(
  folder: string,
  targets: readonly SshTarget[],
  use: AgentUse = SILENT,
): Promise<string> {
  const keys = privateKeysOf(targets);
  const file = (name: string): string => join(folder, name);
  const nameOf = (key: PrivateKey, agent: string | undefined): string => {
    const at = keys.findIndex(({ text }) => text === key.text) + 1;
    return agent !== undefined && key.isEncrypted ? `key-${at}.pub` : `key-${at}`;
  };
  const textWith = (agent: string | undefined): string =>
    sshConfig(targets, {
      config: withSlashes(file('config')),
      knownHosts: withSlashes(file('known_hosts')),
      keyOf: (key) => withSlashes(file(nameOf(key, agent))),
      agent,
    });

  // What cannot be written is found before anything is made.
  textWith(undefined);
  try {
    await mkdir(folder, { mode: 0o700 });
    const agent = await agentFor(folder, keys, use);
    if (agent !== undefined && targets.some(({ credentials }) => credentials.agent !== undefined)) {
      use.log.info(
        'The following steps log in with the keys of this step, and not with its SSH_AUTH_SOCK.',
      );
    }
    for (const key of keys) {
      const isHeld = agent !== undefined && key.isEncrypted;
      await writePrivate(file(nameOf(key, agent)), isHeld ? publicLine(key) : key.text);
    }
    await writePrivate(file('known_hosts'), knownHostsText(targets));
    await writePrivate(file('config'), textWith(agent));
  } catch (error) {
    use.signal.throwIfAborted();
    throw error instanceof ActionError ? error : unwritable('RUNNER_TEMP', folder, error);
  }
  return file('config');
}

/**
 * The socket of an agent with those keys that must not be written; undefined where there are none,
 * or no agent can be had.
 */
async function agentFor(
  folder: string,
  keys: readonly PrivateKey[],
  { signal, log }: AgentUse,
): Promise<string | undefined> {
  const encrypted = keys.filter(({ isEncrypted }) => isEncrypted);
  if (encrypted.length === 0) return undefined;
  const written = `The private key lies without its passphrase in ${folder} until the post step, for this user alone`;
  if (WINDOWS) {
    log.warning(`${written}: on Windows there is no agent for one job.`);
    return undefined;
  }
  try {
    return await startAgent(folder, encrypted, { runner, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ActionError)) throw error;
    log.warning(`${written}, since no agent could hold it. ${describeError(error)}`);
    return undefined;
  }
}

function publicLine({ type, blob }: PrivateKey): string {
  return `${type} ${blob.toString('base64')}\n`;
}

function withSlashes(path: string): string {
  return WINDOWS ? path.replaceAll('\\', '/') : path;
}

async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(path, '', { mode: 0o600, flag: 'wx' });
  if (WINDOWS) {
    // There the mode says nothing, and ssh refuses a key that others may read.
    const owner = userInfo().username;
    await runner.run(['icacls', path, '/inheritance:r', '/grant:r', `${owner}:F`], {
      mayRunOn: true,
    });
  }
  await writeFile(path, text);
}
