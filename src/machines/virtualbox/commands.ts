import type { ForwardedPort } from '../virtual-machine/ports.ts';
import { WAN } from '../virtual-machine/subnet.ts';

// Each gives the words after `VBoxManage`. A machine is named by its UUID everywhere: VirtualBox
// takes the same name in another group.

/** What VBoxManage is given. */
export type Words = readonly string[];

/** Disk and seed are at it. Debian's kernels for clouds know virtio, and no AHCI. */
const CONTROLLER = 'disks';

/** The name of the rule that leads to sshd. Others have the name of their port. */
export const SSH_RULE = 'ssh';

export interface VirtualMachine {
  readonly id: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly mac: { readonly lan: string; readonly wan: string };
  /** The internal network of the cluster. */
  readonly network: string;
  readonly console: string;
  /** Ports of the runner that lead into the guest, by the name of the rule. */
  readonly forwards: ReadonlyMap<string, ForwardedPort>;
}

export function version(): Words {
  return ['--version'];
}

export function listMachines(): Words {
  return ['list', 'vms'];
}

/** With the path of the settings, also of machines that VirtualBox cannot read. */
export function listMachinesLong(): Words {
  return ['list', '--long', 'vms'];
}

export function listGroups(): Words {
  return ['list', 'groups'];
}

export function listMedia(kind: 'hdds' | 'dvds'): Words {
  return ['list', kind];
}

export function showMachine(id: string): Words {
  return ['showvminfo', id, '--machinereadable'];
}

export function readData(id: string, key: string): Words {
  return ['getextradata', id, key];
}

/** Any text, also while the machine runs. */
export function writeData(id: string, key: string, value: string): Words {
  return ['setextradata', id, key, value];
}

/** Its id and its group say whose it is from its first moment on. */
export function createMachine(about: {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly folder: string;
}): Words {
  return [
    'createvm',
    `--name=${about.name}`,
    `--uuid=${about.id}`,
    '--platform-architecture=x86',
    '--ostype=Debian_64',
    `--basefolder=${about.folder}`,
    `--groups=${about.group}`,
    '--register',
  ];
}

export function setUp(vm: VirtualMachine): Words {
  return [
    ...['modifyvm', vm.id],
    `--memory=${megabytes(vm.memory)}`,
    `--cpus=${vm.cpus}`,
    ...['--ioapic=on', '--rtc-use-utc=on', '--paravirt-provider=kvm'],
    ...['--graphicscontroller=vmsvga', '--vram=16', '--audio-driver=none'],
    ...['--usb-ohci=off', '--mouse=ps2'],
    ...['--boot1=disk', '--boot2=none', '--boot3=none', '--boot4=none'],
    ...['--uart1', '0x3F8', '4', '--uart-mode1', 'file', vm.console],
    ...['--nic1=nat', '--nic-type1=virtio', `--mac-address1=${bare(vm.mac.wan)}`],
    // Machines ask the resolver of `WAN`, which is VirtualBox's own then.
    ...[`--nat-net1=${WAN.network}`, '--nat-dns-proxy1=on'],
    ...[...vm.forwards].map(([name, port]) => `--nat-pf1=${rule(name, port)}`),
    ...['--nic2=intnet', '--nic-type2=virtio', `--mac-address2=${bare(vm.mac.lan)}`],
    `--intnet2=${vm.network}`,
  ];
}

/** Lets VirtualBox hand on one more port, of a machine that runs. */
export function addForward(id: string, name: string, port: ForwardedPort): Words {
  return ['controlvm', id, 'natpf1', rule(name, port)];
}

/** Without the address of the guest: it has the one that VirtualBox would give it. */
function rule(name: string, { protocol, address, runnerPort, port }: ForwardedPort): string {
  return `${name},${protocol},${address},${runnerPort},,${port}`;
}

/** Makes a VDI of a disk image of another format. Both are in the registry of media then. */
export function convertImage(image: string, to: string): Words {
  return ['clonemedium', 'disk', image, to, '--format=VDI'];
}

/**
 * A disk that holds what differs from `base`, which itself is never attached to a machine.
 */
export function createDisk(path: string, base: string): Words {
  return ['createmedium', 'disk', `--filename=${path}`, `--diffparent=${base}`];
}

export function resizeDisk(path: string, bytes: number): Words {
  return ['modifymedium', 'disk', path, `--resize=${megabytes(bytes)}`];
}

/** Takes a medium out of the registry, and with `remove` its file away. */
export function closeMedium(kind: 'disk' | 'dvd', medium: string, remove = false): Words {
  return ['closemedium', kind, medium, ...(remove ? ['--delete'] : [])];
}

export function addController(id: string): Words {
  return [
    ...['storagectl', id, `--name=${CONTROLLER}`, '--add=virtio-scsi'],
    ...['--controller=VirtIO', '--portcount=2', '--bootable=on'],
  ];
}

/** What the guest removes frees room on the runner. */
export function attachDisk(id: string, path: string): Words {
  return [
    ...['storageattach', id, `--storagectl=${CONTROLLER}`, '--port=0', '--type=hdd'],
    ...[`--medium=${path}`, '--discard=on', '--nonrotational=on'],
  ];
}

export function attachSeed(id: string, path: string): Words {
  return [
    ...['storageattach', id, `--storagectl=${CONTROLLER}`, '--port=1', '--type=dvddrive'],
    `--medium=${path}`,
  ];
}

/** Takes the seed out of a machine that runs, whether the guest has it mounted or not. */
export function ejectSeed(id: string): Words {
  return [...attachSeed(id, 'emptydrive'), '--forceunmount'];
}

/** Ends when the guest has begun to run; it goes on in the background. */
export function startMachine(id: string, uiType: 'headless' | 'gui'): Words {
  return ['startvm', id, `--type=${uiType}`];
}

/** As if its plug were pulled. */
export function powerOff(id: string): Words {
  return ['controlvm', id, 'poweroff'];
}

/** Ends the process of a machine by force: one that hangs does nothing that it is asked for. */
export function killProcess(id: string): Words {
  return ['startvm', id, '--type=emergencystop'];
}

/**
 * Its files stay. With `--delete-all` VirtualBox deletes the disk that its own builds on, too, if
 * no other builds on that.
 */
export function forgetMachine(id: string): Words {
  return ['unregistervm', id];
}

/** Whether these words, after the name of the program, only ask. */
export function onlyReads([word, ...rest]: Words): boolean {
  if (word === '--version') return rest.length === 0;
  return ['list', 'showvminfo', 'getextradata'].includes(word ?? '');
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}

/** VirtualBox writes no colons. */
function bare(mac: string): string {
  return mac.replaceAll(':', '');
}
