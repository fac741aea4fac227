import { ActionError } from '../../base/errors.ts';
import { type KnownHosts, parseKnownHosts } from '../../ssh/keys/known-hosts.ts';
import { parsePublicKey } from '../../ssh/keys/public-key.ts';
import type { DriverSource } from '../driver.ts';
import { readHostKey } from './commands.ts';
import type { KnownFlag } from './help.ts';
import type { DockerMachineOptions } from './options.ts';
import type { Program } from './program.ts';

/** Flags that take the path of user data for cloud-init, by docker-machine's driver. */
const USER_DATA_FLAGS: Readonly<Record<string, string>> = {
  amazonec2: 'amazonec2-userdata',
  azure: 'azure-custom-data',
  digitalocean: 'digitalocean-userdata',
  google: 'google-userdata',
  hetzner: 'hetzner-user-data-file',
  openstack: 'openstack-user-data-file',
  vmwarevsphere: 'vmwarevsphere-cloud-init',
};

/** By what the host key of a machine is known. */
export type HostKeyWay =
  /** It is made here, and this flag hands it over. */
  | { readonly kind: 'user-data'; readonly flag: string }
  /** Of a host that was there before. */
  | { readonly kind: 'known-hosts' }
  /** It is read once from the machine, over a connection that nobody has checked. */
  | { readonly kind: 'first-use' };

/** Reads `ssh-known-hosts`; what is wrong with it is a problem. */
export function readKnownHosts({ read, problem }: DriverSource): KnownHosts {
  const known = parseKnownHosts(read('ssh-known-hosts'));
  for (const { line, reason } of known.problems) problem('ssh-known-hosts', `line ${line}`, reason);
  return known;
}

/**
 * How host keys are known with these options; `known` are the flags of the program, none if that is
 * not known. Throws `ActionError` where they could not be, and `first-use` does not allow that.
 */
export function hostKeyWay(
  { driver = '', flags, 'host-key': mode }: DockerMachineOptions,
  known: readonly KnownFlag[],
  hasKnownHosts: boolean,
): HostKeyWay {
  if (mode === 'first-use') return { kind: 'first-use' };
  if (driver === 'generic') {
    if (hasKnownHosts) return { kind: 'known-hosts' };
    throw new ActionError('The host keys of the hosts are not known.', {
      hint: `Give their lines as \`ssh-known-hosts\` (ssh-keyscan shows them). ${FIRST_USE}`,
    });
  }
  const flag = USER_DATA_FLAGS[driver];
  const isThere = known.length === 0 || known.some(({ name }) => name === flag);
  if (flag === undefined || !isThere) throw noUserData(driver);
  const short = flag.slice(driver.length + 1);
  const given = [flag, short].find((name) => Object.hasOwn(flags, name));
  if (given === undefined) return { kind: 'user-data', flag };
  throw new ActionError(
    `driver-options: \`flags\`: \`${given}\` is not taken with \`host-key: pinned\`.`,
    {
      details: 'By these user data the action hands the machine its host key.',
      hint: `Leave it out. ${FIRST_USE}`,
    },
  );
}

const FIRST_USE =
  'Or accept the key that each machine shows first: `host-key: first-use` in `driver-options`. Whoever stands between then is not noticed.';

function noUserData(driver: string): ActionError {
  return new ActionError(
    `The host keys of the machines would not be known: docker-machine's driver ${driver} takes no user data that the action could hand a key over by.`,
    {
      details: `Drivers that take some: ${Object.keys(USER_DATA_FLAGS).join(', ')}.`,
      hint: FIRST_USE,
    },
  );
}

/**
 * The host key that a new machine says it has, as `ssh-ed25519 AAAA…`. docker-machine checks nobody
 * whom it asks. Throws `ActionError` if there is none.
 */
export async function keyOfFirstUse(
  program: Program,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const { exitCode, text, said } = await program.attempt(readHostKey(name), { signal });
  const line = text.split('\n').find((one) => one.startsWith('ssh-ed25519 '));
  if (exitCode !== 0 || line === undefined) {
    throw new ActionError(`The host key of machine ${name} could not be read.`, {
      details: said,
      hint: 'Its sshd needs a key of the type ed25519, which every Linux of today makes.',
    });
  }
  const { type, blob } = parsePublicKey(line);
  return `${type} ${blob.toString('base64')}`;
}
