import { expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import {
  isLoopback,
  onlyAddress,
  parseAddresses,
  resolveAddress,
} from '../../../src/machines/addresses.ts';
import { hostAddresses } from '../../../src/machines/advertised.ts';
import { managementPort, managerAddress } from '../../../src/machines/swarm-ports.ts';

/**
 * As iproute2 prints it on a host with a bridge of Docker, a tunnel, and two addresses on one
 * interface.
 */
const LINES = String.raw`1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever preferred_lft forever
1: lo    inet6 ::1/128 scope host noprefixroute \       valid_lft forever preferred_lft forever
2: eth0    inet 203.0.113.7/24 metric 100 brd 203.0.113.255 scope global dynamic eth0\       valid_lft 86051sec preferred_lft 86051sec
2: eth0    inet6 2001:db8::7/64 scope global \       valid_lft forever preferred_lft forever
2: eth0    inet6 fe80::42:acff:fe11:3/64 scope link \       valid_lft forever preferred_lft forever
3: eth1@if9    inet 10.0.0.7/16 brd 10.0.255.255 scope global eth1\       valid_lft forever preferred_lft forever
3: eth1@if9    inet 10.0.0.8/16 brd 10.0.255.255 scope global secondary eth1\       valid_lft forever preferred_lft forever
4: wg0    inet6 fd00::7/64 scope global \       valid_lft forever preferred_lft forever
5: ppp0    inet 10.9.0.1 peer 10.9.0.2/32 scope global ppp0\       valid_lft forever preferred_lft forever
`;
const addresses = parseAddresses(LINES);
const resolve = (value: string, reachedAt?: string) =>
  resolveAddress(value, addresses, {
    name: 'web-1',
    option: 'advertise-addr',
    ...(reachedAt !== undefined && { reachedAt }),
  });

test('addresses that others could reach are listed with their interface', () => {
  expect(addresses.map(({ name, address }) => `${name} ${address}`)).toEqual([
    'eth0 203.0.113.7',
    'eth0 2001:db8::7',
    'eth1 10.0.0.7',
    'eth1 10.0.0.8',
    'wg0 fd00::7',
    'ppp0 10.9.0.1',
  ]);
});

test.each([
  ['an address', '10.0.0.8', '10.0.0.8'],
  ['an address in capitals', '2001:DB8::7', '2001:db8::7'],
  ['an interface, by its IPv4 address', 'eth0', '203.0.113.7'],
  ['an interface with IPv6 only', 'wg0', 'fd00::7'],
])('%s', (_name, value, address) => {
  expect(resolve(value)).toBe(address);
});

test('an address behind a NAT is taken where the host is reached by it', () => {
  expect(resolve('198.51.100.1', '198.51.100.1')).toBe('198.51.100.1');
});

test.each([
  ['198.51.100.1', 'no interface of web-1 has this address'],
  ['eth9', 'web-1 has no interface of this name'],
  ['eth1', 'this interface of web-1 has several addresses'],
])('%s is refused with the addresses that there are', (value, reason) => {
  let error: unknown;
  try {
    resolve(value);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ActionError);
  expect(error).toMatchObject({
    message: expect.stringContaining(`advertise-addr=${value}: ${reason}`),
    details: expect.stringContaining('eth1  10.0.0.8'),
    hint: expect.stringContaining('Nothing was changed.'),
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['128.0.0.1', false],
  ['fd00::1', false],
  ['localhost', false],
])('%s is a loopback address: %s', (address, is) => {
  expect(isLoopback(address)).toBe(is);
});

const eth0 = { name: 'eth0', address: '10.0.0.7' };
const bridges = ['docker0', 'docker_gwbridge', 'br-0123456789ab'].map((name, at) => {
  return { name, address: `172.17.${at}.1` };
});

test('of a host with bridges of Docker the one address of its own is taken, of several none', () => {
  expect(onlyAddress('web-1', [...bridges, eth0])).toBe('10.0.0.7');
  expect(onlyAddress('web-1', [eth0, { name: 'eth0', address: 'fd00::7' }])).toBe('10.0.0.7');
  expect(onlyAddress('web-1', bridges)).toBeUndefined();
  expect(() => onlyAddress('web-1', [eth0, { name: 'eth1', address: '10.1.0.7' }])).toThrow(
    /web-1 was reached at an address that leads every host to itself, and it has several others/,
  );
});

/** A host that answers what it is asked, and what it was told. */
async function told(
  given: {
    readonly address?: string;
    readonly advertise?: string;
    readonly nodeAddr?: string;
    readonly connection?: string;
    readonly lines?: string;
    readonly isManager?: boolean;
  } = {},
) {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const { nodeAddr = '', isManager = true } = given;
  const addresses = await hostAddresses(
    {
      name: 'web-1',
      address: given.address ?? '10.0.0.7',
      advertise: given.advertise,
      dataPath: undefined,
    },
    {
      where: 'web-1',
      run: async (argv) => {
        const isList = argv.join(' ').includes('ip -o addr');
        const stdout = isList
          ? (given.lines ?? LINES)
          : `10.0.0.1 4000 ${given.connection ?? '10.0.0.7'} 22`;
        return { exitCode: isList && given.lines === '' ? 127 : 0, stdout, stderr: '' };
      },
      open: () => Promise.reject(new Error('nothing to open')),
    },
    {
      Swarm: {
        NodeID: 'n',
        NodeAddr: nodeAddr,
        LocalNodeState: 'active',
        ControlAvailable: isManager,
      },
    },
    { signal: new AbortController().signal, log: { info: say, warning: say } as never },
  ).then(
    ({ advertise }) => advertise,
    (error: Error) => error.message,
  );
  return { addresses, said: said.join('\n') };
}

const ONE = '2: eth0    inet 10.0.0.7/24 scope global eth0';

test.each([
  ['the address of the connection', {}, '10.0.0.7', ''],
  [
    'in place of a loopback address the only other one',
    { connection: '127.0.0.1', lines: ONE },
    '10.0.0.7',
    'web-1  other nodes reach it at 10.0.0.7, and not at 127.0.0.1',
  ],
  [
    'of several none',
    { connection: '::1' },
    'web-1 was reached at an address that leads every host to itself, and it has several others.',
    '',
  ],
  [
    'a loopback address where there is no other',
    { connection: '127.0.0.1', lines: ' ' },
    '127.0.0.1',
    'web-1 has no address but 127.0.0.1, by which no other host reaches it: its swarm will be one of this host alone.',
  ],
  [
    'no loopback address on demand',
    { address: '127.0.0.1', advertise: '127.0.0.1' },
    'advertise-addr=127.0.0.1: no interface of web-1 has this address.',
    '',
  ],
  ['that of its node', { nodeAddr: '10.0.0.8' }, '10.0.0.8', ''],
  [
    'that of its node behind a NAT, by which it was reached',
    { address: '198.51.100.1', nodeAddr: '198.51.100.1' },
    '198.51.100.1',
    '',
  ],
  [
    'that of its node, where its own cannot be listed',
    { nodeAddr: '198.51.100.1', lines: '' },
    '198.51.100.1',
    '',
  ],
] as const)('a host advertises %s', async (_name, given, addresses, said) => {
  expect(await told(given)).toEqual({ addresses, said });
});

test.each([
  [
    '127.0.0.1',
    true,
    /address 127\.0\.0\.1, which leads every other host to itself[\s\S]*eth0 {2}10\.0\.0\.7\n.*only manager of a swarm .*--force-new-cluster --advertise-addr <address>$/,
  ],
  ['10.0.0.9', true, /none of its interfaces has it\. If its address has changed/],
  [
    '10.0.0.9',
    false,
    /let the node leave, and it joins again with the next run: docker swarm leave$/,
  ],
])('a node that advertises %s is told of, with a way out', async (nodeAddr, isManager, said) => {
  expect((await told({ nodeAddr, isManager, lines: ONE })).said).toMatch(said);
});

test.each([
  [
    'a manager with a port of its own',
    [{ NodeID: 'n', Addr: '10.0.0.7:2388' }],
    '10.0.0.7',
    '10.0.0.7:2388',
  ],
  ['IPv6', [{ NodeID: 'n', Addr: '[fd00::7]:2388' }], 'fd00::7', '[fd00::7]:2388'],
  [
    'another manager, which says nothing of this one',
    [{ NodeID: 'x', Addr: '10.0.0.9:9' }],
    '10.0.0.7',
    '10.0.0.7:2377',
  ],
  ['none yet', null, '10.0.0.7', '10.0.0.7:2377'],
])('nodes join at the port that the swarm says: %s', (_name, RemoteManagers, advertise, joined) => {
  const engine = { Swarm: { NodeID: 'n', RemoteManagers } };
  expect(managerAddress({ advertise, engine })).toBe(joined);
  expect(managementPort(engine)).toBe(Number(joined.split(':').at(-1)));
});
