import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Hosts } from '../__tests__/support/hosts.ts';
import { startAction } from '../script/action-runner.ts';
import { runner } from '../src/exec/runner.ts';
import { type Usage, usageIn } from './usage/usage.ts';

export const STACK = 'bench';

/** Where the runs of one measurement take place. */
export interface Place {
  /** Folder with action.yml. */
  readonly action: string;
  /** For the files of runner and clients. */
  readonly folder: string;
  readonly hosts: Hosts;
  /** Gets what main has used in each deployment by the action. */
  readonly usages?: Usage[];
}

/** `hosts` of the action: the first is the manager. */
export function hostLines({ addresses }: Hosts): string {
  return addresses.map((host, at) => `${host} ${at === 0 ? 'manager' : 'worker'}`).join('\n');
}

/** Deploys by the action with the driver `ssh`, and gives how long that took, in ms. */
export async function deployByAction(
  { action, folder, hosts, usages }: Place,
  composeFile: string,
  inputs: Readonly<Record<string, string>>,
): Promise<number> {
  const usage = usageIn(folder);
  const run = await startAction({
    stage: 'main',
    env: usage.env,
    action,
    inputs: {
      driver: 'ssh',
      'ssh-private-key': hosts.privateKey,
      'ssh-known-hosts': hosts.knownHosts,
      'compose-file': composeFile,
      'stack-name': STACK,
      'stable-for': '0s',
      ...inputs,
    },
    workspace: dirname(composeFile),
    directory: folder,
  }).result;
  const used = usage.read();
  if (used) usages?.push(used);
  if (run.conclusion === 'success') return run.durationMs;
  throw new Error(`The action failed:\n${run.lines.join('\n')}`);
}

/**
 * The docker client of this machine on the first host, over one SSH connection that stays open, and
 * is open already.
 */
export async function dockerOverSsh(
  place: Place,
  signal: AbortSignal,
): Promise<(...args: string[]) => Promise<string>> {
  const [manager = ''] = place.hosts.addresses;
  const shim = await warmSsh(place, manager, signal);
  return async (...args) => {
    const { stdout } = await runner.run(['docker', '--host', `ssh://root@${manager}`, ...args], {
      signal,
      env: { PATH: `${shim}:${process.env.PATH}` },
    });
    return stdout.trim();
  };
}

/** A folder for `PATH` whose `ssh` goes over the open connection. */
async function warmSsh(
  { folder, hosts: { privateKey, knownHosts } }: Place,
  manager: string,
  signal: AbortSignal,
): Promise<string> {
  const shim = join(folder, 'bin');
  mkdirSync(shim);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const config = file(
    'ssh-config',
    [
      'Host *',
      `IdentityFile ${file('key', privateKey)}`,
      `UserKnownHostsFile ${file('known-hosts', `${knownHosts}\n`)}`,
      'StrictHostKeyChecking yes',
      'ControlMaster auto',
      'ControlPersist 300',
      `ControlPath ${join(folder, 'control')}`,
      '',
    ].join('\n'),
  );
  const ssh = join(shim, 'ssh');
  writeFileSync(ssh, `#!/bin/sh\nexec /usr/bin/ssh -F '${config}' "$@"\n`);
  chmodSync(ssh, 0o755);
  await runner.run([ssh, `root@${manager}`, 'true'], { signal });
  return shim;
}
