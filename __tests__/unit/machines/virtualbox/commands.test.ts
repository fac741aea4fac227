import { expect, test } from '@jest/globals';
import * as box from '../../../../src/machines/virtualbox/commands.ts';

const ID = 'f4559141-b7e0-59ee-b3a0-537d14fd35d5';
const forward = { protocol: 'tcp', address: '127.0.0.1', runnerPort: 42001, port: 22 } as const;

test('a machine is made with its id and its group, which say whose it is', () => {
  const about = { id: ID, name: 'shop-1', group: '/swarm-up/42-shop', folder: '/s/shop' };
  expect(box.createMachine(about).join(' ')).toBe(
    `createvm --name=shop-1 --uuid=${ID} --platform-architecture=x86 --ostype=Debian_64 --basefolder=/s/shop --groups=/swarm-up/42-shop --register`,
  );
});

test('a machine has a way out, a network of the cluster, and a console', () => {
  const words = box.setUp({
    ...{ id: ID, cpus: 2, memory: 1536 * 2 ** 20, network: 'swarm-up-42-shop' },
    mac: { lan: '52:54:00:00:00:01', wan: '56:54:00:00:00:01' },
    console: '/s/shop/1/console.log',
    forwards: new Map([
      [box.SSH_RULE, forward],
      ['8080/tcp', { ...forward, runnerPort: 8080, port: 8080 }],
    ]),
  });
  expect(words.join(' ')).toBe(
    `modifyvm ${ID} --memory=1536 --cpus=2 --ioapic=on --rtc-use-utc=on --paravirt-provider=kvm --graphicscontroller=vmsvga --vram=16 --audio-driver=none --usb-ohci=off --mouse=ps2 --boot1=disk --boot2=none --boot3=none --boot4=none --uart1 0x3F8 4 --uart-mode1 file /s/shop/1/console.log --nic1=nat --nic-type1=virtio --mac-address1=565400000001 --nat-net1=198.18.0.0/24 --nat-dns-proxy1=on --nat-pf1=ssh,tcp,127.0.0.1,42001,,22 --nat-pf1=8080/tcp,tcp,127.0.0.1,8080,,8080 --nic2=intnet --nic-type2=virtio --mac-address2=525400000001 --intnet2=swarm-up-42-shop`,
  );
});

test.each([
  [
    box.createDisk('/m/disk.vdi', '/b.vdi'),
    'createmedium disk --filename=/m/disk.vdi --diffparent=/b.vdi',
  ],
  [box.resizeDisk('/m/disk.vdi', 20 * 2 ** 30), 'modifymedium disk /m/disk.vdi --resize=20480'],
  [
    box.addController(ID),
    `storagectl ${ID} --name=disks --add=virtio-scsi --controller=VirtIO --portcount=2 --bootable=on`,
  ],
  [
    box.attachDisk(ID, '/m/disk.vdi'),
    `storageattach ${ID} --storagectl=disks --port=0 --type=hdd --medium=/m/disk.vdi --discard=on --nonrotational=on`,
  ],
  [
    box.attachSeed(ID, '/m/s.iso'),
    `storageattach ${ID} --storagectl=disks --port=1 --type=dvddrive --medium=/m/s.iso`,
  ],
  [
    box.ejectSeed(ID),
    `storageattach ${ID} --storagectl=disks --port=1 --type=dvddrive --medium=emptydrive --forceunmount`,
  ],
  [box.startMachine(ID, 'headless'), `startvm ${ID} --type=headless`],
  [
    box.addForward(ID, '53/udp', { ...forward, protocol: 'udp', port: 53 }),
    `controlvm ${ID} natpf1 53/udp,udp,127.0.0.1,42001,,53`,
  ],
  [box.powerOff(ID), `controlvm ${ID} poweroff`],
  [box.killProcess(ID), `startvm ${ID} --type=emergencystop`],
  [box.forgetMachine(ID), `unregistervm ${ID}`],
  [box.closeMedium('disk', ID, true), `closemedium disk ${ID} --delete`],
  [box.closeMedium('dvd', ID), `closemedium dvd ${ID}`],
  [box.convertImage('/i', '/b.vdi'), 'clonemedium disk /i /b.vdi --format=VDI'],
  [box.writeData(ID, 'k', 'a b'), `setextradata ${ID} k a b`],
])('%j', (words, line) => {
  expect(words.join(' ')).toBe(line);
});

test('a dry run may ask, and change nothing', () => {
  for (const words of [
    box.version(),
    box.listMachines(),
    box.listMachinesLong(),
    box.listGroups(),
    box.listMedia('hdds'),
    box.showMachine(ID),
    box.readData(ID, 'k'),
  ]) {
    expect(box.onlyReads(words)).toBe(true);
  }
  for (const words of [box.powerOff(ID), box.writeData(ID, 'k', 'v'), ['--version', 'x'], []]) {
    expect(box.onlyReads(words)).toBe(false);
  }
});
