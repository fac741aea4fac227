import { expect, test } from '@jest/globals';
import { readDriver } from '../../../../src/inputs/driver.ts';
import { inputReader } from '../../../../src/inputs/reader.ts';
import { hypervDriver } from '../../../../src/machines/hyperv/driver.ts';
import { refuseArchitecture, refuseMissing } from '../../../../src/machines/hyperv/preflight.ts';
import type { Facts } from '../../../../src/machines/hyperv/questions.ts';

const id = { cluster: 'shop', repository: '4711' };
const facts: Facts = {
  ...{ module: true, service: true, hypervisor: true },
  ...{ administrator: true, hyperVAdministrator: false },
  ...{ switches: ['Default Switch'], nats: [], resolvers: [] },
};

test('nothing is missing: as an administrator, or with a switch as one of Hyper-V', () => {
  expect(() => refuseMissing(facts, id, undefined)).not.toThrow();
  // What an earlier run of the same cluster has made is its own.
  expect(() => refuseMissing({ ...facts, nats: ['su-4711-shop'] }, id, undefined)).not.toThrow();
  const user = { ...facts, administrator: false, hyperVAdministrator: true, nats: ['nat'] };
  expect(() => refuseMissing(user, id, 'Default Switch')).not.toThrow();
});

test.each<[string, Partial<Facts>, string | undefined, string, string]>([
  ['no module', { module: false }, undefined, 'Hyper-V is not ready on the runner.', 'Install'],
  ['no service', { service: false }, undefined, 'Hyper-V is not ready on the runner.', 'Install'],
  ['no hypervisor', { hypervisor: false }, undefined, 'The hypervisor of Windows', 'firmware'],
  [
    'no administrator',
    { administrator: false, hyperVAdministrator: true },
    undefined,
    'The user of the runner is no administrator.',
    'virtual-switch',
  ],
  [
    "somebody else's NAT",
    { nats: ['WSLNat', 'su-815-shop'] },
    undefined,
    'The runner has a NAT already: WSLNat, su-815-shop',
    'Default Switch',
  ],
  [
    'no rights',
    { administrator: false },
    'Default Switch',
    'The user of the runner may not use Hyper-V.',
    'Hyper-V Administrators',
  ],
  [
    'another switch',
    {},
    'LAN',
    'Hyper-V on the runner has no virtual switch `LAN`.',
    'Correct `virtual-switch`',
  ],
])('%s is named, with what to do', (_, differs, virtualSwitch, message, hint) => {
  expect(() => refuseMissing({ ...facts, ...differs }, id, virtualSwitch)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  );
});

test('a computer with ARM is refused', () => {
  expect(() => refuseArchitecture('x64')).not.toThrow();
  expect(() => refuseArchitecture('arm64')).toThrow('needs a runner on x64');
});

test.each(['linux', 'darwin'] as const)(
  'on %s it is refused by its name, whatever its options',
  (platform) => {
    const given: Record<string, string> = { driver: 'hyperv', 'driver-options': 'nonsense: 1' };
    const read = (name: string) => given[name] ?? '';
    const reader = inputReader(read);
    readDriver(reader, hypervDriver, { read, platform, warn: () => {} });
    expect(() => reader.finish()).toThrow(
      expect.objectContaining({
        details: expect.stringMatching(/^driver: "hyperv": .* on a Windows runner, .*$/),
      }),
    );
  },
);
