import type { Argv } from '../../exec/argv.ts';
import type { Executor } from '../../exec/executor.ts';
import type { Additions } from '../cloud/user-data.ts';

// An instance of EC2 that powers itself off ends for good, and costs nothing any more. So a machine
// needs nobody to remove it at the expiry of its cluster: a timer of its own does.

const SET = '/usr/local/sbin/swarm-up-expire-at';
const FOLDER = '/etc/systemd/system';
const UNIT = 'swarm-up-expiry';

/**
 * `Persistent`: a machine that was stopped at the time ends when it is started again. Where the
 * time is already set, nothing is done.
 */
const SET_SCRIPT = `#!/bin/sh
# Powers this machine off at a time of UTC: "2026-12-04 12:00:00". EC2 then removes it.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd ${FOLDER}
if grep -qsxF "OnCalendar=$1 UTC" ${UNIT}.timer; then exit; fi
printf '%s\\n' '[Unit]' 'Description=Powers the machine off, as its cluster has expired' '[Service]' 'Type=oneshot' 'ExecStart=/usr/bin/env systemctl poweroff' >${UNIT}.service
printf '%s\\n' '[Timer]' "OnCalendar=$1 UTC" 'AccuracySec=1s' 'Persistent=true' '[Install]' 'WantedBy=timers.target' >${UNIT}.timer
[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload
systemctl enable --quiet ${UNIT}.timer
systemctl restart ${UNIT}.timer
`;

/** What has a new machine end itself at `expires` (RFC 3339), if the cluster expires. */
export function expiryAdditions(expires: string | undefined): Additions {
  const set = expires === undefined ? '' : `${SET} '${calendarOf(expires)}'\n`;
  return { files: [{ path: SET, mode: '0755', text: SET_SCRIPT }], commands: set };
}

/** Has a machine end itself at `expires` (RFC 3339) instead of the time that it was given before. */
export async function setExpiry(
  ssh: Executor,
  expires: string | undefined,
  bounds: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<void> {
  if (expires === undefined) return;
  const command: Argv = ['sudo', '-n', SET, calendarOf(expires)];
  await ssh.run(command, { repeatable: true, ...bounds });
}

/** A time of RFC 3339 as systemd writes it, without its zone, which is UTC. */
function calendarOf(expires: string): string {
  return new Date(expires).toISOString().slice(0, 19).replace('T', ' ');
}
