import { expect, test } from '@jest/globals';
import { checkSwarmLimits } from '../../../../src/deploy/requirements/swarm-limits.ts';
import type { WantedService, WantedStack } from '../../../../src/deploy/wanted.ts';

type Given = Partial<WantedService>;

const service = (given: Given = {}): WantedService => ({
  ...{ image: 'web', environment: {}, labels: {}, networks: { default: null } },
  ...given,
});

const warnings = (
  services: Readonly<Record<string, WantedService>>,
  nodes: number,
  { subnet, present = [] }: { subnet?: string; present?: readonly [string, string][] } = {},
): string[] => {
  const wanted: WantedStack = {
    ...{ services, volumes: {}, configs: {}, secrets: {} },
    networks: { default: { labels: {}, ...(subnet && { ipam: { config: [{ subnet }] } }) } },
  };
  const networks = present.map(([Name, Subnet]) => ({
    ...{ Id: Name, Name, Scope: 'swarm', Driver: 'overlay', Labels: {}, Options: {} },
    IPAM: { Config: [{ Subnet }] },
  }));
  const said: string[] = [];
  const size = { stack: 'shop', nodes };
  checkSwarmLimits(wanted, { networks } as never, size, (_, message) => said.push(message));
  return said;
};

const replicas = (count: number) => service({ deploy: { replicas: count, labels: {} } });
const EVERYWHERE = service({ deploy: { mode: 'global', labels: {} } });
const PUBLISHED = [{ target: 80, published: 80, protocol: 'tcp', mode: 'ingress' }];

test.each([
  ['fits exactly: 200 tasks, a virtual IP, 52 nodes', replicas(200), 52, 0],
  ['needs one address more', replicas(201), 52, 1],
  ['is on each of 126 nodes', EVERYWHERE, 126, 0],
  ['is on each of 127 nodes', EVERYWHERE, 127, 1],
  ['has one task among a thousand nodes', replicas(1), 1_000, 0],
])('a network of the usual size: a service that %s', (_, web, nodes, count) => {
  expect(warnings({ web }, nodes)).toHaveLength(count);
});

test('the warning counts, and says what to write', () => {
  expect(warnings({ web: EVERYWHERE }, 1_000)).toEqual([
    'network default: its subnet /24 has 253 addresses, and tasks, services and nodes need 2001. Swarm starts no task without one. Give it a larger one: `ipam: {config: [{subnet: 10.64.0.0/16}]}`.',
  ]);
});

test('a larger subnet of the file, or of the network that is there, is enough', () => {
  expect(warnings({ web: EVERYWHERE }, 1_000, { subnet: '10.64.0.0/16' })).toEqual([]);
  expect(
    warnings({ web: EVERYWHERE }, 1_000, { present: [['shop_default', '10.64.0.0/20']] }),
  ).toEqual([]);
});

test('the routing mesh has addresses of its own', () => {
  const web = service({ ports: PUBLISHED, networks: {}, deploy: { mode: 'global', labels: {} } });
  expect(warnings({ web }, 200)).toEqual([expect.stringMatching(/^the routing mesh .* need 401/)]);
  expect(warnings({ web }, 200, { present: [['ingress', '10.0.0.0/16']] })).toEqual([]);
  const host = { ...web, ports: PUBLISHED.map((port) => ({ ...port, mode: 'host' })) };
  expect(warnings({ web: host }, 200)).toEqual([]);
});

test('more tasks than the bridges of the nodes have ports', () => {
  const web = { ...replicas(2_001), networks: {} };
  expect(warnings({ web }, 2)).toEqual([
    expect.stringMatching(/^The file has 2001 tasks for 2 nodes/),
  ]);
  expect(warnings({ web }, 3)).toEqual([]);
});
