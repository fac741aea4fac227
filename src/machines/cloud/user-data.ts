import { ActionError } from '../../base/errors.ts';
import { cloudConfig, type FirstLogin, firstLogin, hostKeyConfig } from './first-login.ts';

/** The longest user data that each cloud takes, in bytes. */
export const USER_DATA_BYTES = {
  hetzner: 32 * 1024,
  digitalocean: 64 * 1024,
  /** Before it is encoded as base64. */
  amazonec2: 16 * 1024,
} as const;

/** The address at which clouds tell a machine who it is, the user data with its host key included. */
const METADATA = '169.254.169.254';

const CLOSE_METADATA = '/usr/local/sbin/swarm-up-close-metadata';
/** Runs at each start of the engine, whoever installs it, and whenever. */
const ENGINE_DROP_IN = '/etc/systemd/system/docker.service.d/swarm-up.conf';
/** cloud-init runs what lies in this folder at the end of each boot. */
const FORGET = '/var/lib/cloud/scripts/per-boot/swarm-up-forget';

/**
 * What a container sends comes in by an interface, what the machine itself sends does not: only the
 * former passes PREROUTING. Not in the chain DOCKER-USER, which is there only while an engine that
 * uses iptables runs.
 */
const CLOSE_METADATA_SCRIPT = `#!/bin/sh
# Keeps containers from the metadata of the cloud, where the user data of this machine can be read.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
set -- PREROUTING ! -i lo -d ${METADATA} -j DROP
iptables -w -t raw -C "$@" 2>/dev/null || exec iptables -w -t raw -I "$@"
`;

/**
 * A later boot has nothing to set up, and would make the copies again; without its cache, and while
 * the metadata do not answer, it would even make new host keys. `ds-identify.cfg` is read once, as a
 * boot begins: what cloud-init says of this boot stays as it is, unlike with `cloud-init.disabled`.
 */
const FORGET_SCRIPT = `#!/bin/sh
# Removes the copies that cloud-init has made in this boot: of the user data with the private host key, and of what the cloud said of passwords.
echo 'policy: disabled' >/etc/cloud/ds-identify.cfg
cd /var/lib/cloud/instances && rm -f */user-data.txt* */vendor-*.txt* */cloud-config.txt */obj.pkl
cd /run/cloud-init && rm -f instance-data-sensitive.json combined-cloud-config.json
`;

/**
 * One command: of several, cloud-init looks at the exit code of the last only. Where no key is
 * registered, a cloud gives root a password that has to be changed at the first login, and PAM then
 * refuses what is done as root. That password is in somebody's mail, so it is void.
 */
const FINISH_SCRIPT = `set -e
usermod -p '*' root
chage -d -1 -E -1 -I -1 -M -1 root
# An engine that runs already has not seen its drop-in.
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
if command -v iptables >/dev/null; then ${CLOSE_METADATA}; fi
`;

/** What keeps the user data from containers, and from whoever reads the disk later. */
const CLOSING_FILES = [
  { path: CLOSE_METADATA, permissions: '0755', content: CLOSE_METADATA_SCRIPT },
  {
    path: ENGINE_DROP_IN,
    permissions: '0644',
    content: `[Service]\nExecStartPre=${CLOSE_METADATA}\n`,
  },
  { path: FORGET, permissions: '0755', content: FORGET_SCRIPT },
];

/** Of a machine that somebody else sets up: no user, and no password, is this action's business. */
const CLOSE_NOW_SCRIPT = `set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
if command -v iptables >/dev/null; then ${CLOSE_METADATA}; fi
`;

/** What a machine of a cloud is told when it is made. */
export interface CloudMachine extends FirstLogin {
  /** Its host name, which need not be what the cloud calls it. */
  readonly name: string;
  /** What only machines of one cloud have. */
  readonly additions?: Additions | undefined;
}

/** What a machine has beside what machines of every cloud have. */
export interface Additions {
  readonly files: readonly {
    readonly path: string;
    readonly mode: string;
    readonly text: string;
  }[];
  /** Lines of a shell, run as root once the files are there; the first that fails ends the boot as failed. */
  readonly commands: string;
}

/**
 * The user data of a cloud's machine, for cloud-init: host name, host key, and who may log in; no
 * login with a password; containers do not reach the metadata of the cloud; no copy of this text
 * outlives a boot on its disk. The cloud keeps it, and gives it to the machine's own processes, and
 * to containers in the host's network. Holds the host's private key. Throws `ActionError` where it is
 * longer than `limitBytes`, which is what the cloud takes.
 */
export function userData({ name, additions, ...login }: CloudMachine, limitBytes: number): string {
  const text = cloudConfig({
    ...firstLogin(login),
    hostname: name,
    // Else /etc/hosts says what the cloud calls the machine.
    fqdn: name,
    preserve_hostname: false,
    prefer_fqdn_over_hostname: false,
    chpasswd: { expire: false },
    // On EC2 an interface that is added would make cloud-init ask, and keep the answer, again.
    updates: { network: { when: ['boot-new-instance'] } },
    write_files: [
      ...CLOSING_FILES,
      ...(additions?.files ?? []).map(({ path, mode, text: content }) => ({
        ...{ path, permissions: mode, content },
      })),
    ],
    runcmd: [['sh', '-c', FINISH_SCRIPT + (additions?.commands ?? '')]],
  });
  const length = Buffer.byteLength(text);
  if (length <= limitBytes) return text;
  throw new ActionError(
    `User data of ${name} is too long: ${length} bytes, and this cloud takes ${limitBytes}.`,
    { hint: 'Give fewer or shorter keys in `ssh-private-key`: an ed25519 key is the shortest.' },
  );
}

/**
 * The user data of a machine whose users and host name somebody else sets up: its host key alone,
 * with what keeps it from containers. Holds the host's private key.
 */
export function hostKeyData(hostKey: FirstLogin['hostKey']): string {
  return cloudConfig({
    ...hostKeyConfig(hostKey),
    write_files: CLOSING_FILES,
    runcmd: [['sh', '-c', CLOSE_NOW_SCRIPT]],
  });
}
