import { expect, test } from '@jest/globals';
import type { ComposeError } from '../../../../src/compose/findings.ts';
import { NETWORKS_REFUSED, NETWORKS_WARNED } from '../../../support/compose-cases.ts';
import { composeProject, rendered } from '../../../support/compose-project.ts';

function projectWith(network: object | null, key = 'net') {
  return composeProject({
    services: { web: { image: 'x', networks: { [key]: null } } },
    networks: { [key]: network, unused: { driver: 'host' } },
  });
}

test.each([
  ['name of Compose', { name: 'stk_net', ipam: {} }, {}],
  ['name of the user', { name: 'mine' }, { name: 'mine' }],
  ['nothing', null, {}],
  ['external', { name: 'proxy', external: true, ipam: {} }, { external: true, name: 'proxy' }],
  [
    'everything',
    {
      driver: 'overlay',
      driver_opts: { encrypted: '' },
      internal: true,
      attachable: true,
      labels: { a: 'b' },
      ipam: { driver: 'default', config: [{ subnet: '10.1.0.0/24' }] },
    },
    {
      driver: 'overlay',
      driver_opts: { encrypted: '' },
      internal: true,
      attachable: true,
      labels: { a: 'b' },
      ipam: { driver: 'default', config: [{ subnet: '10.1.0.0/24' }] },
    },
  ],
  ['plugin', { driver: 'weave' }, { driver: 'weave' }],
])('a network with %s', async (_, network, expected) => {
  const { file, stack } = await rendered(projectWith(network));
  expect(file.networks).toEqual({ net: expected });
  expect(stack.findings).toEqual([]);
});

test.each(Object.entries(NETWORKS_WARNED))('%s is a warning', async (name, [network, made]) => {
  const { file, stack } = await rendered(projectWith(network));
  expect(file.networks.net).toEqual(made);
  expect(stack.findings.map(({ message }) => message)).toEqual([
    expect.stringContaining(`network net: \`${name.replace(/:.*/, '')}\``),
  ]);
});

test.each(
  Object.entries(NETWORKS_REFUSED).flatMap(([name, networks]) =>
    networks.map((network) => [name, network] as const),
  ),
)('%s is refused: %j', async (name, network) => {
  await expect(rendered(projectWith(network))).rejects.toMatchObject({
    details: expect.stringContaining(`network net: \`${name.replace(/:.*/, '')}\``),
  });
});

test.each([
  ['without options', {}, '1400'],
  ['that was bridge', { driver: 'bridge' }, '1400'],
  ['with its own', { driver_opts: { 'com.docker.network.driver.mtu': '1300' } }, '1300'],
])('an overlay network %s gets the MTU where it says none', async (_, network, mtu) => {
  const { file } = await rendered(projectWith(network), { mtu: 1400 });
  expect(file.networks.net).toMatchObject({
    driver_opts: { 'com.docker.network.driver.mtu': mtu },
  });
});

test.each([
  ['external', { name: 'proxy', external: true }],
  ['of a plugin', { driver: 'weave' }],
])('a network that is %s gets no MTU', async (_, network) => {
  const { file } = await rendered(projectWith(network), { mtu: 1400 });
  expect(file.networks.net).not.toHaveProperty('driver_opts');
});

test('options of a bridge network that open nothing are left out', async () => {
  const driver_opts = { 'com.docker.network.bridge.enable_icc': 'true' };
  const { stack } = await rendered(projectWith({ driver: 'bridge', driver_opts }));
  expect(stack.findings).toMatchObject([{ level: 'warning' }]);
});

test('a network name that is too long is refused', async () => {
  const error = await rendered(projectWith({}, 'n'.repeat(60))).catch((thrown: unknown) => thrown);
  expect((error as ComposeError).details).toContain('64 characters long');
});

test('the host network does not take the place of a network that has the same key', async () => {
  const { file } = await rendered(
    composeProject({
      services: {
        agent: { image: 'x', network_mode: 'host' },
        web: { image: 'x', networks: { host: null } },
      },
      networks: { host: {} },
    }),
  );
  expect(file.services.agent.networks).toEqual({ 'predefined-host': {} });
  expect(file.networks).toEqual({
    host: {},
    'predefined-host': { external: true, name: 'host' },
  });
});

test.each([
  ['name of Compose', { name: 'stk_data' }, {}],
  ['name of the user', { name: 'mine', labels: { a: 'b' } }, { name: 'mine', labels: { a: 'b' } }],
  [
    'driver',
    { driver: 'local', driver_opts: { type: 'nfs', device: ':/', o: 'a$b' } },
    { driver: 'local', driver_opts: { type: 'nfs', device: ':/', o: 'a$b' } },
  ],
  ['external', { name: 'data', external: true }, { external: true, name: 'data' }],
])('a volume with %s', async (_, volume, expected) => {
  const { file } = await rendered(
    composeProject({ services: { web: { image: 'x' } }, volumes: { data: volume } }),
  );
  expect(file.volumes).toEqual({ data: expected });
});
