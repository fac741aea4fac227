import type { Argv } from '../../src/exec/argv.ts';
import type { Process } from '../../src/machines/processes.ts';
import type { ClusterPlace } from '../../src/machines/qemu/destroy.ts';
import { virtualClock } from './virtual-clock.ts';

/**
 * A runner on which `ip` shows what was not removed yet. What `stubborn` names stays, a process by
 * its id.
 */
export function removalPlace(
  state: string,
  there: string[],
  processes: Process[] = [],
  stubborn: readonly string[] = [],
): ClusterPlace & { readonly ran: string[] } {
  const ran: string[] = [];
  const run = async (argv: Argv) => {
    const line = argv.join(' ');
    ran.push(line);
    const name = argv.at(-1) ?? '';
    if (argv.includes('delete') && !stubborn.includes(name)) {
      there.splice(0, there.length, ...there.filter((one) => one !== name));
    }
    const isLink = (one: string) => one.startsWith('su');
    const stdout =
      line === 'ip -json link show'
        ? JSON.stringify(there.filter(isLink).map((ifname) => ({ ifname, flags: ['UP'] })))
        : line === 'ip netns list'
          ? there.filter((one) => !isLink(one)).join('\n')
          : '';
    return { exitCode: 0, stdout, stderr: '' };
  };
  const runner = { where: 'the runner', run, open: () => Promise.reject(new Error('no')) };
  return {
    ran,
    state,
    root: { runner, uid: 0, run },
    table: {
      list: async () => [...processes],
      read: async (pid) => processes.find((one) => one.pid === pid),
      kill: (pid) => {
        const at = processes.findIndex((one) => one.pid === pid);
        if (at >= 0 && !stubborn.includes(String(pid))) processes.splice(at, 1);
      },
    },
    clock: virtualClock(),
  };
}
