import { basename } from 'node:path';
import type { Argv } from '../../exec/argv.ts';
import type { ForwardedPort } from '../virtual-machine/ports.ts';
import { runnerAddress, WAN } from '../virtual-machine/subnet.ts';
import { type Accelerator, ARCHITECTURES, type Architecture } from './machine/architecture.ts';
import type { ClusterPlaces, MachinePlaces } from './paths.ts';

/** The bridge in the namespace of a cluster, and its end of the cable to the runner. */
const BRIDGE = 'br0';
const CABLE = 'up0';

/** How guests are run on this runner. */
export interface Platform {
  readonly architecture: Architecture;
  /** File of the firmware that boots a disk; undefined where QEMU brings one. */
  readonly firmware: string | undefined;
  readonly accelerator: Accelerator;
  /** The CPU that a guest sees. */
  readonly cpuModel: string;
}

export interface VirtualMachine extends Platform {
  readonly name: string;
  readonly cluster: string;
  readonly places: MachinePlaces;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly mac: { readonly lan: string; readonly wan: string };
  readonly internet: boolean;
  /**
   * Multicast group that is the network of the machines; undefined where that is the bridge, by the
   * machine's tap.
   */
  readonly group?: string | undefined;
  /** Ports of the runner that lead into the guest. */
  readonly forward: readonly ForwardedPort[];
}

const QEMU_IMG = 'qemu-img';
/** Of iproute2. */
export const IP = 'ip';

/** Whether a word of a command line is the name or the path of a program that the driver starts. */
export function isOurProgram(word: string): boolean {
  return [...ARCHITECTURES.map(({ qemu }) => qemu), QEMU_IMG, IP].includes(basename(word));
}

export function qemuVersion({ qemu }: Architecture): Argv {
  return [qemu, '--version'];
}

/** Ends when the guest has begun to run; QEMU goes on in the background. */
export function startMachine(vm: VirtualMachine): Argv {
  const { places, mac, architecture, firmware } = vm;
  const mebibytes = Math.floor(vm.memory / 2 ** 20);
  return [
    architecture.qemu,
    ...['-name', vm.name],
    ...['-machine', architecture.machine],
    ...(firmware === undefined ? [] : ['-bios', firmware]),
    // Without a limit each guest without KVM takes 1 GB for what it has translated.
    ...['-accel', vm.accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi,tb-size=256'],
    ...['-cpu', vm.cpuModel],
    ...['-smp', String(vm.cpus)],
    ...['-m', `${mebibytes}M`],
    ...['-nodefaults', '-no-user-config', '-display', 'none'],
    // A machine that ends is seen to have ended, and is made anew by the next run.
    '-no-reboot',
    ...['-smbios', `type=1,manufacturer=Swarm Up,product=${vm.cluster},serial=${vm.name}`],
    ...['-device', 'virtio-rng-pci'],
    // Nothing of a disk that is thrown away has to outlive the runner: what the guest flushes is
    // not waited for. What it removes frees room there.
    ...[
      '-drive',
      `if=none,id=disk,file=${doubled(places.disk)},format=qcow2,cache=unsafe,discard=unmap`,
    ],
    ...['-device', 'virtio-blk-pci,drive=disk,bootindex=1'],
    // A disk and no CD: Debian's kernels for clouds know no AHCI.
    ...['-drive', `if=none,id=seed,file=${doubled(places.seed)},format=raw,readonly=on`],
    ...['-device', 'virtio-blk-pci,drive=seed'],
    ...['-netdev', lan(vm)],
    ...['-device', `virtio-net-pci,netdev=lan,romfile=,mac=${mac.lan}`],
    ...['-netdev', wan(vm)],
    ...['-device', `virtio-net-pci,netdev=wan,romfile=,mac=${mac.wan}`],
    ...['-serial', `file:${places.console}`],
    ...['-qmp', `unix:${doubled(places.socket)},server=on,wait=off`],
    ...['-pidfile', places.pidFile],
    '-daemonize',
  ];
}

function lan({ group, places }: VirtualMachine): string {
  // Sent and heard at the loopback interface alone.
  return group === undefined
    ? `tap,id=lan,ifname=${places.tap},script=no,downscript=no`
    : `socket,id=lan,mcast=${group},localaddr=127.0.0.1`;
}

function wan({ internet, forward }: VirtualMachine): string {
  return [
    `user,id=wan,net=${WAN.network},host=${WAN.gateway},dns=${WAN.resolver},ipv6=off`,
    ...(internet ? [] : ['restrict=on']),
    ...forward.map((one) => `hostfwd=${rule(one)}`),
  ].join(',');
}

/** A line of QEMU's monitor: hands on a port of a machine that runs. */
export function addForward(port: ForwardedPort): string {
  return `hostfwd_add wan ${rule(port)}`;
}

function rule({ protocol, address, runnerPort, port }: ForwardedPort): string {
  return `${protocol}:${address}:${runnerPort}-${WAN.guest}:${port}`;
}

/** QEMU writes a comma inside a value twice. */
function doubled(path: string): string {
  return path.replaceAll(',', ',,');
}

/**
 * The command line by which the process of a machine is known from any other: nothing else has this
 * file as its pid file.
 */
export function isMachine(argv: readonly string[], { pidFile }: MachinePlaces): boolean {
  const at = argv.indexOf('-pidfile');
  return at > 0 && argv[at + 1] === pidFile;
}

/** The index of the machine of a cluster that this command line starts; undefined for any other. */
export function machineIndexOf(
  argv: readonly string[],
  { folder }: Pick<ClusterPlaces, 'folder'>,
): number | undefined {
  const at = argv.indexOf('-pidfile');
  const pidFile = at > 0 ? (argv[at + 1] ?? '') : '';
  if (!pidFile.startsWith(`${folder}/`)) return undefined;
  const [, index] = /^(\d+)\/[^/]+$/.exec(pidFile.slice(folder.length + 1)) ?? [];
  return index === undefined ? undefined : Number(index);
}

/**
 * Runs a guest that does nothing but end QEMU with the exit code of its probe: proof that the
 * accelerator runs guests.
 */
export function probe(
  { qemu, machine, probe: { args } }: Architecture,
  accelerator: Accelerator,
  cpuModel: string,
  file: string,
): Argv {
  return [
    qemu,
    ...['-machine', machine, '-accel', accelerator, '-cpu', cpuModel, '-m', '64M'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...args(doubled(file)),
  ];
}

export function imageInfo(path: string): Argv {
  return [QEMU_IMG, 'info', '--output=json', path];
}

/** A disk that holds what differs from `base`; `bytes` is how large the guest sees it. */
export function createDisk(
  path: string,
  base: { readonly path: string; readonly format: string },
  bytes: number,
): Argv {
  return [
    ...([QEMU_IMG, 'create', '-q', '-f', 'qcow2'] as const),
    ...['-b', base.path, '-F', base.format, path, String(bytes)],
  ];
}

/** Makes one image of a disk and what it builds on. */
export function convertImage(disk: string, to: string): Argv {
  return [
    ...(['qemu-img', 'convert', '-q', '-f', 'qcow2', '-O', 'qcow2'] as const),
    ...['-c', '-o', 'compression_type=zstd', disk, to],
  ];
}

/** For messages: what to paste. */
export function installLine({ packages }: Architecture): string {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

export function installCommands({ packages }: Architecture): readonly Argv[] {
  return [
    ['apt-get', 'update', '-q'],
    [
      ...(['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-q', '-y'] as const),
      ...['-o', 'DPkg::Lock::Timeout=120', '--no-install-recommends', ...packages],
    ],
  ];
}

/**
 * Whether a program is there. Not by starting it: what is wrong with one that is has to be told as
 * it is.
 */
export function findProgram(program: string): Argv {
  return ['sh', '-c', 'command -v "$1"', 'sh', program];
}

/** Prints the first of these files that can be read. */
export function findFile(files: readonly string[]): Argv {
  return [
    ...(['sh', '-c', 'for file; do [ -r "$file" ] && exec echo "$file"; done; exit 1'] as const),
    ...['sh', ...files],
  ];
}

/**
 * The network of a cluster: a bridge in a namespace, where nobody's firewall rules hold, and a
 * cable from there to the runner. In this order.
 */
export function createNetwork(
  { namespace, uplink }: ClusterPlaces,
  subnet: string,
): readonly Argv[] {
  const inside = (...args: string[]): Argv => [IP, '-n', namespace, ...args];
  return [
    [IP, 'netns', 'add', namespace],
    inside('link', 'set', 'lo', 'up'),
    inside('link', 'add', BRIDGE, 'type', 'bridge'),
    inside('link', 'set', BRIDGE, 'up'),
    [IP, 'link', 'add', uplink, 'type', 'veth', 'peer', 'name', CABLE, 'netns', namespace],
    inside('link', 'set', CABLE, 'master', BRIDGE, 'up'),
    [IP, 'address', 'add', `${runnerAddress(subnet)}/24`, 'dev', uplink],
    // Last: where it is up, the network is whole.
    [IP, 'link', 'set', uplink, 'up'],
  ];
}

/** A machine's end of its cable, which `uid` may plug into a QEMU of its own. */
export function createTap(tap: string, uid: number): Argv {
  return [IP, 'tuntap', 'add', 'dev', tap, 'mode', 'tap', 'user', String(uid)];
}

/** Moves a tap to the bridge. QEMU keeps what it has opened. */
export function plugIn({ namespace }: ClusterPlaces, tap: string): readonly Argv[] {
  return [
    [IP, 'link', 'set', tap, 'netns', namespace],
    [IP, '-n', namespace, 'link', 'set', tap, 'master', BRIDGE, 'up'],
  ];
}

export function removeLink(link: string): Argv {
  return [IP, 'link', 'delete', link];
}

export function removeLinkInside({ namespace }: ClusterPlaces, link: string): Argv {
  return [IP, '-n', namespace, 'link', 'delete', link];
}

export function removeNamespace({ namespace }: ClusterPlaces): Argv {
  return [IP, 'netns', 'delete', namespace];
}

export function listRoutes(): Argv {
  return [IP, '-json', '-4', 'route', 'show', 'table', 'all'];
}

export function listLinks(): Argv {
  return [IP, '-json', 'link', 'show'];
}

export function listNamespaces(): Argv {
  return [IP, 'netns', 'list'];
}

/** As root, without being asked for a password. */
export function asRoot(argv: Argv): Argv {
  return ['sudo', '-n', ...argv];
}
