import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import {
  failDown,
  failUp,
  type NamedSite,
  stepsOf,
  type WholeRuns,
  wholeRuns,
} from '../support/conformance.ts';
import { docker, engineState, inspect, NOTHING } from '../support/engine.ts';
import { type Fault, faultsOf, journal } from '../support/faults.ts';
import { actionWith } from '../support/in-process.ts';
import { modelCluster } from '../support/model/cluster.ts';
import { sampleOf } from '../support/sample.ts';

// Every command and every question of a run fails once, in a run of its own, on a model
// (__tests__/integration/conformance). Here the same whole runs are seen to ask a real engine the
// same and to be given the same, and some of the faults run on it: whatever those leave, the next
// `down` or post removes.

const suite = `conform-${randomBytes(3).toString('hex')}`;
const theirs = `${suite}-theirs`;
let workspace: string;
let before: unknown;

/**
 * What looks like ours and is not: another cluster's, another repository's, and what only has a
 * similar name.
 */
const strangers = async () => ({
  container: await inspect('container', theirs),
  network: await inspect('network', theirs),
  volume: await inspect('volume', theirs),
});

beforeAll(async () => {
  await ensureHelloImage(new AbortController().signal);
  workspace = mkdtempSync(join(tmpdir(), `${suite}-`));
  const label = (name: string) => `--label=swarm-up.${name}`;
  await docker('create', `--name=${theirs}`, label(`cluster=${theirs}`), HELLO_IMAGE);
  await docker('network', 'create', label('repository=815'), theirs);
  await docker('volume', 'create', label('repository=4711'), theirs);
  before = await strangers();
}, 120_000);

afterAll(async () => {
  const after = await strangers();
  await docker('rm', '--volumes', theirs);
  await docker('network', 'rm', theirs);
  await docker('volume', 'rm', theirs);
  rmSync(workspace, { recursive: true, force: true });
  expect(after).toEqual(before);
  expect(await engineState(suite)).toEqual(NOTHING);
}, 60_000);

let sites = 0;

function site(inputs: Readonly<Record<string, string>> = {}): NamedSite {
  sites += 1;
  // As long as every other, so that none is the beginning of another.
  const name = `${suite}-${String(sites).padStart(3, '0')}`;
  const given = { cluster: name, nodes: '1', 'compose-file': '-', ...inputs };
  return {
    ...actionWith(given, { workspace }),
    name,
    journal: (fault, last) => journal([name], fault, last),
    left: async () => Object.values(await engineState(name)).flat(),
  };
}

/**
 * A run that fails with these leaves all that a cluster is made of; what its machines do is nothing
 * to `down`.
 */
const MADE: Fault = { at: /docker start/, when: 'before' };
const STARTED: Fault = { at: /: docker info/, when: 'before' };

const stateOf = ({ name }: NamedSite) => engineState(name);

const SITES = { make: () => site(), atOnce: 3, made: MADE };

/** What the model asks and is given in whole runs. Its calls are those that can fail. */
let model: WholeRuns;
let faults: Readonly<Record<'up' | 'down', readonly Fault[]>>;

beforeAll(async () => {
  const make = () => modelCluster({ workspace, name: `${suite}-000` });
  model = await wholeRuns(make());
  const { up } = model;
  // Of a cluster whose machines have not all been started.
  const down = await journalOfDown(make());
  faults = sampleOf('docker', { up: faultsOf(up.calls), down: faultsOf(down.calls) });
});

async function journalOfDown(one: NamedSite) {
  await one.up(one.journal(MADE));
  const calls = one.journal();
  expect((await one.down(calls)).error).toBeUndefined();
  return calls;
}

test('whole runs ask what they ask of the model, and are given the same', async () => {
  expect(stepsOf(await wholeRuns(site()))).toEqual(stepsOf(model));
}, 60_000);

test('whichever call of `up` fails, `down` or post removes what it has made', async () => {
  expect(await failUp(SITES, faults.up)).toEqual({});
}, 180_000);

test('whichever call of `down` fails, the next one removes the rest', async () => {
  expect(await failDown(SITES, faults.down)).toEqual({});
}, 120_000);

test.each(['before', 'after'] as const)(
  'the second of three machines fails, %s it is made',
  async (when) => {
    const one = site({ nodes: '3' });
    const calls = one.journal({ at: /docker create --name=…-2/, when });
    const main = await one.up(calls);
    expect(calls.failed).toBe(true);
    expect(String(main.error)).toContain('docker create');
    // The others were not given up in the middle: what is there is whole.
    expect((await stateOf(one)).containers).toEqual(
      [1, 2, 3].filter((at) => when === 'after' || at !== 2).map((at) => `${one.name}-${at}`),
    );
    expect((await one.post(main.state)).error).toBeUndefined();
    expect(await stateOf(one)).toEqual(NOTHING);
  },
  60_000,
);

test('two post steps at once: both are content, and nothing is left', async () => {
  const one = site({ nodes: '2' });
  const main = await one.up(one.journal(STARTED));
  const ends = await Promise.all([one.post(main.state), one.post(main.state), one.down()]);
  expect(ends.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
  expect(await stateOf(one)).toEqual(NOTHING);
}, 60_000);

test('an engine that refuses to remove: `down` fails and names what is left, the next one finishes', async () => {
  const one = site();
  await one.up(one.journal(MADE));
  const stuck: Fault = { at: /docker rm /, when: 'before', always: true };
  const failed = await one.down(one.journal(stuck));
  expect(String(failed.error)).toMatch(
    new RegExp(`Cluster ${one.name} could not be removed completely: container [0-9a-f]{12}`),
  );
  expect(failed.error).toMatchObject({ details: expect.stringContaining('injected') });
  expect((await stateOf(one)).containers).toEqual([`${one.name}-1`]);
  expect((await one.down()).error).toBeUndefined();
  expect(await stateOf(one)).toEqual(NOTHING);
}, 60_000);

test('`on-success` keeps what a failure left, with its ttl, and `down` removes it', async () => {
  const one = site({ teardown: 'on-success', ttl: '24h' });
  const main = await one.up(one.journal(MADE));
  expect(main.error).toBeDefined();
  expect((await one.post(main.state)).error).toBeUndefined();
  expect((await stateOf(one)).containers).toEqual([`${one.name}-1`]);
  const label = '{{index .Config.Labels "swarm-up.expires"}}';
  const expires = await docker('container', 'inspect', '--format', label, `${one.name}-1`);
  expect(Date.parse(expires)).toBeGreaterThan(Date.now());
  expect((await one.down()).error).toBeUndefined();
  expect(await stateOf(one)).toEqual(NOTHING);
}, 60_000);
