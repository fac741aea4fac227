import { expect, test } from '@jest/globals';
import type { HostFacts } from '../../../src/preflight/facts.ts';
import type { KnownHost } from '../../../src/preflight/host.ts';
import { judgeHosts } from '../../../src/preflight/judge.ts';
import { engine, host } from '../../support/preflight-hosts.ts';

const GIBIBYTE = 1024 ** 3;

const found = (hosts: readonly KnownHost[]): string[] =>
  judgeHosts(hosts).map(({ level, host, check }) => `${level} ${host} ${check}`);

test('nothing is wrong with good hosts', () => {
  expect(judgeHosts([host('a'), host('bb'), host('ccc')])).toEqual([]);
});

const clock = (offset: number, plusMinus = 20) => ({ clock: { offset, plusMinus } });
const disk = (free: number, total: number) => {
  return { disk: { mount: '/', freeBytes: free * GIBIBYTE, totalBytes: total * GIBIBYTE } };
};

test.each<[string, Partial<HostFacts>, string[]]>([
  ['no docker', { engine: 'sh: docker: not found' }, ['error a engine']],
  ['no dockerd', { engine: 'Cannot connect to the Docker daemon' }, ['error a engine']],
  ['19.03', { engine: engine({ ServerVersion: '19.03.15' }) }, ['error a engine']],
  ['20.9', { engine: engine({ ServerVersion: '20.9.0' }) }, ['error a engine']],
  ['20.10', { engine: engine({ ServerVersion: '20.10.0+dfsg1' }) }, []],
  ['a development build', { engine: engine({ ServerVersion: 'dev' }) }, []],
  ['the engine of another machine', { dockerHost: 'tcp://10.0.0.9:2376' }, ['error a engine']],
  ['a socket of its own', { dockerHost: 'unix:///run/docker.sock' }, []],
  ['windows', { engine: engine({ OSType: 'windows' }) }, ['error a engine']],
  ['rootless', { engine: engine({ SecurityOptions: ['name=rootless'] }) }, ['error a engine']],
  ['live-restore', { engine: engine({ LiveRestoreEnabled: true }) }, ['error a engine']],
  ['iptables', { engine: engine({ FirewallBackend: { Driver: 'iptables+firewalld' } }) }, []],
  ['nftables', { engine: engine({ FirewallBackend: { Driver: 'nftables' } }) }, ['error a engine']],
  [
    'nftables with firewalld',
    { engine: engine({ FirewallBackend: { Driver: 'nftables+firewalld' } }) },
    ['error a engine'],
  ],
  ['1.9 GiB', disk(1.9, 10), ['warning a disk']],
  ['9 %', disk(9, 100), ['warning a disk']],
  ['2 GiB and 10 %', disk(2, 20), []],
  ['no ip_vs', { modules: new Map([['ip_vs', 'missing']]) }, ['warning a modules']],
  ['ip_vs not told', { modules: new Map([['ip_vs', 'unknown']]) }, []],
  ['a clock 2 s off', clock(2_040), []],
  ['a clock more than 2 s off', clock(2_041), ['warning a clock']],
  ['a clock behind', clock(-3_000), ['warning a clock']],
  ['a clock 60 s off', clock(60_040), ['warning a clock']],
  ['a clock more than 60 s off', clock(60_041), ['error a clock']],
  ['a clock that is not read well', clock(61_000, 40_000), ['warning a clock']],
  ['no clock', { clock: undefined }, []],
  [
    'another processor',
    { engine: engine({ Architecture: 'aarch64' }) },
    ['warning a architecture'],
  ],
  ['a host name of another', { hostName: 'bb' }, ['warning bb host name']],
  ['a machine id of another', { machineId: 'machine of bb' }, ['warning bb machine id']],
  ['a copy', { engine: engine({ ID: 'engine of bb' }) }, ['error bb engine id']],
  [
    'the same host twice',
    { bootId: 'boot of bb', machineId: 'machine of bb', engine: engine({ ID: 'engine of bb' }) },
    ['error bb engine id'],
  ],
])('%s', (_, facts, findings) => {
  expect(found([host('a', facts), host('bb'), host('ccc')])).toEqual(findings);
});

test('of hosts that are nodes already, what works is no error', () => {
  const node = { inSwarm: true };
  const hosts = [
    host('a', { engine: engine({ ID: 'engine of bb', LiveRestoreEnabled: true }) }, node),
    host('bb', {}, node),
  ];
  expect(found(hosts)).toEqual(['warning bb engine id']);
});

test('messages name both hosts, and remedies can be pasted', () => {
  const [clockFinding] = judgeHosts([host('a'), host('bb', clock(90_000))]);
  expect(clockFinding).toEqual({
    level: 'error',
    host: 'bb',
    check: 'clock',
    message:
      'The clock of bb is 1 min 30 s ahead of that of a. One of the two is wrong. Certificates and the order of events depend on it.',
    remedy: 'On bb, as root:\n  timedatectl set-ntp true\n  timedatectl timesync-status',
  });
});

test('a machine id is not told', () => {
  const id = '3d1219c7c4c5404aaa1f6d2a48adfda4';
  const findings = judgeHosts([host('a', { machineId: id }), host('bb', { machineId: id })]);
  expect(findings).toHaveLength(1);
  expect(JSON.stringify(findings)).not.toContain(id);
});
