import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureHelloImage } from '../../script/hello-image.ts';
import { describeError } from '../../src/base/errors.ts';
import {
  failDown,
  failUp,
  type Site,
  stepsOf,
  type WholeRuns,
  wholeRuns,
} from '../support/conformance.ts';
import { type Fault, faultsOf, journal } from '../support/faults.ts';
import { hostInputs } from '../support/host-runs.ts';
import { type Hosts, startHosts } from '../support/hosts.ts';
import { type Action, actionWith } from '../support/in-process.ts';
import { STACK } from '../support/model/compose.ts';
import { modelHosts } from '../support/model/hosts.ts';
import { sampleOf } from '../support/sample.ts';

// Every command and every question of a run fails once, in a run of its own, on a model
// (__tests__/integration/conformance). Here the same whole runs are seen to ask real engines the
// same and to be given the same, and some of the faults run on them: whatever those leave, the next
// `down` or post takes back.

/** Of a host that leaves, and what only a real engine does late, or anew. */
const ALWAYS = /docker_gwbridge/;

const cluster = `conform-${randomBytes(3).toString('hex')}`;
let workspace: string;
let hosts: Hosts;

/** A host, which is a swarm of its own: several runs go on at once. */
interface Lane extends Action {
  readonly host: number;
  readonly names: readonly string[];
}
let lanes: readonly Lane[];

beforeAll(async () => {
  await ensureHelloImage(new AbortController().signal);
  workspace = mkdtempSync(join(tmpdir(), `${cluster}-`));
  writeFileSync(join(workspace, 'compose.yaml'), STACK);
  hosts = await startHosts(2);
  // Of somebody else.
  await Promise.all([1, 2].map((host) => hosts.on(host, 'docker volume create theirs')));
  lanes = hosts.addresses.map((address, at) => ({
    ...actionWith(given([address]), { workspace }),
    host: at + 1,
    names: [address],
  }));
}, 120_000);

afterAll(async () => {
  await hosts?.[Symbol.asyncDispose]();
  rmSync(workspace, { recursive: true, force: true });
}, 60_000);

const given = (addresses: readonly string[]) =>
  hostInputs({
    ...{ cluster, addresses },
    ...{ privateKey: hosts.privateKey, knownHosts: hosts.knownHosts },
  });

/**
 * As `hosts.state`, without a docker client, of which each takes longer than the removal that is
 * looked at.
 */
const state = (host: number) =>
  hosts.on(
    host,
    `ip -o link | sed 's/^[0-9]*: //; s/@.*//; s/:.*//' | sort; ls /var/lib/docker/swarm /var/lib/docker/volumes /var/lib/docker/containers
    iptables-save | sed 's/\\[[0-9:]*\\]//; /^#/d' | sort -u; ls -A /tmp /root /home/deploy`,
  );
const states = () => Promise.all(lanes.map(({ host }) => state(host)));

/** What the model asks and is given in the same whole runs. Its calls are those that can fail. */
let model: { readonly alone: WholeRuns; readonly joining: WholeRuns };
let faults: Readonly<Record<'up' | 'down' | 'joining', readonly Fault[]>>;

beforeAll(async () => {
  model = {
    alone: await wholeRuns(modelHosts({ workspace, cluster })),
    joining: await wholeRuns(modelHosts({ workspace, cluster, hosts: 'joining' })),
  };
  const { alone, joining } = model;
  const all = {
    ...{ up: faultsOf(alone.up.calls), down: faultsOf(alone.down.calls) },
    joining: faultsOf(joining.up.calls),
  };
  faults = sampleOf('ssh', all, ALWAYS);
});

describe('hosts in no swarm', () => {
  let before: readonly string[];
  const make = (at: number): Site => {
    const lane = lanes[at];
    if (!lane) throw new Error(`no lane ${at}`);
    return {
      ...lane,
      journal: (fault) => journal(lane.names, fault),
      left: async () => {
        const now = await state(lane.host);
        return now === before[at] ? [] : [now];
      },
    };
  };

  beforeAll(async () => {
    before = await states();
  });

  test('whole runs ask what they ask of the model, and are given the same', async () => {
    const found = await Promise.all(lanes.map((_, at) => wholeRuns(make(at))));
    for (const one of found) expect(stepsOf(one)).toEqual(stepsOf(model.alone));
  }, 60_000);

  test('whichever call of `up` fails, `down` or post takes back what it has done', async () => {
    expect(await failUp({ make, atOnce: 2 }, faults.up)).toEqual({});
  }, 400_000);

  test('whichever call of `down` fails, the next one takes back the rest', async () => {
    expect(await failDown({ make, atOnce: 2 }, faults.down)).toEqual({});
  }, 400_000);
});

test('a host that refuses to leave is named, and leaves with the next `down`; of two at once one is enough', async () => {
  const [stuck, twice] = lanes;
  if (!stuck || !twice) throw new Error('two hosts');
  const before = await states();
  await Promise.all(lanes.map((lane) => lane.up(journal([]))));

  const refusing = async () => {
    const fault: Fault = { at: /docker swarm leave/, when: 'before', always: true };
    const failed = await stuck.down(journal([], fault));
    expect(String(failed.error)).toContain('1 of 3 steps failed: Leaving the swarm');
    expect(failed.lines.join('\n')).toContain(
      `Command failed on ${stuck.names[0]} with exit code 1: docker swarm leave`,
    );
    expect((await stuck.down()).error).toBeUndefined();
  };
  const atOnce = async () => {
    const ends = await Promise.all([twice.down(), twice.down()]);
    expect(ends.map(({ error }) => error && describeError(error))).toContain(undefined);
    expect((await twice.down()).error).toBeUndefined();
  };
  await Promise.all([refusing(), atOnce()]);
  expect(await states()).toEqual(before);
}, 120_000);

test('a bridge that stays is told of, and goes with the next `down`', async () => {
  const [refused, used] = lanes;
  if (!refused || !used) throw new Error('two hosts');
  const before = await states();
  await Promise.all(lanes.map((lane) => lane.up(journal([]))));

  const refusing = async () => {
    const fault: Fault = { at: /docker network rm docker_gwbridge/, when: 'before', always: true };
    expect(String((await refused.down(journal([], fault))).error)).toContain('Leaving the swarm');
    // The next `up` still knows that joining had made it.
    await refused.up(journal([]));
    expect((await refused.down()).error).toBeUndefined();
  };
  const attached = async () => {
    await hosts.on(
      used.host,
      `tar -ch $(which sleep) $(ldd $(which sleep) | grep -o '/[^ ]*') 2>/dev/null | docker import - sleeper
      docker run --detach --name theirs --network docker_gwbridge sleeper $(which sleep) 4711`,
    );
    const first = await used.down();
    expect(first.error).toBeUndefined();
    expect(first.lines.join('\n')).toContain('containers are attached to it: theirs.');
    await hosts.on(used.host, 'docker rm --force --volumes theirs; docker rmi sleeper');
    expect((await used.down()).error).toBeUndefined();
  };
  await Promise.all([refusing(), attached()]);
  expect(await states()).toEqual(before);
}, 120_000);

test('a swarm of others, which a host joins: whatever call of `up` fails, `down` or post leaves both as they were', async () => {
  await hosts.theirSwarm(1);
  const names = hosts.addresses;
  const look = async () => [
    await hosts.on(
      1,
      "for kind in service config secret network volume node; do docker $kind ls --format '{{.ID}} {{.Name}}{{.Hostname}}'; done; docker node inspect self",
    ),
    await state(2),
  ];
  const before = await look();
  const joining: Site = {
    ...actionWith(given(names), { workspace }),
    journal: (fault) => journal(names, fault),
    left: async () => (await look()).filter((one, at) => one !== before[at]),
  };
  expect(stepsOf(await wholeRuns(joining))).toEqual(stepsOf(model.joining));
  expect(await failUp({ make: () => joining, atOnce: 1 }, faults.joining)).toEqual({});
}, 600_000);
