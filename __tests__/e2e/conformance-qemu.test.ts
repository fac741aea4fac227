import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clusterPlaces } from '../../src/machines/qemu/paths.ts';
import { stateFolder } from '../../src/machines/virtual-machine/folders.ts';
import { clientsOf } from '../support/clients.ts';
import { failDown, failUp, type NamedSite } from '../support/conformance.ts';
import { type Fault, faultsOf, journal } from '../support/faults.ts';
import { actionWith } from '../support/in-process.ts';
import { withoutQuestions } from '../support/sample.ts';
import { emptyImage, leftOf, removeHome } from '../support/virtual-machines.ts';

// Every command of a run that changes something fails once, in a run of its own, and with
// FAULTS=all every question: whatever that leaves, the next `down` or post removes. There is no
// model of QEMU and of the kernel's networks.

/** A network of the driver, and how far a run with it gets on an image on which nothing boots. */
interface Network {
  readonly network: 'bridge' | 'user';
  /**
   * With this, a run leaves a machine that has begun to run, and all else that a cluster is made
   * of: it fails as soon as that is there. Nothing boots, so each run has to end by it.
   */
  readonly made: Fault;
  /** What such a run fails with. */
  readonly says: string;
  /** The fewest things that it leaves. */
  readonly parts: number;
  /** The fewest failures that there are on the way there. */
  readonly faults: number;
}

const BRIDGE: Network = {
  network: 'bridge',
  made: { at: /link set \S+1 master/, when: 'after' },
  says: 'The network of the machines cannot be made',
  parts: 4,
  faults: 20,
};
const USER: Network = {
  network: 'user',
  made: { at: /qemu-system-\w+ -name \S+-1 /, when: 'after' },
  says: 'qemu-system-',
  // A process and a folder.
  parts: 2,
  faults: 4,
};

const suite = `vm-conform-${randomBytes(3).toString('hex')}`;
const stateHome = process.env.XDG_STATE_HOME;
let home: string;
let image: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'vm-'));
  process.env.XDG_STATE_HOME = home;
  image = await emptyImage(home);
}, 20 * 60_000);

afterAll(async () => {
  if (stateHome === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = stateHome;
  await removeHome(home);
}, 60_000);

const given = (cluster: string, { network }: Network) => ({
  driver: 'qemu',
  cluster,
  nodes: '1',
  'compose-file': '-',
  'driver-options': `image: ${image}\naccel: tcg\nnetwork: ${network}\ncpus: 1\nmemory: 256m\n`,
});

let sites = 0;

function site(network: Network, inputs: Readonly<Record<string, string>> = {}): NamedSite {
  sites += 1;
  // As long as every other, so that none is the beginning of another.
  const name = `${suite}-${String(sites).padStart(3, '0')}`;
  const { folder, namespace, linkPrefix } = clusterPlaces(
    stateFolder({ XDG_STATE_HOME: home }, '', 'qemu'),
    name,
  );
  return {
    ...actionWith({ ...given(name, network), ...inputs }, { workspace: home }),
    name,
    journal: (fault, last) => journal([folder, namespace, linkPrefix, name], fault, last),
    left: () => leftOf(home, name),
  };
}

const sitesOf = (network: Network) => ({
  make: () => site(network),
  atOnce: 2,
  made: network.made,
  neverReady: true,
});

describe.each([BRIDGE, USER])('network: $network', (network) => {
  const { made, says, parts } = network;
  const theirs = `${suite}-theirs-${network.network}`;
  // Of another repository, with a machine that runs all the time.
  const other = () => actionWith(given(theirs, network), { workspace: home, repository: '815' });
  let before: readonly string[];

  beforeAll(async () => {
    await other().up(journal([], made));
    before = await leftOf(home, theirs);
  }, 60_000);

  afterAll(async () => {
    const after = await leftOf(home, theirs);
    const removed = await other().down();
    expect(before.length).toBeGreaterThanOrEqual(parts);
    expect(after).toEqual(before);
    expect(removed.error).toBeUndefined();
  }, 60_000);

  test('whichever command of `up` fails, `down` or post removes what it has made', async () => {
    const whole = site(network);
    const all = whole.journal(made);
    const main = await whole.up(all);
    expect(String(main.error)).toContain(says);
    expect((await whole.left()).length).toBeGreaterThanOrEqual(parts);
    expect((await whole.down()).error).toBeUndefined();
    expect(await whole.left()).toEqual([]);
    const faults = withoutQuestions(faultsOf(all.calls));
    expect(faults.length).toBeGreaterThanOrEqual(network.faults);

    const found = await failUp(sitesOf(network), faults);
    expect(found).toEqual({});
  }, 300_000);

  test('the second of three machines fails: the others are whole, and post removes all', async () => {
    const one = site(network, { nodes: '3' });
    const calls = one.journal({ at: /qemu-system-\w+ -name …-2/, when: 'before' });
    const main = await one.up(calls);
    expect(calls.failed).toBe(true);
    expect(String(main.error)).toContain('qemu-system-');
    // Its image boots nowhere: without the failure of the other it would be waited for.
    expect(main.lines.join('\n')).toContain('not waited for any longer');
    expect((await one.post(main.state)).error).toBeUndefined();
    expect(await one.left()).toEqual([]);
  }, 60_000);

  test('two post steps and a `down` at once: all are content, and nothing is left', async () => {
    const one = site(network, { nodes: '2' });
    const main = await one.up(one.journal(made));
    const ends = await Promise.all([one.post(main.state), one.post(main.state), one.down()]);
    expect(ends.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
    expect(await one.left()).toEqual([]);
  }, 60_000);

  test('`on-success` keeps what a failure left, with its ttl, and `down` removes it', async () => {
    const one = site(network, { teardown: 'on-success', ttl: '24h' });
    const main = await one.up(one.journal(made));
    expect(main.error).toBeDefined();
    expect((await one.post(main.state)).error).toBeUndefined();
    expect(await one.left()).toContain(one.name);
    expect((await one.down()).error).toBeUndefined();
    expect(await one.left()).toEqual([]);
  }, 60_000);

  test('another repository’s cluster is refused, and half a cluster removed', async () => {
    const foreign = actionWith(given(theirs, network), { workspace: home });
    expect(String((await foreign.down()).error)).toContain(
      `Cluster ${theirs} belongs to another repository (id 815).`,
    );
    const one = site(network, { nodes: '2' });
    await one.up(one.journal(made));
    for (const pid of clientsOf(
      `-pidfile\0${join(stateFolder({ XDG_STATE_HOME: home }, '', 'qemu'), one.name)}/1/`,
    )) {
      process.kill(pid, 'SIGKILL');
    }
    expect((await one.down()).error).toBeUndefined();
    expect((await one.down()).error).toBeUndefined();
    expect(await one.left()).toEqual([]);
  }, 60_000);
});

test('whichever command of `down` fails, the next one removes the rest', async () => {
  const whole = site(BRIDGE);
  await whole.up(whole.journal(BRIDGE.made));
  const all = whole.journal();
  expect((await whole.down(all)).error).toBeUndefined();
  const faults = withoutQuestions(faultsOf(all.calls));
  expect(faults.length).toBeGreaterThanOrEqual(4);

  const found = await failDown(sitesOf(BRIDGE), faults);
  expect(found).toEqual({});
}, 120_000);

test('without a network of the kernel’s `down` runs no command, so none can fail', async () => {
  const one = site(USER);
  await one.up(one.journal(USER.made));
  const all = one.journal();
  expect((await one.down(all)).error).toBeUndefined();
  expect(all.calls).toEqual([]);
  expect(await one.left()).toEqual([]);
}, 60_000);

test('a namespace that cannot be removed: `down` fails and names it, the next one finishes', async () => {
  const one = site(BRIDGE);
  await one.up(one.journal(BRIDGE.made));
  const stuck: Fault = { at: /ip netns delete/, when: 'before', always: true };
  const failed = await one.down(one.journal(stuck));
  expect(String(failed.error)).toContain(
    `Cluster ${one.name} could not be removed completely: network namespace swarm-up-${one.name}`,
  );
  expect(failed.error).toMatchObject({ details: expect.stringContaining('injected') });
  expect((await one.down()).error).toBeUndefined();
  expect(await one.left()).toEqual([]);
}, 60_000);
