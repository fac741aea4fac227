import { expect, test } from '@jest/globals';
import * as answers from '../../../../src/machines/virtualbox/answers.ts';

// As VBoxManage 7.2.22 has answered.

const WARNING = `WARNING: The character device /dev/vboxdrv does not exist.
\t Please install the virtualbox-dkms package and the appropriate
\t headers, most likely linux-headers-amd64.

\t You will not be able to start VMs until this problem is fixed.
`;

test('the warning of the packages of Linux is no answer', () => {
  expect(answers.withoutWarnings(`${WARNING}7.2.22_Debianr175245\n`)).toBe(
    '7.2.22_Debianr175245\n',
  );
  expect(answers.withoutWarnings(WARNING)).toBe('');
  expect(answers.withoutWarnings('"a" {b}\n')).toBe('"a" {b}\n');
});

test('the version, of Oracle and of a distribution', () => {
  expect(answers.versionIn('7.1.4r165100\n')).toEqual([7, 1]);
  expect(answers.versionIn(`${WARNING}7.2.22_Debianr175245\n`)).toEqual([7, 2]);
  expect(() => answers.versionIn('what?')).toThrow('does not say which version');
});

test('machines, those that VirtualBox cannot read, too', () => {
  const text =
    '"shop-1" {06eaabb1-1f97-4722-b94c-2a2310a02da8}\n"<inaccessible>" {11111111-2222-5333-8444-555555555501}\n"a "b" {c}" {a59925df-fce6-4d0b-bac2-02080c3befff}\r\n';
  expect(answers.machinesIn(text)).toEqual([
    { id: '06eaabb1-1f97-4722-b94c-2a2310a02da8', name: 'shop-1' },
    { id: '11111111-2222-5333-8444-555555555501', name: undefined },
    { id: 'a59925df-fce6-4d0b-bac2-02080c3befff', name: 'a "b" {c}' },
  ]);
  expect(() => answers.machinesIn('0%...10%...')).toThrow();
  expect(answers.machinesIn('')).toEqual([]);
});

test('groups, and settings of machines', () => {
  expect(answers.groupsIn('"/swarm-up/other"\n"/swarm-up/shop"\n"/"\n')).toEqual([
    '/swarm-up/other',
    '/swarm-up/shop',
    '/',
  ]);
  const text = `Name:            <inaccessible!>
UUID:            11111111-2222-5333-8444-555555555501
Config file:     /w/c/swarm-up/42-c/c-1/c-1.vbox
Encryption:     disabled
Access error details:

Name:                        shop-1
Groups:                      /swarm-up/42-shop
UUID:                        06eaabb1-1f97-4722-b94c-2a2310a02da8
Config file:                 C:\\a b\\shop-1.vbox\r
Hardware UUID:               06eaabb1-1f97-4722-b94c-2a2310a02da8
`;
  expect(answers.settingsIn(text).map(({ path }) => path)).toEqual([
    '/w/c/swarm-up/42-c/c-1/c-1.vbox',
    'C:\\a b\\shop-1.vbox',
  ]);
});

test('media, with what they build on', () => {
  const text = `UUID:           68ba29bc-35ec-45f4-a690-149265ee3a0d
Parent UUID:    base
State:          created
Type:           normal (base)
Location:       /w2/base.vdi
Storage format: VDI
Capacity:       3171 MBytes
Encryption:     disabled

UUID:           45c2b08a-51f5-4c31-a1be-cc0690c8e966
Parent UUID:    68ba29bc-35ec-45f4-a690-149265ee3a0d
State:          locked write
Type:           normal (differencing)
Location:       C:\\Users\\a b\\disk.vdi
Storage format: vdi

`;
  for (const one of [text, text.replaceAll('\n', '\r\n')]) {
    expect(answers.mediaIn(one)).toEqual([
      { id: '68ba29bc-35ec-45f4-a690-149265ee3a0d', path: '/w2/base.vdi', parent: 'base' },
      {
        ...{ id: '45c2b08a-51f5-4c31-a1be-cc0690c8e966', path: 'C:\\Users\\a b\\disk.vdi' },
        parent: '68ba29bc-35ec-45f4-a690-149265ee3a0d',
      },
    ]);
  }
  expect(answers.mediaIn('')).toEqual([]);
});

test('the state of a machine and its rules, whatever its description says', () => {
  const text = `name="shop-1"
memory=2048
VMState="running"
VMStateChangeTime="2026-11-29T21:22:27.644000000"
"disks-0-0"="none"
Forwarding(0)="8080/tcp,tcp,127.0.0.1,42002,,8080"
Forwarding(1)="ssh,tcp,127.0.0.1,42001,,22"
 rec_screen0
description="first
VMState="poweroff"
second"
`;
  const { state, forwards } = answers.machineInfo(text);
  expect(state).toBe('running');
  expect([...forwards].sort()).toEqual([
    ['8080/tcp', 42002],
    ['ssh', 42001],
  ]);
  expect(() => answers.machineInfo('name="x"')).toThrow();
});

test('a value that a machine carries, or none', () => {
  expect(answers.valueIn('Value: {"a":"b c"}\n')).toBe('{"a":"b c"}');
  expect(answers.valueIn('No value set!\n')).toBeUndefined();
});

test('a failure is known by its code', () => {
  const said = `VBoxManage: error: Could not find a registered machine named 'nothing'
VBoxManage: error: Details: code VBOX_E_OBJECT_NOT_FOUND (0x80bb0001), component VirtualBoxWrap, interface IVirtualBox, callee nsISupports`;
  expect(answers.codeIn(said)).toBe('VBOX_E_OBJECT_NOT_FOUND');
  expect(answers.codeIn('Details: code E_ACCESSDENIED (0x80070005)')).toBe('E_ACCESSDENIED');
  expect(answers.codeIn("Machine 'shop-1' is not currently running.")).toBeUndefined();
});
