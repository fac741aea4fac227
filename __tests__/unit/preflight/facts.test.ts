import { describe, expect, test } from '@jest/globals';
import {
  clockReading,
  medianReading,
  parseTime,
  surelyApart,
} from '../../../src/base/clock-reading.ts';
import { parseFacts } from '../../../src/preflight/facts.ts';
import { answered } from '../../support/answered.ts';

const trip = { sent: 1_000, received: 1_800 };

/** Printed by Debian 12 with Docker 20.10; of `docker info` what is read. */
const DEBIAN = `clock 1795480134.031832309
name vm
machine 3d1219c7c4c5404aaa1f6d2a48adfda4
boot f40b46fa-6454-4d75-a78d-7ea0dd0d85ba
ssh 2222
tool bash
tool timeout
tool perl
tool iptables
firewall ufw
module ip_vs missing
module vxlan loaded
module br_netfilter loadable
module overlay loaded
engine {"ID":"TKGO:X5WA","OSType":"linux","Architecture":"x86_64","DockerRootDir":"/var/lib/docker","Name":"VM","ServerVersion":"20.10.24+dfsg1","Swarm":{"NodeID":"","ControlAvailable":true},"LiveRestoreEnabled":false,"SecurityOptions":["name=seccomp,profile=default"]}
disk /dev/vda         264212084 26018576  80372336      25% /var/lib/docker
clock 1795480134.655437551
`;

/** Printed by busybox without docker. */
const BUSYBOX = `clock 1795480136.%N
name ef842ce525a0
machine
boot f40b46fa-6454-4d75-a78d-7ea0dd0d85ba
ssh
tool timeout
module ip_vs missing
module vxlan loaded
module br_netfilter loaded
module overlay unknown
no-engine sh: line 38: docker: not found
disk overlay              264212084  26020856  80370056  24% /
clock 1795480136.%N
`;

const NO_DOCKERD =
  'engine {"ID":"","Name":"","ServerVersion":"","Swarm":{"ControlAvailable":false},"SecurityOptions":null,"ServerErrors":["Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"]}';

test('reads what Docker Engine 28 says of itself', () => {
  const { engine, hostName } = parseFacts(`engine ${JSON.stringify(answered('info-28'))}\n`, trip);
  expect(hostName).toBe('newest-1');
  expect(engine).toEqual({
    ...{ ID: 'eb3750f4-8cb6-42bc-8dd5-e5656423627e', Name: 'newest-1' },
    ...{ ServerVersion: '28.5.2+dfsg4', OSType: 'linux', Architecture: 'x86_64' },
    LiveRestoreEnabled: false,
    FirewallBackend: { Driver: 'iptables' },
    SecurityOptions: ['name=seccomp,profile=builtin'],
    Swarm: { ControlAvailable: true },
  });
});

test('reads what Debian prints', () => {
  expect(parseFacts(DEBIAN, trip)).toMatchObject({
    hostName: 'VM',
    machineId: '3d1219c7c4c5404aaa1f6d2a48adfda4',
    bootId: 'f40b46fa-6454-4d75-a78d-7ea0dd0d85ba',
    sshPort: 2222,
    tools: new Set(['bash', 'timeout', 'perl', 'iptables']),
    firewalls: new Set(['ufw']),
    modules: new Map([
      ['ip_vs', 'missing'],
      ['vxlan', 'loaded'],
      ['br_netfilter', 'loadable'],
      ['overlay', 'loaded'],
    ]),
    engine: { ServerVersion: '20.10.24+dfsg1', Swarm: { ControlAvailable: true } },
    disk: {
      mount: '/var/lib/docker',
      freeBytes: 80_372_336 * 1024,
      totalBytes: (80_372_336 + 26_018_576) * 1024,
    },
  });
});

test('reads what busybox prints', () => {
  expect(parseFacts(BUSYBOX, trip)).toMatchObject({
    hostName: 'ef842ce525a0',
    machineId: '',
    sshPort: undefined,
    tools: new Set(['timeout']),
    engine: 'sh: line 38: docker: not found',
    disk: { mount: '/' },
  });
});

test.each([
  ['dockerd does not run', NO_DOCKERD, /^Cannot connect to the Docker daemon/],
  ['something else than JSON', 'engine hello', /^docker info printed something else: hello$/],
  ['nothing', '', /^docker info printed nothing$/],
])('an engine that does not answer: %s', (_, text, reason) => {
  expect(parseFacts(text, trip).engine).toMatch(reason);
});

test.each([
  ['uninitialized', ''],
  ['3d1219c7c4c5404aaa1f6d2a48adfda4', '3d1219c7c4c5404aaa1f6d2a48adfda4'],
])('machine id %s', (line, id) => {
  expect(parseFacts(`machine ${line}`, trip).machineId).toBe(id);
});

describe('clocks', () => {
  test.each([
    ['1795480134.031832309', { ms: 1_795_480_134_031, plusMinus: 1 }],
    ['1795480136.%N', { ms: 1_795_480_136_500, plusMinus: 500 }],
    ['1795480136', { ms: 1_795_480_136_500, plusMinus: 500 }],
    ['', undefined],
  ])('reads %j', (text, time) => {
    expect(parseTime(text)).toEqual(time);
  });

  test.each([
    // Asked at 1000, answered at 1800: 200 ms there, 500 ms of work, 100 ms back.
    ['what runs between the readings does not count', 61_200, 61_700, 60_050, 150],
    ['a clock behind', -38_800, -38_300, -39_950, 150],
  ])('%s', (_, first, last, offset, plusMinus) => {
    const time = (ms: number) => ({ ms, plusMinus: 1 });
    expect(clockReading({ ...trip, first: time(first), last: time(last) })).toEqual({
      offset,
      plusMinus: plusMinus + 1,
    });
  });

  test('is sure of no more than the readings are', () => {
    const at = (offset: number, plusMinus: number) => ({ offset, plusMinus });
    expect(surelyApart(at(0, 100), at(3_000, 500))).toBe(2_400);
    expect(surelyApart(at(0, 100), at(500, 500))).toBe(0);
  });

  test('the reference is in the middle', () => {
    const readings = [90_000, 10, 0].map((offset) => ({ offset, plusMinus: 1 }));
    expect(medianReading(readings)?.offset).toBe(10);
    expect(medianReading([])).toBeUndefined();
  });
});
