import { expect, test } from '@jest/globals';
import { machinesIn } from '../../../../src/machines/docker/inspect.ts';
import { dockerOptions } from '../../../../src/machines/docker/options.ts';
import { ownerLabels } from '../../../../src/machines/ownership.ts';

test.each([
  [{ bind: 'eth0' }, 'give an IP address of the runner'],
  [{ bind: '0.0.0.0' }, 'give `public-host`, too'],
  [{ bind: '::' }, 'give `public-host`, too'],
  [{ 'public-host': 'runner.example.com' }, 'give `bind`, too'],
  [{ bind: '127.0.0.1', 'public-host': 'runner.example.com' }, 'nothing listens there'],
  [{ bind: '10.0.0.5', 'public-host': 'http://runner' }, 'give the name or address of the runner'],
])('%j is refused', (options, said) => {
  const result = dockerOptions.safeParse(options);
  expect(result.error?.issues.map(({ message }) => message).join()).toContain(said);
});

test.each([
  [{}],
  [{ bind: '10.0.0.5' }],
  [{ bind: '0.0.0.0', 'public-host': 'runner-1' }],
  [{ bind: '::', 'public-host': '2001:db8::5' }],
])('%j is right', (options) => {
  expect(dockerOptions.safeParse(options).success).toBe(true);
});

/**
 * Where the ports of the first machine are said to answer, if the engine publishes them at an
 * address.
 */
function hostOf(address: string, publicHost?: string): string | undefined {
  const json = JSON.stringify([
    {
      Name: '/shop-1',
      State: { Running: true },
      Config: {
        Labels: {
          ...ownerLabels({ cluster: 'shop', repository: '42', run: '7/test/up' }),
          ...{ 'swarm-up.index': '1', 'swarm-up.host-key': 'ssh-ed25519 AAAA' },
        },
      },
      NetworkSettings: {
        Networks: { shop: { IPAddress: '172.18.0.2' } },
        Ports: { '2377/tcp': null, '80/tcp': [{ HostIp: address, HostPort: '8080' }] },
      },
    },
  ]);
  const [machine] = machinesIn(json, publicHost);
  expect(machine?.localPorts).toEqual(new Map([['80/tcp', 8080]]));
  return machine?.localHost;
}

test('ports are told at the address where they are published, or by its public name', () => {
  expect(hostOf('127.0.0.1')).toBe('127.0.0.1');
  expect(hostOf('10.0.0.5')).toBe('10.0.0.5');
  expect(hostOf('2001:db8::5')).toBe('[2001:db8::5]');
  expect(hostOf('10.0.0.5', 'runner.example.com')).toBe('runner.example.com');
  expect(hostOf('0.0.0.0', '2001:db8::5')).toBe('[2001:db8::5]');
});

test('a name that leads nowhere is not told: the machine was made at 127.0.0.1, or nobody gives a name any more', () => {
  expect(hostOf('127.0.0.1', 'runner.example.com')).toBe('127.0.0.1');
  expect(hostOf('0.0.0.0')).toBe('127.0.0.1');
});
