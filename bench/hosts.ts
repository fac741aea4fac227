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
  /** Told each line of the log of main as it comes. */
  readonly line?: (text: string) => void;
}

/** `hosts` of the action: the first is the manager. */
export function hostLines({ addresses }: Hosts): string {
  return addresses.map((host, at) => `${host} ${at === 0 ? 'manager' : 'worker'}`).join('\n');
}

/** Deploys by the action with the driver `ssh`, and gives how long that took, in ms. */
export async function deployByAction(
  { action, folder, hosts, usages, line }: Place,
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
    ...(line && { onLine: ({ text }) => line(text) }),
  }).result;
  const used = usage.read();
  if (used) usages?.push(used);
  if (run.conclusion === 'success') return run.durationMs;
  throw new Error(`The action failed:\n${run.lines.join('\n')}`);
}

/** Runs the docker client of this machine on the first host; gives its standard output. */
export type DockerOverSsh = (...args: string[]) => Promise<string>;

/**
 * The docker client over SSH: over one connection that stays open and is open already, or each time
 * over new ones, as in a workflow, whose runner has none.
 */
export async function dockerOverSsh(
  place: Place,
  signal: AbortSignal,
  connections: 'warm' | 'cold' = 'warm',
): Promise<DockerOverSsh> {
  const [manager = ''] = place.hosts.addresses;
  const folder = join(place.folder, connections);
  mkdirSync(folder);
  const isKept = connections === 'warm';
  const ssh = sshOf({ folder, hosts: place.hosts }, isKept);
  if (isKept) await runner.run([ssh, `root@${manager}`, 'true'], { signal });
  return async (...args) => {
    const { stdout } = await runner.run(['docker', '--host', `ssh://root@${manager}`, ...args], {
      signal,
      env: { PATH: `${dirname(ssh)}:${process.env.PATH}` },
    });
    return stdout.trim();
  };
}

/** An `ssh`, alone in its folder, that knows the hosts and their key. */
function sshOf(
  { folder, hosts: { privateKey, knownHosts } }: Pick<Place, 'folder' | 'hosts'>,
  isKept: boolean,
): string {
  const shim = join(folder, 'bin');
  mkdirSync(shim);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const kept = [
    'ControlMaster auto',
    'ControlPersist 300',
    `ControlPath ${join(folder, 'control')}`,
  ];
  const config = file(
    'ssh-config',
    [
      'Host *',
      `IdentityFile ${file('key', privateKey)}`,
      `UserKnownHostsFile ${file('known-hosts', `${knownHosts}\n`)}`,
      'StrictHostKeyChecking yes',
      ...(isKept ? kept : ['ControlPath none']),
      '',
    ].join('\n'),
  );
  const ssh = join(shim, 'ssh');
  writeFileSync(ssh, `#!/bin/sh\nexec /usr/bin/ssh -F '${config}' "$@"\n`);
  chmodSync(ssh, 0o755);
  return ssh;
}
