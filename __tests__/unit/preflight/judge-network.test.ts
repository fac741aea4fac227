import { expect, test } from '@jest/globals';
import {
  type FarEnd,
  isThere,
  judgeTcp,
  judgeUdp,
  parseAnswers,
  parsePath,
  type Reach,
} from '../../../src/preflight/answers.ts';
import { judgeAddresses } from '../../../src/preflight/judge-addresses.ts';
import { judgeNetwork } from '../../../src/preflight/judge-network.ts';
import { SWARM_PORTS, type SwarmPort } from '../../../src/preflight/ports.ts';
import type { Passage } from '../../../src/preflight/reachability.ts';
import { preflightTable } from '../../../src/preflight/table.ts';
import { engine, host } from '../../support/preflight-hosts.ts';

/** Printed by bash 5.2 of Debian, in the order of the answers. */
const PRINTED = `0 1 bash: connect: Connection refused bash: line 1: /dev/tcp/172.17.0.1/9: Connection refused
4 0 link=1500 learned=1420 arrived=1400
5 1 bash: line 1: no.such.invalid: Name or service not known bash: line 1: /dev/tcp/no.such.invalid/9: Invalid argument
3 124 
noise
2 1 bash: line 2: printf: write error: Connection refused
1 0 
`;

test('reads the lines of the script in any order', () => {
  const answers = parseAnswers(PRINTED);
  expect([...answers.keys()]).toEqual([0, 4, 5, 3, 2, 1]);
  expect(answers.get(3)).toEqual({ exitCode: 124, words: '' });
  expect([0, 1, 2, 3, 5].filter((id) => isThere(answers.get(id)))).toEqual([0, 1, 2]);
  expect(parsePath(answers.get(4))).toEqual({ link: 1420, arrived: 1400 });
  expect(parsePath({ exitCode: 0, words: 'link=1500 learned= arrived=' })).toEqual({
    link: 1500,
    arrived: undefined,
  });
  expect(parsePath(undefined)).toEqual({ link: undefined, arrived: undefined });
});

const answer = (words: string, exitCode = 1) => ({ exitCode, words });
const REFUSED = answer('bash: connect: Connection refused');
const UNREACHABLE = answer('bash: connect: No route to host');

test.each<[string, ReturnType<typeof answer> | undefined, FarEnd['listens'], string]>([
  ['connected', answer('', 0), 'nobody', 'open'],
  ['refused where nobody listens', REFUSED, 'nobody', 'open'],
  ['refused where we listen', REFUSED, 'ours', 'blocked surely: refused by a firewall'],
  ['refused where dockerd listens', REFUSED, 'program', 'blocked surely: refused by a firewall'],
  ['cut by timeout', answer('', 124), 'nobody', 'blocked: no answer'],
  ['cut by timeout where we listen', answer('', 124), 'ours', 'blocked surely: no answer'],
  [
    'nc of OpenBSD',
    answer('nc: connect failed: Operation timed out'),
    'nobody',
    'blocked: no answer',
  ],
  ['nc of nmap', answer('Ncat: TIMEOUT.'), 'nobody', 'blocked: no answer'],
  ['turned away', UNREACHABLE, 'nobody', 'blocked surely: no route to host'],
  ['a name that is not known', answer('Name or service not known'), 'ours', 'unknown'],
  ['no answer line', undefined, 'ours', 'not asked'],
])('a connection: %s', (_, said, listens, state) => {
  expect(words(judgeTcp(said, { listens, got: false }))).toBe(state);
});

test.each<[string, ReturnType<typeof answer> | undefined, FarEnd, string]>([
  ['our listener got it', answer('', 0), { listens: 'ours', got: true }, 'open'],
  [
    'our listener did not',
    answer('', 0),
    { listens: 'ours', got: false },
    'blocked surely: no datagram arrived',
  ],
  ['port unreachable', REFUSED, { listens: 'nobody', got: false }, 'open'],
  ['port unreachable, no overlay yet', REFUSED, { listens: 'perhaps', got: false }, 'open'],
  [
    'refused in place of dockerd',
    REFUSED,
    { listens: 'program', got: false },
    'blocked surely: refused by a firewall',
  ],
  ['silence of nobody', answer('', 0), { listens: 'nobody', got: false }, 'unknown'],
  ['silence of dockerd', answer('', 0), { listens: 'program', got: false }, 'unknown, as expected'],
  ['silence of VXLAN', answer('', 0), { listens: 'perhaps', got: false }, 'unknown, as expected'],
  [
    'own firewall',
    answer('write error: Operation not permitted'),
    { listens: 'nobody', got: false },
    'blocked surely: operation not permitted',
  ],
  ['not asked', undefined, { listens: 'ours', got: false }, 'not asked'],
])('a datagram: %s', (_, said, far, state) => {
  expect(words(judgeUdp(said, far, 'bash'))).toBe(state);
});

test('nc may not have sent a datagram at all', () => {
  expect(words(judgeUdp(answer('', 0), { listens: 'ours', got: false }, 'nc'))).toBe('unknown');
});

function words(reach: Reach): string {
  if (reach.state === 'blocked') return `blocked${reach.sure ? ' surely' : ''}: ${reach.how}`;
  if (reach.state === 'unknown') return reach.expected ? 'unknown, as expected' : 'unknown';
  return reach.state;
}

const manager = host('manager', {}, { role: 'manager', address: '10.0.0.1' });
const worker = host('worker', {}, { address: '10.0.0.2' });
const OPEN: Reach = { state: 'open' };
const SILENT: Reach = { state: 'blocked', how: 'no answer', sure: false };
const DROPPED: Reach = { state: 'blocked', how: 'no answer', sure: true };
const UNKNOWN: Reach = { state: 'unknown', how: 'no answer', expected: false };

function passage(
  change: Partial<Passage> & { readonly states?: Partial<Record<SwarmPort['key'], Reach>> },
): Passage {
  const { states = {}, ...rest } = change;
  return {
    ...{ from: worker, to: manager, hostAnswers: true, path: { link: 1500, arrived: undefined } },
    ports: new Map(SWARM_PORTS.map(({ key }) => [key, states[key] ?? OPEN])),
    ...rest,
  };
}

const judged = (one: Passage) =>
  judgeNetwork({ passages: [one], taken: new Map() }).map(
    ({ level, host, check }) => `${level} ${host} ${check}`,
  );

const asNode = <T extends typeof worker>(one: T) => ({ ...one, inSwarm: true });
const both = { from: asNode(worker), to: asNode(manager) };

test.each<[string, Passage, string[]]>([
  ['all open', passage({}), []],
  ['2377 dropped', passage({ states: { '2377/tcp': DROPPED } }), ['error manager 2377/tcp']],
  [
    '2377 silent, sshd answers',
    passage({ states: { '2377/tcp': SILENT } }),
    ['error manager 2377/tcp'],
  ],
  [
    '2377 silent, and the host too',
    passage({ hostAnswers: false, states: { '2377/tcp': SILENT } }),
    ['warning manager 2377/tcp'],
  ],
  [
    '2377 between two nodes',
    passage({ ...both, states: { '2377/tcp': DROPPED } }),
    ['warning manager 2377/tcp'],
  ],
  [
    '7946 and 4789 dropped',
    passage({ states: { '7946/tcp': DROPPED, '4789/udp': DROPPED } }),
    ['warning manager 7946/tcp, 4789/udp'],
  ],
  [
    '4789 cannot be told',
    passage({ states: { '4789/udp': UNKNOWN } }),
    ['warning manager 4789/udp'],
  ],
  [
    'silence that is expected',
    passage({ states: { '4789/udp': { ...UNKNOWN, expected: true } } }),
    [],
  ],
  [
    'not asked',
    passage({ states: { '2377/tcp': { state: 'not asked' } } }),
    ['warning worker ports'],
  ],
  ['MTU 1499', passage({ path: { link: 9000, arrived: 1499 } }), ['warning worker MTU']],
  ['MTU 9000', passage({ path: { link: 9000, arrived: 1500 } }), []],
  ['MTU not told', passage({ path: { link: undefined, arrived: undefined } }), []],
])('%s', (_, one, findings) => {
  expect(judged(one)).toEqual(findings);
});

const takenPorts = (
  ports: readonly SwarmPort[],
  holder?: { readonly program: string; readonly pid: string },
) => new Map([[worker, ports.map((port) => ({ port, holder }))]]);

const OF_WORKERS = SWARM_PORTS.filter(({ port }) => port !== 2377);

test('a port that another program has', () => {
  const found = judgeNetwork({ passages: [], taken: takenPorts(OF_WORKERS) });
  expect(found.map(({ level, check }) => `${level} ${check}`)).toEqual([
    'error 7946/tcp',
    'error 7946/udp',
    'warning 4789/udp',
  ]);
  expect(found[0]?.message).toMatch(/^Another program on worker has 7946\/tcp, /);
  expect(found[0]?.remedy).toContain("\n  ss -lnpt 'sport = :7946'");
  expect(found[0]?.remedy).toContain('If it is dockerd, it has kept the port');
  // The device of an engine that was killed has no program.
  expect(found[2]?.message).toContain('or by the VXLAN device of a network');
  expect(found[2]?.remedy).toContain('\n  ip -details link show type vxlan');
});

test('a port whose program the host names', () => {
  const taken = takenPorts(OF_WORKERS, { program: 'consul', pid: '812' });
  const found = judgeNetwork({ passages: [], taken });
  expect(found.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'error consul (process 812) on worker has 7946/tcp, which Docker needs as a node of a swarm.',
    'error consul (process 812) on worker has 7946/udp, which Docker needs as a node of a swarm.',
    'warning consul (process 812) on worker has 4789/udp, which Docker needs as a node of a swarm.',
  ]);
});

test('ports that an engine in no swarm has kept are one finding', () => {
  const ports = OF_WORKERS.filter(({ port }) => port === 7946);
  const taken = takenPorts(ports, { program: 'dockerd', pid: '1' });
  const found = judgeNetwork({ passages: [], taken });
  expect(found).toEqual([
    {
      level: 'error',
      host: 'worker',
      check: '7946/tcp, 7946/udp',
      message:
        'Docker Engine of worker is in no swarm and still has 7946/tcp, 7946/udp: it has kept them from an earlier swarm. In the next one no overlay network would reach it.',
      remedy:
        'On worker, as root (its containers start anew if live-restore is not set):\n  systemctl restart docker',
    },
  ]);
});

test.each([
  ['10.0.0.1', '1400', '1350 fit'],
  // The headers of IPv6 are 20 bytes longer, and Docker always takes 50 off.
  ['fd00::1', '1380', '1330 fit'],
])('the MTU for a network over %s', (address, option, fits) => {
  const to = { ...manager, address };
  const [finding] = judgeNetwork({
    passages: [passage({ to, path: { link: 1500, arrived: 1400 } })],
    taken: new Map(),
  });
  expect(finding?.remedy).toContain(`\`mtu: ${option}\``);
  expect(finding?.message).toContain(fits);
});

test('the table has a row per host, and names who does not get through', () => {
  const third = host(
    'third',
    { clock: { offset: -3_000, plusMinus: 10 } },
    { address: '10.0.0.3' },
  );
  const from = (one: typeof worker) => passage({ from: one, states: {} });
  const passages = [passage({ states: { '2377/tcp': DROPPED } }), from(third)];
  const lost = { ...worker, name: 'lost' };
  const about = { findings: [], silent: [lost] };
  expect(preflightTable([manager, worker, third], passages, about)).toEqual([
    'HOST     ROLE     ENGINE     SYSTEM        IDENTITY  CLOCK   DISK FREE       MODULES  MTU       2377/TCP         7946/TCP  7946/UDP  4789/UDP',
    'manager  manager  28.0.1     linux/x86_64  unique    same    50.0 GiB, 50 %  all      not told  BLOCKED: worker  open      open      open',
    'worker   worker   28.0.1     linux/x86_64  unique    same    50.0 GiB, 50 %  all      1500      –                –         –         –',
    'third    worker   28.0.1     linux/x86_64  unique    -3.0 s  50.0 GiB, 50 %  all      1500      –                –         –         –',
    'lost     worker   no answer  –             –         –       –               –        –         –                –         –         –',
  ]);
});

const at = (address: string) => ({ addresses: [{ name: 'eth0', address }] });
const addressed = (to: typeof manager, states: Parameters<typeof passage>[0]['states'] = {}) => {
  const hosts = [to, worker];
  const passages = [passage({ to, from: worker, states })];
  const { findings, rest } = judgeAddresses(hosts, { passages, taken: new Map() });
  return {
    findings: findings.map(({ level, host, check }) => `${level} ${host} ${check}`),
    texts: findings.map(({ message, remedy }) => `${message}\n${remedy}`).join('\n'),
    rest: judgeNetwork(rest).map(({ check }) => check),
  };
};
const REFUSED_BY_FIREWALL: Reach = { state: 'blocked', how: 'refused by a firewall', sure: true };
const managing = (address: string, own: string, inSwarm = true) =>
  host(
    'manager',
    { ...at(own), engine: engine({ ID: 'm', Swarm: { ControlAvailable: inSwarm } }) },
    { role: 'manager', address, inSwarm },
  );

test.each([
  ['its own address, which a firewall guards', managing('10.0.0.7', '10.0.0.7'), [], ['2377/tcp']],
  ['a loopback address', managing('127.0.0.1', '10.0.0.7'), ['error manager address'], []],
  [
    'a loopback address before it is a node',
    managing('127.0.0.1', '10.0.0.7', false),
    ['error manager address'],
    [],
  ],
  [
    'an address that the host has no longer',
    managing('10.0.0.9', '10.0.0.7'),
    ['error manager address'],
    [],
  ],
  [
    'an address where the host told none',
    host('manager', {}, { role: 'manager', address: '10.0.0.9', inSwarm: true }),
    [],
    ['2377/tcp'],
  ],
  [
    'the address of another host',
    managing(worker.address, worker.address, false),
    ['error manager address', 'error worker address'],
    ['2377/tcp'],
  ],
])(
  'an address is judged by its host before it is judged by a firewall: %s',
  (_name, to, findings, rest) => {
    const judged = addressed(to, { '2377/tcp': REFUSED_BY_FIREWALL });
    expect(judged.findings).toEqual(findings);
    if (findings.length > 0) expect(judged.texts).not.toMatch(/firewall|iptables/);
    else expect(judged.rest).toEqual(rest);
  },
);

test('an address behind a NAT at which the host is reached is right', () => {
  expect(addressed(managing('198.51.100.1', '10.0.0.7'))).toMatchObject({ findings: [], rest: [] });
});

test('the remedy for an address is that of its role, and names the addresses that there are', () => {
  expect(addressed(managing('127.0.0.1', '10.0.0.7')).texts).toMatch(
    /127\.0\.0\.1 leads every other host to itself\.\neth0 {2}10\.0\.0\.7\n[\s\S]*docker swarm init --force-new-cluster --advertise-addr <address>/,
  );
  expect(addressed(managing('127.0.0.1', '10.0.0.7', false)).texts).toContain(
    '`advertise-addr=<address or interface>` in the line of manager in `hosts`',
  );
});

test('ports are those of the swarm in findings, commands and the table', () => {
  const to = { ...manager, managementPort: 2388, dataPathPort: 7777 };
  const from = { ...worker, dataPathPort: 7777 };
  const one = passage({ to, from, states: { '2377/tcp': DROPPED, '4789/udp': DROPPED } });
  const findings = judgeNetwork({ passages: [one], taken: new Map() });
  expect(findings.map(({ check }) => check)).toEqual(['2388/tcp', '7777/udp']);
  const texts = findings.map(({ message, remedy }) => message + remedy).join('\n');
  expect(texts).toMatch(/--dports 2388[\s\S]*--dports 7777/);
  expect(texts).not.toMatch(/2377|4789/);
  expect(preflightTable([to, from], [one], { findings, silent: [] })[0]).toMatch(
    / 2388\/TCP +7946\/TCP +7946\/UDP +7777\/UDP$/,
  );
});
