import { expect, test } from '@jest/globals';
import { quote } from '../../../../src/exec/quote.ts';
import * as qemu from '../../../../src/machines/qemu/commands.ts';
import { architectureOf } from '../../../../src/machines/qemu/machine/architecture.ts';
import { clusterPlaces, machinePlaces } from '../../../../src/machines/qemu/paths.ts';

const cluster = clusterPlaces('/s', 'shop');
const { namespace: NS, linkPrefix: SU } = cluster;

const X64 = architectureOf('linux', 'x64');
const ARM64 = architectureOf('linux', 'arm64');

const vm: qemu.VirtualMachine = {
  name: 'shop-1',
  cluster: 'shop',
  places: machinePlaces(cluster, 1),
  architecture: X64,
  firmware: undefined,
  accelerator: 'kvm',
  cpuModel: 'host',
  cpus: 2,
  memory: 2 * 2 ** 30,
  mac: { lan: '52:54:00:00:00:01', wan: '56:54:00:00:00:01' },
  internet: true,
  forward: [],
};
const DRIVES =
  '-drive if=none,id=disk,file=/s/shop/1/disk.qcow2,format=qcow2,cache=unsafe,discard=unmap -device virtio-blk-pci,drive=disk,bootindex=1 -drive if=none,id=seed,file=/s/shop/1/seed.iso,format=raw,readonly=on -device virtio-blk-pci,drive=seed';
const LAN = `-netdev tap,id=lan,ifname=${SU}1,script=no,downscript=no -device virtio-net-pci,netdev=lan,romfile=,mac=52:54:00:00:00:01`;
const WAN =
  '-netdev user,id=wan,net=198.18.0.0/24,host=198.18.0.2,dns=198.18.0.3,ipv6=off -device virtio-net-pci,netdev=wan,romfile=,mac=56:54:00:00:00:01';
const BEGIN = 'qemu-system-x86_64 -name shop-1 -machine q35';
const MIDDLE =
  "-nodefaults -no-user-config -display none -no-reboot -smbios 'type=1,manufacturer=Swarm Up,product=shop,serial=shop-1' -device virtio-rng-pci";
const END =
  '-serial file:/s/shop/1/console.log -qmp unix:/s/shop/1/qmp.sock,server=on,wait=off -pidfile /s/shop/1/pid -daemonize';

test.each([
  [
    'a machine',
    qemu.startMachine(vm),
    `${BEGIN} -accel kvm -cpu host -smp 2 -m 2048M ${MIDDLE} ${DRIVES} ${LAN} ${WAN} ${END}`,
  ],
  [
    'a machine that is emulated',
    qemu.startMachine({
      ...vm,
      accelerator: 'tcg',
      cpuModel: 'max,cx16=off',
      cpus: 1,
      memory: 512 * 2 ** 20,
    }),
    `${BEGIN} -accel tcg,thread=multi,tb-size=256 -cpu max,cx16=off -smp 1 -m 512M ${MIDDLE} ${DRIVES} ${LAN} ${WAN} ${END}`,
  ],
  [
    'a machine without a way out, whose ports the runner leads to',
    qemu.startMachine({
      ...vm,
      internet: false,
      forward: [
        { protocol: 'tcp', address: '127.0.0.1', port: 80, runnerPort: 8080 },
        { protocol: 'udp', address: '127.0.0.1', port: 53, runnerPort: 53 },
      ],
    }),
    `${BEGIN} -accel kvm -cpu host -smp 2 -m 2048M ${MIDDLE} ${DRIVES} ${LAN} ${WAN.replace('ipv6=off', 'ipv6=off,restrict=on,hostfwd=tcp:127.0.0.1:8080-198.18.0.15:80,hostfwd=udp:127.0.0.1:53-198.18.0.15:53')} ${END}`,
  ],
  [
    'a machine without a network of the kernel’s',
    qemu.startMachine({ ...vm, group: '239.1.2.3:20001' }),
    `${BEGIN} -accel kvm -cpu host -smp 2 -m 2048M ${MIDDLE} ${DRIVES} ${LAN.replace(/tap\S+/, 'socket,id=lan,mcast=239.1.2.3:20001,localaddr=127.0.0.1')} ${WAN} ${END}`,
  ],
  [
    'a machine of another kind, which boots by firmware that QEMU does not bring',
    qemu.startMachine({ ...vm, architecture: ARM64, firmware: '/f/EFI.fd' }),
    `qemu-system-aarch64 -name shop-1 -machine virt,gic-version=max -bios /f/EFI.fd -accel kvm -cpu host -smp 2 -m 2048M ${MIDDLE} ${DRIVES} ${LAN} ${WAN} ${END}`,
  ],
  [
    'the probe',
    qemu.probe(X64, 'kvm', 'host', '/t/a,b'),
    'qemu-system-x86_64 -machine q35 -accel kvm -cpu host -m 64M -nodefaults -no-user-config -display none -no-reboot -device isa-debug-exit,iobase=0x501,iosize=4 -drive if=none,id=disk,file=/t/a,,b,format=raw,readonly=on -device virtio-blk-pci,drive=disk,bootindex=1',
  ],
  [
    'the probe of the other kind',
    qemu.probe(ARM64, 'kvm', 'host', '/t/a'),
    'qemu-system-aarch64 -machine virt,gic-version=max -accel kvm -cpu host -m 64M -nodefaults -no-user-config -display none -no-reboot -kernel /t/a',
  ],
  ['a program', qemu.findProgram('qemu-img'), `sh -c 'command -v "$1"' sh qemu-img`],
  ['the version', qemu.qemuVersion(X64), 'qemu-system-x86_64 --version'],
  ['an image', qemu.imageInfo('/i.img'), 'qemu-img info --output=json /i.img'],
  [
    'a disk',
    qemu.createDisk('/d', { path: '/i.img', format: 'raw' }, 10),
    'qemu-img create -q -f qcow2 -b /i.img -F raw /d 10',
  ],
  [
    'an image of a disk',
    qemu.convertImage('/d', '/i'),
    'qemu-img convert -q -f qcow2 -O qcow2 -c -o compression_type=zstd /d /i',
  ],
  ['a tap', qemu.createTap(`${SU}1`, 1000), `ip tuntap add dev ${SU}1 mode tap user 1000`],
  ['a link', qemu.removeLink('x'), 'ip link delete x'],
  ['a link inside', qemu.removeLinkInside(cluster, 'x'), `ip -n ${NS} link delete x`],
  ['the namespace', qemu.removeNamespace(cluster), `ip netns delete ${NS}`],
  ['routes', qemu.listRoutes(), 'ip -json -4 route show table all'],
  ['links', qemu.listLinks(), 'ip -json link show'],
  ['namespaces', qemu.listNamespaces(), 'ip netns list'],
  ['as root', qemu.asRoot(['ip', 'link']), 'sudo -n ip link'],
])('%s', (_, argv, line) => {
  expect(quote(argv)).toBe(line);
});

test('the network is made from the inside out, and the uplink goes up last', () => {
  expect(qemu.createNetwork(cluster, '10.200.7').map(quote)).toEqual([
    `ip netns add ${NS}`,
    `ip -n ${NS} link set lo up`,
    `ip -n ${NS} link add br0 type bridge`,
    `ip -n ${NS} link set br0 up`,
    `ip link add ${SU}h type veth peer name up0 netns ${NS}`,
    `ip -n ${NS} link set up0 master br0 up`,
    `ip address add 10.200.7.1/24 dev ${SU}h`,
    `ip link set ${SU}h up`,
  ]);
});

test('a tap is moved into the namespace, and then plugged in', () => {
  expect(qemu.plugIn(cluster, `${SU}1`).map(quote)).toEqual([
    `ip link set ${SU}1 netns ${NS}`,
    `ip -n ${NS} link set ${SU}1 master br0 up`,
  ]);
});

test.each([
  [X64, 'qemu-system-x86 qemu-utils'],
  [ARM64, 'qemu-system-arm qemu-efi-aarch64 qemu-utils'],
])('the packages that are installed are those that the message names', (architecture, packages) => {
  const [update = ['sh'], install = ['sh']] = qemu.installCommands(architecture);
  expect(quote(update)).toBe('apt-get update -q');
  expect(quote(install)).toBe(
    `env DEBIAN_FRONTEND=noninteractive apt-get install -q -y -o DPkg::Lock::Timeout=120 --no-install-recommends ${packages}`,
  );
  expect(qemu.installLine(architecture)).toContain(`--no-install-recommends ${packages}`);
});

test('a machine is known by the file that its process number is written to, and by nothing less', () => {
  const second = machinePlaces(cluster, 2);
  expect(qemu.isMachine(qemu.startMachine(vm), vm.places)).toBe(true);
  expect(qemu.isMachine(qemu.startMachine(vm), second)).toBe(false);
  expect(qemu.isMachine(['vi', vm.places.pidFile], vm.places)).toBe(false);
  expect(qemu.isMachine(['-pidfile', vm.places.pidFile], vm.places)).toBe(false);
});

test('a machine without a folder is known by that file, too, and by no other one', () => {
  expect(qemu.machineIndexOf(qemu.startMachine(vm), cluster)).toBe(1);
  const { pidFile } = vm.places;
  for (const argv of [
    ['-pidfile', pidFile],
    ['qemu', '-pidfile'],
    ['qemu', '-pidfile', `/x${pidFile}`],
    ['qemu', '-pidfile', '/s/shop/pid'],
    ['qemu', '-pidfile', '/s/shop/x1/pid'],
    ['qemu', '-pidfile', '/s/shop-2/1/pid'],
    ['vi', pidFile],
  ]) {
    expect(qemu.machineIndexOf(argv, cluster)).toBeUndefined();
  }
});

test('a port of a machine that runs is handed on by a line of the monitor', () => {
  expect(
    qemu.addForward({ protocol: 'tcp', address: '127.130.2.11', runnerPort: 40_000, port: 80 }),
  ).toBe('hostfwd_add wan tcp:127.130.2.11:40000-198.18.0.15:80');
});

test('names of interfaces fit into what the kernel has for them, and differ between users', () => {
  const last = machinePlaces(clusterPlaces('/home/a', 'c'.repeat(40)), 240);
  expect(last.tap.length).toBeLessThanOrEqual(15);
  expect(clusterPlaces('/home/b', 'shop').uplink).not.toBe(clusterPlaces('/home/a', 'shop').uplink);
});
