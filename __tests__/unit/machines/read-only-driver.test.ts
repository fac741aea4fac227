import { expect, test } from '@jest/globals';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { driverByDefault } from '../../../src/machines/chosen-driver.ts';
import type { DriverDefinition, Machine, MachineDriver } from '../../../src/machines/driver.ts';
import { dryRunGuard } from '../../../src/up/dry-run-guard.ts';
import { LOADED } from '../../support/inputs.ts';

const { signal } = new AbortController();
const owner = { cluster: 'shop', repository: '42', run: '7' };
const spec = { owner, publishedPorts: [], machines: 1 };
const machine: Machine = {
  name: 'shop-1',
  index: 1,
  owner,
  labels: {},
  state: 'running',
  address: '172.18.0.2',
  advertise: undefined,
  dataPath: undefined,
  localPorts: new Map(),
};

function made(name: 'docker' | 'qemu', guard = dryRunGuard) {
  const ran: Argv[] = [];
  const runner: Executor = {
    where: 'the runner',
    run: async (argv) => {
      ran.push(argv);
      return { exitCode: 0, stdout: '', stderr: '' };
    },
    open: () => Promise.reject(new Error('nothing is opened')),
  };
  const log = { info: () => {}, warning: () => {} };
  const driver = driverByDefault(LOADED.get(name) as DriverDefinition<unknown>, {
    runner,
    actionRoot: '/action',
    log,
    guard,
  });
  return { driver, ran };
}

const CHANGES: readonly [string, (driver: MachineDriver) => Promise<unknown>][] = [
  ['check', (driver) => driver.check(signal, { cluster: owner, machines: 1, ttlMs: undefined })],
  ['prepare', async (driver) => driver.prepare?.(spec, signal)],
  ['create', (driver) => driver.create(spec, 1, signal)],
  ['destroy', (driver) => driver.destroy(machine)],
  ['destroyCluster', (driver) => driver.destroyCluster(owner)],
  ['renew', (driver) => driver.renew(owner, signal)],
];

test.each(
  (['docker', 'qemu'] as const).flatMap((name) =>
    CHANGES.map(([method, call]) => [name, method, call] as const),
  ),
)('in a dry run the driver %s refuses %s', async (name, method, call) => {
  const { driver, ran } = made(name);
  await expect(call(driver)).rejects.toMatchObject({
    message: 'The dry run refused what is not known to only read on the runner.',
    details: `${method} of the driver ${name}`,
  });
  expect(ran).toEqual([]);
});

test('in a dry run no machine lets anybody in, and nothing is led to it', () => {
  for (const name of ['docker', 'qemu'] as const) {
    const { driver } = made(name);
    expect([driver.admit, driver.entered, driver.lead]).toEqual([undefined, undefined, undefined]);
    expect(driver.guard).toBe(dryRunGuard);
  }
});

test('a container is asked from outside, and only what reads', async () => {
  const { driver, ran } = made('docker');
  const inside = driver.guard && driver.inside && driver.guard(driver.inside(machine));
  await inside?.run(['docker', 'info', '--format', '{{json .}}']);
  await expect(inside?.run(['docker', 'swarm', 'leave'])).rejects.toThrow('only read on shop-1');
  // The way there is guarded itself.
  await expect(driver.inside?.(machine).run(['docker', 'swarm', 'leave'])).rejects.toThrow(
    'only read on the runner',
  );
  expect(ran.map((argv) => argv.slice(0, 4).join(' '))).toEqual([
    'docker exec --interactive shop-1',
  ]);
  expect(await driver.target(machine, signal)).toMatchObject({ host: '172.18.0.2' });
});
