import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { failDown, failUp, type WholeRuns, wholeRuns } from '../../support/conformance.ts';
import { endingsOf, type Fault, faultsOf } from '../../support/faults.ts';
import { said } from '../../support/in-process.ts';
import { clearQemu, modelQemu, type QemuSite } from '../../support/model/qemu.ts';
import { killedMeanwhile } from '../../support/test-every-call.ts';
import { testInterruptedUp } from '../../support/test-interrupted-up.ts';

// Every command of a run on the runner, and every question, fails once, in a run of its own, or is
// the last of its run; on a model of QEMU, of the kernel's networks and of processes. That the
// model is one is seen in __tests__/e2e/conformance-qemu.test.ts: real programs are asked the same,
// and answer the same.

/** Of a test, in ms, where eight others run beside it. */
const LIMIT_MS = 60_000;

/** Fails once the first machine has begun to run, and is reached. */
const STARTED: Fault = { at: /: docker info/, when: 'before', always: true };

const stateHome = process.env.XDG_STATE_HOME;

afterAll(() => {
  clearQemu();
  if (stateHome === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = stateHome;
});

describe.each([
  { network: 'bridge', least: { up: 30, again: 11, down: 6 } },
  { network: 'user', least: { up: 13, again: 8, down: 0 } },
] as const)('network: $network', ({ network, least }) => {
  const siteOf = (inputs: Readonly<Record<string, string>>) =>
    modelQemu({ network, twins: true, inputs });
  const make = () => siteOf({});
  const makePair = () => siteOf({ nodes: '2' });
  const sites = { make, atOnce: 1, bothEnds: true };
  const callsIn = async (run: keyof WholeRuns, more: number, of = make) => {
    const { calls } = (await wholeRuns(of()))[run];
    expect(calls.length).toBeGreaterThanOrEqual(more);
    return calls;
  };
  const expectNothingOf = async (one: QemuSite) => {
    expect(await one.left()).toEqual([]);
    expect(one.unknown?.()).toEqual([]);
  };

  test(
    'whichever call of `up` fails, `down` and post remove what it has made',
    async () => {
      expect(await failUp(sites, faultsOf(await callsIn('up', least.up)))).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'cancelled or killed at whichever call of `up`: `down` and post remove what it has made',
    async () => {
      expect(await failUp(sites, endingsOf(await callsIn('up', least.up)))).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'whichever call of a second `up` fails, or is its last, `down` and post remove what both have made',
    async () => {
      const again = await callsIn('again', least.again);
      const faults = [...faultsOf(again), ...endingsOf(again)];
      expect(await failUp({ ...sites, again: true }, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test.each([
    { title: 'a machine', of: make },
    { title: 'two machines', of: makePair },
  ])(
    'whichever call of `down` of $title fails, or is its last, the next one removes the rest',
    async ({ of }) => {
      const down = await callsIn('down', least.down, of);
      // Without a network of the kernel's it runs no command, so none can fail.
      if (network === 'user') expect(down).toEqual([]);
      const faults = [...faultsOf(down), ...endingsOf(down)];
      expect(await failDown({ make: of, atOnce: 1 }, faults)).toEqual({});
    },
    LIMIT_MS,
  );

  test.each(['post', 'down'] as const)(
    'main is killed while a program of it is still at work: %s removes what comes of it',
    async (end) => {
      const changes = (await callsIn('up', least.up)).filter(
        (one) => one.changes && one.key.startsWith('the runner: '),
      );
      expect(changes.length).toBeGreaterThan(1);
      expect(await killedMeanwhile(make, changes, { lateMs: 3_000, end })).toEqual([]);
    },
    LIMIT_MS,
  );

  testInterruptedUp(make, () => callsIn('up', least.up));

  test('the second of three machines fails: the others are whole, and post removes all', async () => {
    const one = siteOf({ nodes: '3' });
    const calls = one.journal({ at: /qemu-system-\w+ -name …-2/, when: 'before' });
    const main = await one.up(calls);
    expect(calls.failed).toBe(true);
    expect(String(main.error)).toContain('qemu-system-');
    expect([...one.machines.running].map(({ name }) => name).sort()).toEqual([
      `${one.name}-1`,
      `${one.name}-3`,
    ]);
    expect((await one.post(main.state)).error).toBeUndefined();
    await expectNothingOf(one);
  });

  test('two post steps and a `down` at once: all are content, and nothing is left', async () => {
    const one = makePair();
    const main = await one.up(one.journal(STARTED));
    expect(one.machines.running.size).toBe(2);
    const ends = await Promise.all([one.post(main.state), one.post(main.state), one.down()]);
    expect(ends.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
    await expectNothingOf(one);
  });

  test('`on-success` keeps what a failure left, with its ttl, and `down` removes it', async () => {
    const one = siteOf({ teardown: 'on-success', ttl: '24h' });
    const main = await one.up(one.journal(STARTED));
    expect(main.error).toBeDefined();
    expect((await one.post(main.state)).error).toBeUndefined();
    expect([...one.machines.running].map(({ name }) => name)).toEqual([`${one.name}-1`]);
    const { labels } = JSON.parse(readFileSync(one.places.record, 'utf8'));
    expect(Date.parse(labels['swarm-up.expires'])).toBeGreaterThan(Date.now());
    expect((await one.down()).error).toBeUndefined();
    await expectNothingOf(one);
  });

  test('another repository’s cluster is refused, and its own `down` removes it', async () => {
    const one = make();
    expect(said(await one.up(one.journal())).at(-1)).toBe('undefined');
    const before = await one.left();
    const foreign = one.with({}, '815');
    for (const { error } of [await foreign.down(), await foreign.up(one.journal())]) {
      expect(String(error)).toContain(
        `Cluster ${one.name} belongs to another repository (id 4711).`,
      );
    }
    expect(await one.left()).toEqual(before);
    expect((await one.down()).error).toBeUndefined();
    await expectNothingOf(one);
  });

  test('half a cluster, of which a machine has died, is removed, and a second time', async () => {
    const one = makePair();
    await one.up(one.journal());
    const [first] = one.machines.running;
    one.processes.kill(first?.pid ?? 0, 'SIGKILL');
    expect(one.machines.running.size).toBe(1);
    expect((await one.down()).error).toBeUndefined();
    expect((await one.down()).error).toBeUndefined();
    await expectNothingOf(one);
  });

  test('a machine that has died is made anew by the next `up`, and the other stays', async () => {
    const one = makePair();
    await one.up(one.journal());
    const [first, second] = one.machines.running;
    one.processes.kill(first?.pid ?? 0, 'SIGKILL');
    expect(said(await one.up(one.journal())).at(-1)).toBe('undefined');
    expect([...one.machines.running].map(({ name }) => name).sort()).toEqual([
      `${one.name}-1`,
      `${one.name}-2`,
    ]);
    expect([...one.machines.running]).toContain(second);
    expect((await one.down()).error).toBeUndefined();
    await expectNothingOf(one);
  });

  test('a machine that was not seen to boot is made anew, and until then a person is led into it', async () => {
    const one = make();
    const started: Fault = { at: /qemu-system-\w+ -name …-1/, when: 'after', end: 'killed' };
    await one.up(one.journal(started));
    const [half] = one.machines.running;
    const driver = await one.driver();
    const id = { cluster: one.name, repository: '4711' };
    expect(await one.inModel(() => driver.list(id))).toMatchObject([{ state: 'stopped' }]);
    const wayIn = await one.inModel(async () => await driver.wayIn?.(id));
    expect(wayIn).toMatch(/^ssh -i .* -p \d+ \S+@\d+\.\d+\.\d+\.\d+, less /);
    const next = await one.up(one.journal());
    expect(next.error).toBeUndefined();
    expect(next.lines).toContain(`${one.name}-1 is stopped or half made, so it is made anew`);
    expect(one.machines.running.size).toBe(1);
    expect([...one.machines.running]).not.toContain(half);
    expect(await one.inModel(() => driver.list(id))).toMatchObject([{ state: 'running' }]);
    expect((await one.down()).error).toBeUndefined();
    await expectNothingOf(one);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'a QEMU that ends by %s alone gets it, and its folder stays until then',
    async (signal) => {
      const one = make();
      one.machines.endsBy = signal;
      await one.up(one.journal());
      expect((await one.down()).error).toBeUndefined();
      await expectNothingOf(one);
    },
  );

  test('a guest that dies while it boots is started once more, and no third time', async () => {
    const one = make();
    one.machines.dying = 1;
    const main = await one.up(one.journal());
    expect(said(main).at(-1)).toBe('undefined');
    expect(main.lines.join('\n')).toContain('so it is started once more');
    expect((await one.down()).error).toBeUndefined();
    one.machines.dying = 2;
    const failed = await one.up(one.journal());
    expect(String(failed.error)).toContain(`Machine ${one.name}-1 ended while it booted.`);
    expect((await one.post(failed.state)).error).toBeUndefined();
    await expectNothingOf(one);
  });
});

test('a namespace that cannot be removed: `down` fails and names it, the next one finishes', async () => {
  const one = modelQemu({ network: 'bridge' });
  await one.up(one.journal(STARTED));
  const stuck: Fault = { at: /ip netns delete/, when: 'before', always: true };
  const failed = await one.down(one.journal(stuck));
  expect(String(failed.error)).toContain(
    `Cluster ${one.name} could not be removed completely: network namespace ${one.places.namespace}`,
  );
  expect(failed.error).toMatchObject({ details: expect.stringContaining('injected') });
  expect(await one.left()).toContain(`network namespace ${one.places.namespace}`);
  expect((await one.down()).error).toBeUndefined();
  expect(await one.left()).toEqual([]);
});

test('a namespace without a folder that cannot be removed: `down` and `up` name it, and the next `up` begins anew', async () => {
  const one = modelQemu({ network: 'bridge' });
  const { namespace } = one.places;
  one.network.run(['netns', 'add', namespace]);
  const stuck: Fault = { at: /ip netns delete/, when: 'before', always: true };
  const named = `could not be removed completely: network namespace ${namespace} left.`;
  for (const step of ['down', 'up', 'down', 'up'] as const) {
    expect(String((await one[step](one.journal(stuck))).error)).toContain(named);
  }
  expect(said(await one.up(one.journal())).at(-1)).toBe('undefined');
  expect(one.machines.running.size).toBe(1);
  expect((await one.down()).error).toBeUndefined();
  expect(await one.left()).toEqual([]);
});

test('a cable that an earlier QEMU has left is made anew, and taken off by the removal of its machine', async () => {
  const one = modelQemu({ network: 'bridge' });
  await one.up(one.journal());
  const { namespace, linkPrefix } = one.places;
  const cable = `network interface ${linkPrefix}1 in ${namespace}`;
  expect(await one.left()).toContain(cable);
  const driver = await one.driver();
  const [machine] = await one.inModel(() => driver.list({ cluster: one.name, repository: '4711' }));
  if (!machine) throw new Error('a machine');
  await one.inModel(() => driver.destroy(machine));
  expect(await one.left()).not.toContain(cable);
  expect(await one.left()).toContain(`network namespace ${namespace}`);
  expect(said(await one.up(one.journal())).at(-1)).toBe('undefined');
  expect(await one.left()).toContain(cable);
  expect((await one.down()).error).toBeUndefined();
  expect(await one.left()).toEqual([]);
});

test('a port that is published while a machine runs: QEMU listens for it, at another one if others do', async () => {
  const one = modelQemu({ network: 'user', twins: true });
  await one.up(one.journal());
  const driver = await one.driver();
  const cluster = { cluster: one.name, repository: '4711' };
  const [machine] = await one.inModel(() => driver.list(cluster));
  if (!machine) throw new Error('a machine');
  const lead = (...ports: string[]) => one.inModel(async () => await driver.lead?.(machine, ports));
  one.machines.taken.add('tcp:9090');
  const led = await lead('8080/tcp', '5353/udp', '9090/tcp', '7070/sctp');
  const other = led?.get('9090/tcp') ?? 0;
  expect(other).toBeGreaterThan(1_023);
  expect(other).not.toBe(9_090);
  expect(led).toEqual(
    new Map([
      ['8080/tcp', 8_080],
      ['5353/udp', 5_353],
      ['9090/tcp', other],
    ]),
  );
  const rules = () => [...([...one.machines.running][0]?.rules ?? [])].slice(1);
  const asked = [
    `tcp:${machine.address}:8080-198.18.0.15:8080`,
    `udp:${machine.address}:5353-198.18.0.15:5353`,
    `tcp:${machine.address}:${other}-198.18.0.15:9090`,
  ];
  expect(rules()).toEqual(asked);
  // A later run knows of them, and asks for none twice.
  expect(await lead('8080/tcp', '9090/tcp')).toEqual(led);
  expect(rules()).toEqual(asked);
  expect((await one.down()).error).toBeUndefined();
  expect(await one.left()).toEqual([]);
  expect(one.unknown?.()).toEqual([]);
});
