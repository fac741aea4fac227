import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clusterPlaces, stateFolder } from '../../src/machines/drivers/qemu/places.ts';
import { clientsOf } from '../support/clients.ts';
import { failDown, failUp, type Site } from '../support/conformance.ts';
import { type Fault, faultsOf, journal } from '../support/faults.ts';
import { actionWith } from '../support/in-process.ts';
import { emptyImage, leftOf, removeHome } from '../support/virtual-machines.ts';

// Every command of a run that changes something fails once, in a run of its own: whatever that leaves, the next `down` or post removes.

const suite = `vm-conform-${randomBytes(3).toString('hex')}`;
const stateHome = process.env.XDG_STATE_HOME;
const theirs = `${suite}-theirs`;
let home: string;
let image: string;
let before: readonly string[];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'vm-'));
  process.env.XDG_STATE_HOME = home;
  image = await emptyImage(home);
  // Of another repository, with a machine that runs all the time.
  const other = actionWith(given(theirs), { workspace: home, repository: '815' });
  await other.up(journal([], { ...MADE, at: /link set \S+-1 master/ }));
  before = await leftOf(home, theirs);
}, 20 * 60_000);

afterAll(async () => {
  const after = await leftOf(home, theirs);
  const other = actionWith(given(theirs), { workspace: home, repository: '815' });
  const removed = await other.down();
  if (stateHome === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = stateHome;
  await removeHome(home);
  expect(before.length).toBeGreaterThanOrEqual(4);
  expect(after).toEqual(before);
  expect(removed.error).toBeUndefined();
}, 60_000);

const given = (cluster: string) => ({
  driver: 'qemu',
  cluster,
  nodes: '1',
  'compose-file': '-',
  'driver-options': `image: ${image}\naccel: tcg\nnetwork: bridge\ncpus: 1\nmemory: 256m\n`,
});

let sites = 0;

function site(inputs: Readonly<Record<string, string>> = {}): Site {
  sites += 1;
  // As long as every other, so that none is the beginning of another.
  const name = `${suite}-${String(sites).padStart(3, '0')}`;
  const { folder, namespace, linkPrefix } = clusterPlaces(
    stateFolder({ XDG_STATE_HOME: home }, ''),
    name,
  );
  return {
    ...actionWith({ ...given(name), ...inputs }, { workspace: home }),
    name,
    journal: (fault, last) => journal([folder, namespace, linkPrefix, name], fault, last),
    left: () => leftOf(home, name),
  };
}

/**
 * With this, a run leaves a machine that has begun to run, and all else that a cluster is made of: it fails as soon as that is there. On the empty
 * image nothing boots, so each run has to end by it.
 */
const MADE: Fault = { at: /link set …1 master/, when: 'after' };
const SITES = { make: site, atOnce: 2, made: MADE, neverReady: true };

test('whichever command of `up` fails, `down` or post removes what it has made', async () => {
  const whole = site();
  const all = whole.journal(MADE);
  const made = await whole.up(all);
  expect(String(made.error)).toContain('The network of the machines cannot be made');
  expect((await whole.left()).length).toBeGreaterThanOrEqual(4);
  expect((await whole.down()).error).toBeUndefined();
  expect(await whole.left()).toEqual([]);
  const faults = faultsOf(all.calls);
  expect(faults.length).toBeGreaterThanOrEqual(20);

  const found = await failUp(SITES, faults);
  expect(found).toEqual({});
}, 300_000);

test('whichever command of `down` fails, the next one removes the rest', async () => {
  const whole = site();
  await whole.up(whole.journal(MADE));
  const all = whole.journal();
  expect((await whole.down(all)).error).toBeUndefined();
  const faults = faultsOf(all.calls);
  expect(faults.length).toBeGreaterThanOrEqual(4);

  const found = await failDown(SITES, faults);
  expect(found).toEqual({});
}, 120_000);

test('the second of three machines fails: the others are whole, and post removes all', async () => {
  const one = site({ nodes: '3' });
  const calls = one.journal({ at: /qemu-system-x86_64 -name …-2/, when: 'before' });
  const main = await one.up(calls);
  expect(calls.failed).toBe(true);
  expect(String(main.error)).toContain('qemu-system-x86_64');
  // Its image boots nowhere: without the failure of the other it would be waited for.
  expect(main.lines.join('\n')).toContain('not waited for any longer');
  expect((await one.post(main.state)).error).toBeUndefined();
  expect(await one.left()).toEqual([]);
}, 60_000);

test('two post steps and a `down` at once: all are content, and nothing is left', async () => {
  const one = site({ nodes: '2' });
  const main = await one.up(one.journal(MADE));
  const ends = await Promise.all([one.post(main.state), one.post(main.state), one.down()]);
  expect(ends.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
  expect(await one.left()).toEqual([]);
}, 60_000);

test('a namespace that cannot be removed: `down` fails and names it, the next one finishes', async () => {
  const one = site();
  await one.up(one.journal(MADE));
  const stuck: Fault = { at: /ip netns delete/, when: 'before', always: true };
  const failed = await one.down(one.journal(stuck));
  expect(String(failed.error)).toContain(
    `Cluster ${one.name} is not wholly removed: network namespace swarm-up-${one.name}`,
  );
  expect(failed.error).toMatchObject({ details: expect.stringContaining('injected') });
  expect((await one.down()).error).toBeUndefined();
  expect(await one.left()).toEqual([]);
}, 60_000);

test('`on-success` keeps what a failure left, with its ttl, and `down` removes it', async () => {
  const one = site({ teardown: 'on-success', ttl: '24h' });
  const main = await one.up(one.journal(MADE));
  expect(main.error).toBeDefined();
  expect((await one.post(main.state)).error).toBeUndefined();
  expect(await one.left()).toContain(one.name);
  expect((await one.down()).error).toBeUndefined();
  expect(await one.left()).toEqual([]);
}, 60_000);

test('another repository’s cluster is refused, and half a cluster removed', async () => {
  const foreign = actionWith(given(theirs), { workspace: home });
  expect(String((await foreign.down()).error)).toContain(
    `Cluster ${theirs} belongs to another repository (id 815).`,
  );
  const one = site({ nodes: '2' });
  await one.up(one.journal(MADE));
  for (const pid of clientsOf(
    `-pidfile\0${join(stateFolder({ XDG_STATE_HOME: home }, ''), one.name)}/1/`,
  )) {
    process.kill(pid, 'SIGKILL');
  }
  expect((await one.down()).error).toBeUndefined();
  expect((await one.down()).error).toBeUndefined();
  expect(await one.left()).toEqual([]);
}, 60_000);
