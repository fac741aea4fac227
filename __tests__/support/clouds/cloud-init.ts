import { parse } from 'yaml';
import * as z from 'zod';
import { quote } from '../../../src/exec/quote.ts';

/**
 * What is understood of a cloud-config, and nothing else: a key that is not here, or another value
 * where only one is known, is an error, so that nothing that user data come to say is passed over.
 */
const cloudConfig = z.strictObject({
  hostname: z.string(),
  fqdn: z.string(),
  preserve_hostname: z.literal(false),
  prefer_fqdn_over_hostname: z.literal(false),
  manage_etc_hosts: z.literal('localhost'),
  users: z.array(
    z.strictObject({
      name: z.string(),
      groups: z.array(z.string()),
      shell: z.string(),
      lock_passwd: z.literal(true),
      sudo: z.string(),
      ssh_authorized_keys: z.array(z.string()),
    }),
  ),
  ssh_pwauth: z.literal(false),
  chpasswd: z.strictObject({ expire: z.literal(false) }),
  updates: z.strictObject({
    network: z.strictObject({ when: z.tuple([z.literal('boot-new-instance')]) }),
  }),
  ssh_deletekeys: z.literal(true),
  ssh_keys: z.strictObject({ ed25519_private: z.string(), ed25519_public: z.string() }),
  write_files: z.array(
    z.strictObject({ path: z.string(), permissions: z.string(), content: z.string() }),
  ),
  runcmd: z.array(z.array(z.string()).min(1)),
});
type CloudConfig = z.infer<typeof cloudConfig>;

/** A file of a machine, by its path without the first slash. */
export interface MachineFile {
  readonly name: string;
  readonly text: string;
  readonly mode: number;
}

/** What a machine has to have to be set up as a real cloud-init would. */
export interface CloudInit {
  readonly hostname: string;
  /** To be there before it boots. They hold the private host key. */
  readonly files: readonly MachineFile[];
  /** Run as PID 1, as root; its arguments are the program that follows. */
  readonly boot: string;
}

const FOLDER = 'usr/lib/cloud-init';
const INSTANCE = 'var/lib/cloud/instances/i-4711';

/**
 * Where the real one leaves copies of the user data.
 */
const COPIES = [
  'user-data.txt',
  'user-data.txt.i',
  'cloud-config.txt',
  'obj.pkl',
  'vendor-data.txt',
];

/** First the modules before sshd starts, then, beside sshd and dockerd, those at the end. */
const BOOT = `set -eu
mkdir -p /run/cloud-init /etc/cloud
if ! grep -qs '^policy: disabled$' /etc/cloud/ds-identify.cfg; then
  sh /${FOLDER}/init
  sh /${FOLDER}/final >>/var/log/cloud-init-output.log 2>&1 &
fi
exec "$@"
`;

/** Answers as cloud-init 25.1 does; as it is asked by `waitForCloudInit`, and not otherwise. */
const STATUS = `#!/bin/sh
[ "$*" = 'status --wait --format json' ] || { echo "cloud-init: not known here: $*" >&2; exit 64; }
if [ ! -e /run/cloud-init/begun ]; then
  echo '{"boot_status_code": "disabled-by-generator", "status": "disabled", "errors": [], "recoverable_errors": {}}'
  exit
fi
until [ -e /run/cloud-init/result.json ]; do sleep 0.1; done
cat /run/cloud-init/result.json
! grep -q '"status": "error"' /run/cloud-init/result.json
`;

/**
 * Reads user data as cloud-init would, and gives what does the same in a container with sshd,
 * useradd and sudo. Throws where there is something in it that is not understood here.
 */
export function cloudInit(userData: string): CloudInit {
  const config = readCloudConfig(userData);
  return {
    hostname: config.hostname,
    boot: BOOT,
    files: [
      ...COPIES.map((name) => ({ name: `${INSTANCE}/${name}`, text: userData, mode: 0o600 })),
      ...config.write_files.map(({ path, permissions, content }) => ({
        name: path.replace(/^\//, ''),
        text: content,
        mode: Number.parseInt(permissions, 8),
      })),
      { name: `${FOLDER}/init`, text: initScript(config), mode: 0o600 },
      { name: `${FOLDER}/final`, text: finalScript(config), mode: 0o600 },
      { name: 'usr/bin/cloud-init', text: STATUS, mode: 0o755 },
    ],
  };
}

/** Reads user data as `cloudInit` does. */
export function readCloudConfig(userData: string): CloudConfig {
  if (!userData.startsWith('#cloud-config\n')) throw new Error('It is no cloud-config.');
  return cloudConfig.parse(parse(userData));
}

function initScript({ users, ssh_keys }: CloudConfig): string {
  const key = '/etc/ssh/ssh_host_ed25519_key';
  return `set -eu
touch /run/cloud-init/begun
rm -f /etc/ssh/ssh_host_* /${FOLDER}/init
(umask 077 && ${write(ssh_keys.ed25519_private, key)})
${write(`${ssh_keys.ed25519_public}\n`, `${key}.pub`)}
${write('PasswordAuthentication no\n', '/etc/ssh/sshd_config.d/50-cloud-init.conf')}
${users.map(addUser).join('\n')}
`;
}

function addUser({ name, groups, shell, sudo, ssh_authorized_keys }: CloudConfig['users'][number]) {
  const folder = `/home/${name}/.ssh`;
  return `${groups.map((group) => quote(['groupadd', '--force', group])).join('\n')}
${quote(['useradd', '-m', '-s', shell, '-G', groups.join(','), name])}
${quote(['passwd', '--quiet', '--lock', name])}
(umask 077 && ${write(`${name} ${sudo}\n`, '/etc/sudoers.d/90-cloud-init-users')})
mkdir -m 700 ${folder}
(umask 077 && ${write(`${ssh_authorized_keys.join('\n')}\n`, `${folder}/authorized_keys`)})
chown -R ${quote([`${name}:`])} ${folder}`;
}

/** As the real one has it: of several commands the exit code of the last counts. */
function finalScript({ runcmd }: CloudConfig): string {
  return `errors=
for script in /var/lib/cloud/scripts/per-boot/*; do "$script" || errors="('scripts_per_boot', RuntimeError('Runparts: 1 failures'))"; done
(
${runcmd.map((command) => quote(command as [string, ...string[]])).join('\n')}
) || errors="('scripts_user', RuntimeError('Runparts: 1 failures (runcmd) in 1 attempted commands'))"
status=done
[ -z "$errors" ] || status=error
printf '{"status": "%s", "extended_status": "%s", "errors": [%s], "recoverable_errors": {}}\\n' $status $status "\${errors:+\\"$errors\\"}" >/run/cloud-init/result.new
mv /run/cloud-init/result.new /run/cloud-init/result.json
`;
}

function write(text: string, path: string): string {
  return `${quote(['printf', '%s', text])} >${quote([path])}`;
}
