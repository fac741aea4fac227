import { expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import { UnreachableError } from '../../../src/base/unreachable.ts';
import type { ConnectedMachine } from '../../../src/machines/connect.ts';
import type { HostDriver, Machine, MachineDriver } from '../../../src/machines/driver.ts';
import { provision } from '../../../src/machines/provision.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const owner = { cluster: 'shop', repository: '42', run: '7' };

function machine(index: number): Machine {
  return {
    name: `web-${index}`,
    index,
    owner,
    labels: {},
    state: 'running',
    address: `10.0.0.${index}`,
    advertise: undefined,
    dataPath: undefined,
    localPorts: new Map(),
  };
}

/** A driver of which only what a test adds does something. */
const IDLE = {
  onRunner: 'process',
  check: async () => {},
  list: async () => [],
  prepare: async () => {},
  destroy: async () => {},
  destroyCluster: async () => {},
  isGone: async () => true,
  renew: async () => {},
  clusters: async () => [],
} satisfies Partial<MachineDriver>;

const dead = () =>
  new UnreachableError('it did not answer SSH', { details: 'no route', hint: 'Look.' });

/** Hosts of which each fails in its way before it is connected to. */
function provisionHosts(allowUnreachable: boolean, ...failures: readonly Error[]) {
  const driver: HostDriver = {
    name: 'ssh',
    makesMachines: false,
    adoption: {
      installEngine: false,
      allowUnreachable,
      removeUnlisted: false,
      unlockKey: undefined,
    },
    roles: failures.map(() => 'manager'),
    list: async () => [],
    target: ({ index }) => Promise.reject(failures[index - 1]),
  };
  const existing = failures.map((_, at) => machine(at + 1));
  return provision(driver, { owner, publishedPorts: [], machines: 1 }, existing, failures.length, {
    signal: new AbortController().signal,
    log: { info: () => {}, warning: () => {} },
    roleOf: () => 'manager',
    opened: () => {},
  }).catch((error) => error);
}

test('a host that does not answer fails the run, and the option is named', async () => {
  expect(await provisionHosts(false, dead())).toMatchObject({
    message: 'it did not answer SSH',
    details: 'no route',
    hint: expect.stringMatching(/^Look\. .*"allow-unreachable: true"/),
  });
});

test('a host whose login is refused is not one that may be missing', async () => {
  const refused = new ActionError('login refused');
  expect(await provisionHosts(true, refused)).toBe(refused);
});

test('where no host answers, the run has nothing to go on with', async () => {
  expect(await provisionHosts(true, dead(), dead())).toMatchObject({
    message: '2 of 2 machines did not come up. What each of them said follows.',
  });
});

test('a machine that fails ends the waiting for the others of its cluster, which are named', async () => {
  const lines: string[] = [];
  const broken = new ActionError('Machine web-2 cannot boot.');
  const driver: MachineDriver = {
    ...IDLE,
    name: 'qemu',
    makesMachines: true,
    create: (_, index, signal) => {
      if (index === 2) return Promise.reject(broken);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
    target: () => Promise.reject(new Error('none has booted')),
  };
  const failed = provision(driver, { owner, publishedPorts: [], machines: 1 }, [], 3, {
    signal: new AbortController().signal,
    log: { info: (line) => lines.push(line), warning: () => {} },
    roleOf: () => 'manager',
    opened: () => {},
    clock: virtualClock(),
  });
  await expect(failed).rejects.toBe(broken);
  expect(lines).toEqual([
    'shop-1, shop-3: not waited for any longer, since another machine has failed',
  ]);
});

test('a connection that was begun before is taken', async () => {
  const driver = { ...IDLE, makesMachines: false, adoption: {} } as unknown as HostDriver;
  const connected = { ...machine(1), ssh: {} } as unknown as ConnectedMachine;
  const opened: ConnectedMachine[] = [];
  const spec = { owner, publishedPorts: [], machines: 1 };
  const { machines } = await provision(driver, spec, [machine(1)], 1, {
    signal: new AbortController().signal,
    log: { info: () => {}, warning: () => {} },
    roleOf: () => 'manager',
    opened: (one) => void opened.push(one),
    early: async ({ index }) => ({ ...connected, index }),
  });
  expect([machines, opened]).toEqual([[connected], [connected]]);
});
