import { ActionError } from '../../base/errors.ts';
import { parseKnownHosts } from '../../ssh/keys/known-hosts.ts';
import { readPrivateKeys } from '../../ssh/keys/private-key.ts';
import type { Credentials, HostKeyPolicy, SshHop } from '../../ssh/target.ts';
import type { ReportProblem } from '../driver.ts';
import { type HostLine, parseHosts, parseTarget } from './host-list.ts';

/** How the hosts of a run are reached, and who they are. */
export interface SshConnection {
  readonly hosts: readonly HostLine[];
  /** For lines without a user. */
  readonly user: string;
  /** For lines without a port. */
  readonly port: number;
  readonly credentials: Credentials;
  readonly hostKeys: HostKeyPolicy;
  /** Hosts on the way, the first one first. */
  readonly jump: readonly SshHop[];
  /** Key of their swarm, where it is one with autolock. Secret. */
  readonly unlockKey: string | undefined;
}

/** The inputs that it is made of, as they were given. */
export interface SshInputs {
  readonly hosts: string;
  readonly privateKey: string;
  readonly passphrase: string;
  readonly password: string;
  readonly user: string;
  readonly port: string;
  readonly knownHosts: string;
  readonly hostKeyChecking: string;
  readonly jump: string;
  readonly unlockKey: string;
  /** `SSH_AUTH_SOCK` of the step. */
  readonly agent: string | undefined;
}

/**
 * Reads the inputs of the driver `ssh`. Every problem goes to `problem`; what is returned is of use
 * only where there was none. `warn` is given what a host key that is accepted on first use was.
 */
export function readConnection(
  inputs: SshInputs,
  problem: ReportProblem,
  warn: (message: string) => void,
): SshConnection {
  const parsed = parseHosts(inputs.hosts);
  if ('problems' in parsed) {
    for (const { line, reason } of parsed.problems) {
      problem('hosts', line === undefined ? '' : `line ${line}`, reason);
    }
  }
  const port = /^\d{1,5}$/.test(inputs.port) ? Number(inputs.port) : 0;
  if (port < 1 || port > 65_535) problem('ssh-port', inputs.port, 'not a port: 1 to 65535.');
  const credentials = readCredentials(inputs, problem);
  const hostKeys = readHostKeys(inputs, problem, warn);
  const user = inputs.user;
  return {
    hosts: 'hosts' in parsed ? parsed.hosts : [],
    user,
    port,
    credentials,
    hostKeys,
    jump: readJump(inputs, { user, credentials, hostKeys }, problem),
    unlockKey: readUnlockKey(inputs, problem),
  };
}

function readUnlockKey({ unlockKey }: SshInputs, problem: ReportProblem): string | undefined {
  const key = unlockKey.trim();
  if (key === '') return undefined;
  if (/^SWMKEY-\d+-\S+$/.test(key)) return key;
  problem(
    'unlock-key',
    '***',
    'not the key of a swarm, which begins with `SWMKEY-1-`. A manager shows it by: docker swarm unlock-key',
  );
  return undefined;
}

function readCredentials(inputs: SshInputs, problem: ReportProblem): Credentials {
  const { privateKey, passphrase, password, agent } = inputs;
  if (privateKey.trim() === '' && password === '' && agent === undefined) {
    problem(
      'ssh-private-key',
      '',
      'nothing to log in with. Give a private key (a secret), run an SSH agent before this step, or give `ssh-password`.',
    );
  }
  return {
    privateKeys: privateKey.trim() === '' ? [] : keysOf(privateKey, passphrase, problem),
    agent,
    password: password === '' ? undefined : password,
  };
}

function keysOf(text: string, passphrase: string, problem: ReportProblem) {
  try {
    return readPrivateKeys(text, passphrase === '' ? undefined : passphrase);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    problem('ssh-private-key', '***', `${error.message}. ${error.hint ?? ''}`.trim());
    return [];
  }
}

function readHostKeys(
  { knownHosts, hostKeyChecking }: SshInputs,
  problem: ReportProblem,
  warn: (message: string) => void,
): HostKeyPolicy {
  const known = parseKnownHosts(knownHosts);
  for (const { line, reason } of known.problems) {
    problem('ssh-known-hosts', `line ${line}`, reason);
  }
  if (hostKeyChecking !== 'strict' && hostKeyChecking !== 'accept-new') {
    problem('ssh-host-key-checking', hostKeyChecking, 'not known. Known: strict, accept-new.');
  }
  return {
    kind: 'known-hosts',
    knownHosts: known,
    unknown:
      hostKeyChecking === 'accept-new'
        ? { mode: 'accept-new', onAccepted: warn }
        : { mode: 'refuse' },
  };
}

function readJump(
  inputs: SshInputs,
  own: {
    readonly user: string;
    readonly credentials: Credentials;
    readonly hostKeys: HostKeyPolicy;
  },
  problem: ReportProblem,
): SshHop[] {
  return inputs.jump
    .split(/[\n,]/)
    .map((text) => text.trim())
    .filter(Boolean)
    .flatMap((text) => {
      const place = parseTarget(text);
      if (typeof place === 'string') {
        problem('ssh-jump', text, place);
        return [];
      }
      const { host, user = own.user, port = 22 } = place;
      return [{ name: host, host, port, ...own, user }];
    });
}
