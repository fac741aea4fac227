import { bindError } from '../local-ports.ts';
import { type ForwardedPort, freePort } from '../virtual-machine/ports.ts';
import { type MachineInfo, machineInfo } from './answers.ts';
import * as box from './commands.ts';
import type { VBoxManage } from './vboxmanage.ts';

/** Where the runner reaches every machine: each has ports of its own there. */
export const ADDRESS = '127.0.0.1';

/**
 * Lets VirtualBox listen for published ports (`8080/tcp`) of a machine that runs, and gives the
 * port for each: its own number, or a free one where that is taken or not this user's to have.
 * What VirtualBox cannot hand on (SCTP) is left out. What it does already it is not asked for.
 */
export async function openForwards(
  vbox: VBoxManage,
  id: string,
  published: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const open = publishedIn(machineInfo(await vbox.run(box.showMachine(id))));
  for (const name of published) {
    const [, port, protocol] = /^(\d+)\/(tcp|udp)$/.exec(name) ?? [];
    if (open.has(name) || (protocol !== 'tcp' && protocol !== 'udp')) continue;
    const way = await wayTo(protocol, Number(port));
    await vbox.run(box.addForward(id, name, way));
    open.set(name, way.runnerPort);
  }
  return open;
}

/** Published ports that are led to by now. */
export function publishedIn({ forwards }: MachineInfo): Map<string, number> {
  return new Map([...forwards].filter(([name]) => name !== box.SSH_RULE));
}

/** VirtualBox says nothing where it cannot listen, so that is tried before. */
async function wayTo(protocol: 'tcp' | 'udp', port: number): Promise<ForwardedPort> {
  const isFree = (await bindError(protocol, port, ADDRESS)) === undefined;
  const runnerPort = isFree ? port : await freePort(ADDRESS);
  return { protocol, address: ADDRESS, runnerPort, port };
}
