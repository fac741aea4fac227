import { isIP } from 'node:net';
import { newAddressCommands } from '../machines/advertised.ts';
import { MTU_OPTION } from '../swarm/mtu.ts';
import { firewallOf, openCommands } from './firewall.ts';
import type { KnownHost } from './host.ts';
import type { SwarmPort } from './ports.ts';

/** A heading, and commands on lines of their own, ready to paste. */
function paste(heading: string, commands: readonly string[]): string {
  return [heading, ...commands.map((command) => `  ${command}`)].join('\n');
}

function onHost(name: string): string {
  return `On ${name}, as root:`;
}

/** Lets the sources in at exactly these ports, by the firewall that the host has. */
export function openPorts(
  host: KnownHost,
  ports: readonly SwarmPort[],
  sources: readonly string[],
): string {
  const labels = ports.map(({ label }) => label).join(', ');
  const elsewhere = `the firewall of its provider or network (security group) must let ${labels} in from ${sources.join(', ')}`;
  const firewall = firewallOf(host.facts);
  const commands = openCommands(firewall, ports, sources);
  if (commands.length === 0) return `On the way to ${host.name}, ${elsewhere}.`;
  const lasting =
    firewall === 'iptables' || firewall === 'nft'
      ? ' The rule lasts until the next boot; add it to where the host keeps its rules, too.'
      : '';
  return `${paste(onHost(host.name), commands)}\nWhere this changes nothing, ${elsewhere}.${lasting}`;
}

export function advertiseAddress(name: string): string {
  return `Say by which address the other nodes reach it: \`advertise-addr=<address or interface>\` in the line of ${name} in \`hosts\`.`;
}

/**
 * The address of a node is part of its swarm. A manager that goes on alone keeps services and
 * networks; its other nodes have to join again.
 */
export function renewAddress(name: string, isManager: boolean): string {
  if (!isManager)
    return `${paste(onHost(name), newAddressCommands(false))}\nThen run again: it joins with its new address.`;
  return `${paste(`${onHost(name)} (if it is the only manager of its swarm; services and networks stay, other nodes leave and join again)`, newAddressCommands(true))}\nOf several managers, take it out of the swarm in place of that: docker node demote and docker swarm leave.`;
}

export function installEngine(name: string): string {
  return paste(`${onHost(name)} (or as https://docs.docker.com/engine/install says)`, [
    'curl -fsSL https://get.docker.com | sh',
  ]);
}

export function startEngine(name: string): string {
  return paste(onHost(name), ['systemctl enable --now docker', 'journalctl -u docker -n 50']);
}

/** Of an engine that runs; its containers start anew with it. */
export function restartEngine(name: string): string {
  return paste(`On ${name}, as root (its containers start anew if live-restore is not set):`, [
    'systemctl restart docker',
  ]);
}

export function disableLiveRestore(name: string): string {
  return paste(`${onHost(name)} take "live-restore" out of /etc/docker/daemon.json, then`, [
    'systemctl reload docker',
  ]);
}

export function useIptables(name: string): string {
  return paste(`${onHost(name)} take "firewall-backend" out of /etc/docker/daemon.json, then`, [
    'systemctl restart docker',
  ]);
}

export function setClock(name: string): string {
  return paste(onHost(name), ['timedatectl set-ntp true', 'timedatectl timesync-status']);
}

/** A node gets its name from the host name that dockerd saw when it started. */
export function renameHost(host: KnownHost): string {
  const name = isIP(host.name) === 0 && host.name !== host.facts.hostName ? host.name : '<name>';
  return paste(onHost(host.name), [`hostnamectl set-hostname ${name}`, 'systemctl restart docker']);
}

export function newMachineId(name: string): string {
  return paste(onHost(name), [
    'rm -f /etc/machine-id /var/lib/dbus/machine-id',
    'systemd-machine-id-setup',
    'reboot',
  ]);
}

/**
 * dockerd makes a new one at its next start. Older engines derive it from key.json, newer ones keep
 * it in engine-id.
 */
export function newEngineId(name: string): string {
  return paste(onHost(name), [
    'systemctl stop docker docker.socket',
    'rm -f /etc/docker/key.json /var/lib/docker/engine-id',
    'systemctl start docker',
  ]);
}

export function freeDisk(name: string): string {
  return paste(`${onHost(name)} (the second removes every image that no container uses)`, [
    'docker system df',
    'docker image prune --all',
  ]);
}

/** Modules that distributions keep in a package of their own on small or cloud kernels. */
export function installModules(host: KnownHost, modules: readonly string[]): string {
  const { tools } = host.facts;
  const load = `modprobe --all ${modules.join(' ')}`;
  const heading = `${onHost(host.name)} (if the kernel has them)`;
  if (tools.has('apt-get')) {
    return paste(heading, ['apt-get install "linux-modules-extra-$(uname -r)"', load]);
  }
  if (tools.has('dnf')) return paste(heading, ['dnf install "kernel-modules-$(uname -r)"', load]);
  return paste(heading, [load]);
}

/**
 * Docker takes 50 bytes for VXLAN off the number that it is given (moby, overlay driver, `maxMTU`),
 * so this is the MTU of the way itself.
 */
export function lowerMtu(mtu: number): string {
  return [
    `Set \`mtu: ${mtu}\` of this step. On a swarm that was there before, also make the routing mesh anew, before services publish ports:`,
    '  docker network rm ingress',
    `  docker network create --driver overlay --ingress --opt ${MTU_OPTION}=${mtu} ingress`,
  ].join('\n');
}
