import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runner } from '../../src/exec/runner.ts';
import { qemuVersion } from '../../src/machines/qemu/commands.ts';
import { architectureOf } from '../../src/machines/qemu/machine/architecture.ts';
import { clusterPlaces } from '../../src/machines/qemu/paths.ts';
import { stateFolder } from '../../src/machines/virtual-machine/folders.ts';
import { clientsOf } from '../support/clients.ts';
import { failDown, failUp, type NamedSite } from '../support/conformance.ts';
import { type Fault, faultsOf, type Journal, journal } from '../support/faults.ts';
import { actionWith } from '../support/in-process.ts';
import { modelQemu, qemuOptions } from '../support/model/qemu.ts';
import { sampleOf } from '../support/sample.ts';
import { emptyImage, leftOf, removeHome } from '../support/virtual-machines.ts';

// Every command and every question of a run fails once, in a run of its own, on a model
// (__tests__/integration/conformance). Here the same runs are seen to ask real programs the same
// and to be given the same, and some of the faults run on them: whatever those leave, the next
// `down` or post removes.

/** A network of the driver, and how far a run with it gets on an image on which nothing boots. */
interface Network {
  readonly network: 'bridge' | 'user';
  /**
   * With this, a run leaves machines that have begun to run, and all else that a cluster is made
   * of: it fails as soon as that is there. Nothing boots, so each run has to end by it.
   */
  readonly made: Fault;
  /** What such a run fails with. */
  readonly says: string;
  /** The fewest things that it leaves. */
  readonly parts: number;
  /** The fewest failures that there are on the way there, and on the way down. */
  readonly faults: { readonly up: number; readonly down: number };
}

const BRIDGE: Network = {
  network: 'bridge',
  made: { at: /link set \S+[12] master/, when: 'after', always: true },
  says: 'The network of the machines cannot be made',
  parts: 4,
  faults: { up: 38, down: 8 },
};
const USER: Network = {
  network: 'user',
  made: { at: /qemu-system-\w+ -name \S+-[12] /, when: 'after', always: true },
  says: 'qemu-system-',
  // A process and a folder.
  parts: 2,
  faults: { up: 9, down: 0 },
};

const suite = `vm-conform-${randomBytes(3).toString('hex')}`;
const stateHome = process.env.XDG_STATE_HOME;
let home: string;
let image: string;
let version: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'vm-'));
  process.env.XDG_STATE_HOME = home;
  image = await emptyImage(home);
  const { stdout } = await runner.run(qemuVersion(architectureOf(process.platform, process.arch)));
  [version = ''] = stdout.split('\n');
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
  'driver-options': qemuOptions(image, network),
});

let sites = 0;
const newName = () => {
  sites += 1;
  // As long as every other, so that none is the beginning of another.
  return `${suite}-${String(sites).padStart(3, '0')}`;
};

function site(
  network: Network,
  inputs: Readonly<Record<string, string>> = {},
  name = newName(),
): NamedSite {
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

/** A run of `up` until a machine has begun to run, and one of `down`. */
interface Run {
  readonly up: Journal;
  readonly down: Journal;
}

async function runOf(one: NamedSite, { made, says, parts }: Network): Promise<Run> {
  const run = { up: one.journal(made), down: one.journal() };
  const { error } = await one.up(run.up);
  expect(String(error)).toContain(says);
  expect((await one.left()).length).toBeGreaterThanOrEqual(parts);
  expect((await one.down(run.down)).error).toBeUndefined();
  expect(await one.left()).toEqual([]);
  expect(one.unknown?.() ?? []).toEqual([]);
  return run;
}

const stepsOf = ({ up, down }: Run) => ({ up: up.steps, down: down.steps });

/** Both have the same names and addresses: what a call is made of is compared, too. */
const compared: Record<Network['network'], string> = {
  bridge: `${suite}-bridge`,
  user: `${suite}-user`,
};
let model: Readonly<Record<Network['network'], Run>>;
let faults: Readonly<Record<'bridge' | 'user' | 'down', readonly Fault[]>>;

beforeAll(async () => {
  const modelOf = async (about: Network) => {
    const { network } = about;
    const real = { home, image, version, name: compared[network] };
    return await runOf(modelQemu({ network, real }), about);
  };
  model = { bridge: await modelOf(BRIDGE), user: await modelOf(USER) };
  const { bridge, user } = model;
  const up = { user: faultsOf(user.up.calls), bridge: faultsOf(bridge.up.calls) };
  // Apart: of each kind there is one of `down`, too.
  const down = { down: faultsOf(bridge.down.calls) };
  faults = { ...sampleOf('qemu', up), ...sampleOf('qemu', down) };
});

describe.each([BRIDGE, USER])('network: $network', (network) => {
  const { made, parts } = network;
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

  test('whole runs ask what they ask of the model, and are given the same', async () => {
    const own = model[network.network];
    const real = await runOf(site(network, {}, compared[network.network]), network);
    expect(stepsOf(real)).toEqual(stepsOf(own));
    expect(real.up.calls).toEqual(own.up.calls);
    expect(real.down.calls).toEqual(own.down.calls);
    expect(faultsOf(own.up.calls).length).toBeGreaterThanOrEqual(network.faults.up);
    const ofDown = faultsOf(own.down.calls).length;
    // Without a network of the kernel's it runs no command, so none can fail.
    if (network.faults.down === 0) expect(ofDown).toBe(0);
    expect(ofDown).toBeGreaterThanOrEqual(network.faults.down);
  }, 60_000);

  test('whichever command of `up` fails, `down` or post removes what it has made', async () => {
    expect(await failUp(sitesOf(network), faults[network.network])).toEqual({});
  }, 300_000);

  test('two post steps and a `down` at once: all are content, and nothing is left', async () => {
    const one = site(network, { nodes: '2' });
    const main = await one.up(one.journal(made));
    const ends = await Promise.all([one.post(main.state), one.post(main.state), one.down()]);
    expect(ends.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
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
  expect(await failDown(sitesOf(BRIDGE), faults.down)).toEqual({});
}, 120_000);
